namespace Muster.Probes.Load;

/// <summary>From values to places of a drawing, and the values that are written beside it.</summary>
sealed class Axis
{
    readonly double _from, _to, _at, _length;
    readonly bool _log;

    Axis(double from, double to, double at, double length, bool log, IReadOnlyList<double> ticks) => (_from, _to, _at, _length, _log, Ticks) = (from, to, at, length, log, ticks);

    public IReadOnlyList<double> Ticks { get; }

    /// <summary>From 0 to a round number above the greatest.</summary>
    public static Axis Linear(double greatest, double at, double length, int ticks = 5)
    {
        if (!(greatest > 0) || !double.IsFinite(greatest)) greatest = 1;
        var step = Step(greatest / ticks);
        var top = Math.Ceiling(greatest / step - 1e-9) * step;
        return new(0, top, at, length, false, [.. Enumerable.Range(0, (int)Math.Round(top / step) + 1).Select(i => i * step)]);
    }

    /// <summary>Over exactly this stretch, for time.</summary>
    public static Axis Over(double from, double to, double at, double length)
    {
        if (!(to > from)) to = from + 1;
        var step = TimeStep((to - from) / 6);
        var first = Math.Ceiling(from / step - 1e-9);
        return new(from, to, at, length, false, [.. Enumerable.Range(0, 40).Select(i => (first + i) * step).TakeWhile(tick => tick <= to + 1e-9 * step)]);
    }

    /// <summary>Powers of ten, and 2 and 5 times them where there is room.</summary>
    public static Axis Log(double least, double greatest, double at, double length)
    {
        least = Math.Max(least, 1e-12);
        greatest = Math.Max(greatest, least * 1.0001);
        var all = Enumerable.Range(-12, 30).SelectMany(power => (double[])[Math.Pow(10, power), 2 * Math.Pow(10, power), 5 * Math.Pow(10, power)]).ToList();
        var (from, to) = (all.Last(tick => tick <= least * 1.0000001), all.First(tick => tick >= greatest * 0.9999999));
        var ticks = all.Where(tick => tick >= from * 0.999 && tick <= to * 1.001).ToList();
        if (ticks.Count > 9) ticks = [.. ticks.Where(tick => Math.Abs(Math.Log10(tick) - Math.Round(Math.Log10(tick))) < 1e-6)];
        return new(Math.Log(from), Math.Log(to), at, length, true, ticks);
    }

    public double Of(double value)
    {
        var place = _log ? Math.Log(Math.Max(value, 1e-12)) : value;
        return _at + Math.Clamp((place - _from) / (_to - _from), 0, 1) * _length;
    }

    static double Step(double rough)
    {
        var ten = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        foreach (var times in (double[])[1, 2, 2.5, 5, 10])
            if (rough <= ten * times * 1.0000001) return ten * times;
        return ten * 10;
    }

    /// <summary>Seconds that a clock shows.</summary>
    static double TimeStep(double rough)
    {
        foreach (var step in (double[])[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400])
            if (rough <= step) return rough < 0.5 ? Step(rough) : step;
        return Step(rough / 86_400) * 86_400;
    }
}
