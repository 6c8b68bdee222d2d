namespace Muster.Telemetry.Chunks;

/// <summary>What the first bytes of a block tell without decoding it: how many samples, and the times of the first and the last (milliseconds since 1970, included).</summary>
readonly record struct BlockSpan(int Count, long First, long Last)
{
    /// <summary>Most samples of one block, of floats or of histograms.</summary>
    public const int MostSamples = 65_536;

    internal const int LongestBlock = 1 << 27;

    public bool Overlaps(long from, long to) => First <= to && Last >= from;

    public static void Write(ReadOnlySpan<long> times, ChunkWriter into)
    {
        ArgumentOutOfRangeException.ThrowIfZero(times.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(times.Length, MostSamples);
        Write(new BlockSpan(times.Length, times[0], times[^1]), into);
    }

    public static void Write(BlockSpan span, ChunkWriter into)
    {
        into.Varint((ulong)span.Count);
        into.Signed(span.First);
        into.Varint((ulong)(span.Last - span.First));
    }

    /// <exception cref="CorruptChunk"/>
    public static BlockSpan Read(ref ChunkReader reader)
    {
        // No honest block is so long, and below it all positions of bits fit an int.
        if (reader.All.Length > LongestBlock) throw new CorruptChunk("a block is longer than any");
        var count = reader.Varint(MostSamples);
        var first = reader.Signed();
        var last = first + (long)reader.Varint();
        if (count == 0 || last < first || (count == 1) != (last == first)) throw new CorruptChunk("a block tells a span that is none");
        return new(count, first, last);
    }
}
