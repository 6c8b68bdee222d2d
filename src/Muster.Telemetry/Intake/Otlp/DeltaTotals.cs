using Muster.Telemetry.Chunks;
using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// Sums up what is sent as differences, so that it can be asked like any counter. A total begins at zero when the process does, which reads as a
/// reset of the counter. Bounded: beyond the bound, differences of new series are refused and told, until there is room again because series have ended:
/// one that got nothing while eight times as many differences came as there are totals at most.
/// </summary>
public sealed class DeltaTotals
{
    sealed class Total
    {
        public double Value;

        public NativeHistogram? Histogram;

        public long Time = long.MinValue;

        public long Used;

        /// <summary>What it is counted with: its key and its buckets.</summary>
        public long Bytes;
    }

    /// <summary>What a total was before something was added that stands at a time.</summary>
    readonly record struct Before(Total Total, double Value, NativeHistogram? Histogram, long Time, long AddedAt);

    readonly Held _held;
    readonly List<Before>? _added;

    /// <param name="mostBytes">Of keys and buckets together.</param>
    public DeltaTotals(int most = 1_000_000, long mostBytes = 1L << 30) => _held = new(most, mostBytes);

    DeltaTotals(Held held) => (_held, _added) = (held, []);

    /// <summary>The same totals for one more reader, who can undo what it adds. Not for two threads, as the reader is not.</summary>
    public DeltaTotals Beside() => new(_held);

    /// <summary>Undoes what was added since this was last called, for when nothing of it was kept: it may come again. Where more has been added to a total
    /// since then, it stays: what was told of that total cannot be taken back.</summary>
    /// <returns>Null: nothing was.</returns>
    public Action? Added()
    {
        if (_added is not { Count: > 0 }) return null;
        Before[] added = [.. _added];
        _added.Clear();
        if (_added.Capacity > 1 << 16) _added.Capacity = 0;
        return () => _held.Undo(added);
    }

    /// <summary>How far additions have come since <see cref="Added"/> was last called.</summary>
    public int Mark => _added?.Count ?? 0;

    /// <summary>Undoes what was added since then: the parts of a point that is not taken.</summary>
    public void UndoFrom(int mark)
    {
        if (_added is null || _added.Count <= mark) return;
        _held.Undo([.. _added.Skip(mark)]);
        _added.RemoveRange(mark, _added.Count - mark);
    }

    /// <returns>Null: it is older than what came before, or there is no room; then nothing was added.</returns>
    public double? Add(string series, long time, double difference)
    {
        lock (_held.Gate)
        {
            if (Of(series, time) is not { } total) return null;
            total.Time = time;
            return total.Value += difference;
        }
    }

    public NativeHistogram? Add(string series, long time, NativeHistogram difference)
    {
        lock (_held.Gate)
        {
            if (Buckets(difference) > HistogramLayout.MostBuckets || Of(series, time) is not { } total) return null;
            var sum = total.Histogram?.Add(difference, out _) ?? difference;
            // Wider than any that is stored: it begins anew, which reads as a reset.
            if (Buckets(sum) > HistogramLayout.MostBuckets) sum = difference;
            if (!_held.Resize(total, (Buckets(sum) - Buckets(total.Histogram)) * sizeof(double))) return null;
            (total.Histogram, total.Time) = (sum, time);
            return sum;
        }
    }

    Total? Of(string series, long time)
    {
        if (_held.Of(series, time) is not { } total) return null;
        _added?.Add(new(total, total.Value, total.Histogram, total.Time, time));
        return total;
    }

    static int Buckets(NativeHistogram? histogram) => histogram is null ? 0 : histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length;

    sealed class Held(int most, long mostBytes)
    {
        /// <summary>Of a total itself, about.</summary>
        const int Bare = 160;

        readonly Dictionary<string, Total> _totals = new(StringComparer.Ordinal);
        long _uses;
        long _sweptAt;
        long _bytes;

        public Lock Gate { get; } = new();

        public Total? Of(string series, long time)
        {
            _uses++;
            if (!_totals.TryGetValue(series, out var total))
            {
                var bytes = Bare + (series.Length * sizeof(char));
                if (_totals.Count >= most || _bytes + bytes > mostBytes) Sweep();
                if (_totals.Count >= most || _bytes + bytes > mostBytes) return null;
                _totals.Add(series, total = new() { Bytes = bytes });
                _bytes += bytes;
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
                if (_uses - total.Used <= 8L * most) continue;
                _totals.Remove(series);
                _bytes -= total.Bytes;
            }
        }

        /// <returns>False: there is no room.</returns>
        public bool Resize(Total total, long by)
        {
            if (by > 0 && _bytes + by > mostBytes) return false;
            Count(total, by);
            return true;
        }

        void Count(Total total, long by)
        {
            total.Bytes += by;
            _bytes += by;
        }

        public void Undo(ReadOnlySpan<Before> added)
        {
            lock (Gate)
            {
                for (var at = added.Length - 1; at >= 0; at--)
                {
                    var (total, value, histogram, time, addedAt) = added[at];
                    if (total.Time != addedAt) continue;
                    Count(total, (Buckets(histogram) - Buckets(total.Histogram)) * sizeof(double));
                    (total.Value, total.Histogram, total.Time) = (value, histogram, time);
                }
            }
        }
    }
}
