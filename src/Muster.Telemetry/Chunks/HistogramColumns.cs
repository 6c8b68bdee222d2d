using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// Histograms of a block by columns: the times; runs of samples of the same kind and hint; the floats; and then for each run of histograms of one
/// layout this layout and each of its numbers as a <see cref="ValueColumn"/> over time, so that a bucket that stands still costs a few bytes.
/// </summary>
static class HistogramColumns
{
    const int Float = 0;
    const int Same = 1;
    const int New = 2;

    public static void Encode(ReadOnlySpan<long> times, ReadOnlySpan<NativeHistogram?> histograms, ReadOnlySpan<double> values, ChunkWriter into)
    {
        TimeColumn.Encode(times, into);
        var heads = new byte[times.Length];
        var floats = new List<double>();
        var runs = new List<(HistogramLayout Layout, List<NativeHistogram> Histograms)>();
        for (var at = 0; at < times.Length; at++)
        {
            if (histograms[at] is not { } histogram)
            {
                floats.Add(values[at]);
                continue;
            }

            var isNew = runs.Count == 0 || !runs[^1].Layout.Fits(histogram);
            if (isNew) runs.Add((HistogramLayout.Of(histogram), []));
            runs[^1].Histograms.Add(histogram);
            heads[at] = (byte)((isNew ? New : Same) | ((int)histogram.Hint << 2));
        }

        WriteHeads(heads, into);
        if (floats.Count > 0) ValueColumn.Encode(floats.ToArray(), into);
        foreach (var (layout, run) in runs)
        {
            layout.Write(into);
            WriteRun(layout, run, into);
        }
    }

    static void WriteHeads(ReadOnlySpan<byte> heads, ChunkWriter into)
    {
        for (var at = 0; at < heads.Length;)
        {
            var length = heads[at..].IndexOfAnyExcept(heads[at]);
            if (length < 0) length = heads.Length - at;
            into.Byte(heads[at]);
            into.Varint((ulong)length);
            at += length;
        }
    }

    static void WriteRun(HistogramLayout layout, List<NativeHistogram> run, ChunkWriter into)
    {
        var numbers = new double[layout.Numbers];
        var columns = new double[layout.Numbers * run.Count];
        for (var at = 0; at < run.Count; at++)
        {
            layout.Flatten(run[at], numbers);
            for (var number = 0; number < numbers.Length; number++) columns[(number * run.Count) + at] = numbers[number];
        }

        for (var number = 0; number < numbers.Length; number++) ValueColumn.Encode(columns.AsSpan(number * run.Count, run.Count), into);
    }

    /// <summary>Adds those of the range.</summary>
    /// <exception cref="CorruptChunk"/>
    public static void Read(ref ChunkReader reader, BlockSpan span, long from, long to, SampleBuffer into)
    {
        var times = new long[span.Count];
        TimeColumn.Decode(ref reader, span, times);
        var heads = ReadHeads(ref reader, span.Count);
        var floats = new double[heads.AsSpan().Count((byte)Float)];
        if (floats.Length > 0) ValueColumn.Decode(ref reader, floats);
        var (budget, nextFloat) = (SealedHistograms.MostNumbers, 0);
        var run = default(Run);
        for (var at = 0; at < times.Length; at++)
        {
            if (heads[at] == Float)
            {
                if (times[at] >= from && times[at] <= to) into.Add(times[at], floats[nextFloat]);
                nextFloat++;
                continue;
            }

            if ((heads[at] & 3) == New) run = Run.Read(ref reader, Length(heads.AsSpan(at)), ref budget);
            if (run.Layout is null) throw new CorruptChunk("a histogram has no layout");
            if (times[at] >= from && times[at] <= to) into.Add(times[at], run.At((ResetHint)(heads[at] >> 2)));
            run.Next++;
        }

        if (reader.Left > 0) throw new CorruptChunk("bytes follow the end of a block");
    }

    static byte[] ReadHeads(ref ChunkReader reader, int count)
    {
        var heads = new byte[count];
        for (var at = 0; at < count;)
        {
            var head = reader.Byte();
            var length = reader.Varint(count - at);
            if (length == 0 || head >= 16 || (head & 3) > New || ((head & 3) == Float && head != Float)) throw new CorruptChunk("a sample of a block of histograms is of no kind");
            heads.AsSpan(at, length).Fill(head);
            at += length;
        }

        return heads;
    }

    /// <summary>How many histograms there are from this first of a layout to the next layout.</summary>
    static int Length(ReadOnlySpan<byte> heads)
    {
        var length = 1;
        for (var at = 1; at < heads.Length && (heads[at] & 3) != New; at++)
        {
            if (heads[at] != Float) length++;
        }

        return length;
    }

    struct Run
    {
        public HistogramLayout? Layout;
        public int Next;
        double[] _columns;
        double[] _numbers;
        int _length;

        public static Run Read(ref ChunkReader reader, int length, ref int budget)
        {
            var layout = HistogramLayout.Read(ref reader);
            if ((long)layout.Numbers * length > budget) throw new CorruptChunk("a block has more numbers than any");
            budget -= layout.Numbers * length;
            var columns = new double[layout.Numbers * length];
            for (var number = 0; number < layout.Numbers; number++) ValueColumn.Decode(ref reader, columns.AsSpan(number * length, length));
            return new() { Layout = layout, _columns = columns, _numbers = new double[layout.Numbers], _length = length };
        }

        public readonly NativeHistogram At(ResetHint hint)
        {
            for (var number = 0; number < _numbers.Length; number++) _numbers[number] = _columns[(number * _length) + Next];
            return Layout!.Raise(_numbers, hint);
        }
    }
}
