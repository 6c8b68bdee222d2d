namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>An average that is compensated, and that goes on incrementally once the sum would overflow.</summary>
struct Mean
{
    double _count;
    double _sum;
    double _lost;
    bool _incremental;

    public void Add(double value)
    {
        _count++;
        if (_count == 1)
        {
            _sum = value;
            return;
        }

        if (!_incremental)
        {
            var (sum, lost) = (_sum, _lost);
            Numbers.Add(value, ref sum, ref lost);
            if (!double.IsInfinity(sum))
            {
                (_sum, _lost) = (sum, lost);
                return;
            }

            _incremental = true;
            _sum /= _count - 1;
            _lost /= _count - 1;
        }

        var part = (_count - 1) / _count;
        (_sum, _lost) = (part * _sum, part * _lost);
        Numbers.Add(value / _count, ref _sum, ref _lost);
    }

    public readonly double Value => _incremental ? _sum + _lost : (_sum / _count) + (_lost / _count);
}
