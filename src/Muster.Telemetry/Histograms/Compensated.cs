namespace Muster.Telemetry.Histograms;

/// <summary>Neumaier's compensated sum: what the sum loses is kept beside it (<see href="https://en.wikipedia.org/wiki/Kahan_summation_algorithm"/>).</summary>
struct Compensated
{
    double _sum;
    double _lost;

    public readonly double Value => double.IsFinite(_sum) ? _sum + _lost : _sum;

    public void Add(double more)
    {
        var total = _sum + more;
        if (!double.IsFinite(total)) _lost = 0;
        else if (Math.Abs(_sum) >= Math.Abs(more)) _lost += (_sum - total) + more;
        else _lost += (more - total) + _sum;
        _sum = total;
    }

    public void Add(Compensated more)
    {
        Add(more._sum);
        Add(more._lost);
    }

    public void Scale(double factor)
    {
        _sum *= factor;
        _lost *= factor;
    }
}
