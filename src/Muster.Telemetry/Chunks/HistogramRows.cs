using System.Runtime.InteropServices;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// Histograms one after the other, so that a chunk can grow. A row is a byte (what it is, the hint, whether its counts are whole), its time as the
/// change of the delta (the first has none), and then: nothing for a stale marker, the bits of another float, or the layout if it is a new one and
/// the distances of all numbers from those of the row before, in groups of <see cref="IntGroup"/>. Counts that are not whole go as ordered bits.
/// </summary>
sealed class HistogramRows
{
    const byte Stale = 0;
    const byte Float = 1;
    const byte Same = 2;
    const byte New = 3;
    const byte Whole = 16;
    const double LargestWhole = 1L << 53;

    readonly ChunkWriter _rows = new();
    HistogramLayout? _layout;
    long[] _last = [];
    bool _lastWhole;
    long _lastTime;
    long _lastDelta;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Written => _rows.Written;

    /// <summary>What was written since this was last called; good until the next append.</summary>
    public ReadOnlySpan<byte> Taken()
    {
        var written = _rows.Written;
        _rows.Clear();
        return written;
    }

    public void Append(long time, double value)
    {
        var stale = StaleMarker.Is(value);
        _rows.Byte(stale ? Stale : Float);
        AppendTime(time);
        if (!stale) _rows.Double(value);
    }

    /// <exception cref="ArgumentException">It is none that can be written: see <see cref="HistogramLayout.Of"/>. Nothing was appended.</exception>
    public void Append(long time, NativeHistogram histogram)
    {
        var isNew = _layout is null || !_layout.Fits(histogram);
        if (isNew) _layout = HistogramLayout.Of(histogram);
        Span<double> numbers = new double[_layout!.Numbers];
        _layout.Flatten(histogram, numbers);
        var whole = AreWhole(numbers);
        _rows.Byte((byte)((isNew ? New : Same) | ((int)histogram.Hint << 2) | (whole ? Whole : 0)));
        AppendTime(time);
        if (isNew) _layout.Write(_rows);
        if (isNew || whole != _lastWhole) _last = new long[numbers.Length];
        _lastWhole = whole;
        Span<long> distances = stackalloc long[IntGroup.Size];
        for (var start = 0; start < numbers.Length; start += IntGroup.Size)
        {
            var group = distances[..Math.Min(IntGroup.Size, numbers.Length - start)];
            for (var at = 0; at < group.Length; at++)
            {
                var number = AsLong(numbers[start + at], whole && start + at != 2);
                group[at] = number - _last[start + at];
                _last[start + at] = number;
            }

            IntGroup.Planned(group, 0).Write(group, 0, _rows);
        }
    }

    void AppendTime(long time)
    {
        if (Count++ > 0)
        {
            var delta = time - _lastTime;
            _rows.Signed(delta - _lastDelta);
            _lastDelta = delta;
        }

        _lastTime = time;
    }

    /// <summary>All but the sum, which hardly ever is.</summary>
    static bool AreWhole(ReadOnlySpan<double> numbers)
    {
        for (var at = 0; at < numbers.Length; at++)
        {
            if (at == 2) continue;
            if (!(Math.Abs(numbers[at]) < LargestWhole) || BitConverter.DoubleToInt64Bits((long)numbers[at]) != BitConverter.DoubleToInt64Bits(numbers[at])) return false;
        }

        return true;
    }

    static long AsLong(double number, bool whole) => whole ? (long)number : Decimals.Ordered(BitConverter.DoubleToInt64Bits(number));

    static double AsDouble(long number, bool whole) => whole ? number : BitConverter.Int64BitsToDouble(Decimals.Ordered(number));

    /// <summary>Adds those of the range.</summary>
    /// <exception cref="CorruptChunk"/>
    public static void Read(ref ChunkReader reader, BlockSpan span, long from, long to, SampleBuffer into)
    {
        HistogramLayout? layout = null;
        long[] last = [];
        double[] numbers = [];
        var (time, delta, lastWhole, budget) = (span.First, 0L, false, SealedHistograms.MostNumbers);
        for (var row = 0; row < span.Count; row++)
        {
            int head = reader.Byte();
            if (head >= Whole * 2) throw new CorruptChunk("a row of a histogram chunk is of no kind");
            if (row > 0)
            {
                delta += reader.Signed();
                if (time + delta <= time) throw new CorruptChunk("the times of a histogram chunk do not ascend");
                time += delta;
            }

            if (time > to) return;
            var kind = head & 3;
            if (kind is Stale or Float)
            {
                var value = kind == Stale ? StaleMarker.Value : reader.Double();
                if (time >= from) into.Add(time, value);
                continue;
            }

            if (kind == New)
            {
                layout = HistogramLayout.Read(ref reader);
                numbers = new double[layout.Numbers];
            }

            if (layout is null) throw new CorruptChunk("a histogram has no layout");
            budget -= layout.Numbers;
            if (budget < 0) throw new CorruptChunk("a block has more numbers than any");
            var whole = (head & Whole) != 0;
            if (kind == New || whole != lastWhole) last = new long[layout.Numbers];
            lastWhole = whole;
            ReadNumbers(ref reader, whole, last, numbers);
            if (time >= from) into.Add(time, layout.Raise(numbers, (ResetHint)((head >> 2) & 3)));
        }

        if (time != span.Last || reader.Left > 0) throw new CorruptChunk("a histogram chunk does not end where it tells");
    }

    static void ReadNumbers(ref ChunkReader reader, bool whole, Span<long> last, Span<double> into)
    {
        Span<long> distances = stackalloc long[IntGroup.Size];
        for (var start = 0; start < last.Length; start += IntGroup.Size)
        {
            var group = distances[..Math.Min(IntGroup.Size, last.Length - start)];
            IntGroup.Read(ref reader, 0, group);
            for (var at = 0; at < group.Length; at++)
            {
                last[start + at] += group[at];
                into[start + at] = AsDouble(last[start + at], whole && start + at != 2);
            }
        }
    }
}
