using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// Sums up what is sent as differences, so that it can be asked like any counter. A total begins at zero when the process does, which reads as a
/// reset of the counter. Bounded: beyond the bound, differences of new series are refused and told, until there is room again because series have ended:
/// one that got nothing while eight times as many differences came as there are totals at most.
/// </summary>
public sealed class DeltaTotals(int most = 1_000_000)
{
    sealed class Total
    {
        public double Value;

        public NativeHistogram? Histogram;

        public long Time = long.MinValue;

        public long Used;
    }

    readonly Dictionary<string, Total> _totals = new(StringComparer.Ordinal);
    readonly Lock _gate = new();
    long _uses;
    long _sweptAt;

    /// <returns>Null: it is older than what came before, or there is no room; then nothing was added.</returns>
    public double? Add(string series, long time, double difference)
    {
        lock (_gate)
        {
            if (Of(series, time) is not { } total) return null;
            total.Time = time;
            return total.Value += difference;
        }
    }

    public NativeHistogram? Add(string series, long time, NativeHistogram difference)
    {
        lock (_gate)
        {
            if (Of(series, time) is not { } total) return null;
            var sum = total.Histogram is null ? difference : total.Histogram.Add(difference, out _) ?? difference;
            (total.Histogram, total.Time) = (sum, time);
            return sum;
        }
    }

    Total? Of(string series, long time)
    {
        _uses++;
        if (!_totals.TryGetValue(series, out var total))
        {
            if (_totals.Count >= most) Sweep();
            if (_totals.Count >= most) return null;
            _totals.Add(series, total = new());
        }

        if (time <= total.Time) return null;
        total.Used = _uses;
        return total;
    }

    /// <summary>By uses and not by time: times are what senders say. Seldom, as each walks over all.</summary>
    void Sweep()
    {
        if (_uses - _sweptAt < most / 10) return;
        _sweptAt = _uses;
        foreach (var (series, total) in _totals)
        {
            if (_uses - total.Used > 8L * most) _totals.Remove(series);
        }
    }
}
