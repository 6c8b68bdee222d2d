namespace Muster.Telemetry.Chunks;

/// <summary>What the first bytes of a block tell without decoding it: how many samples, and the times of the first and the last (milliseconds since 1970, included).</summary>
internal readonly record struct BlockSpan(int Count, long First, long Last)
{
    /// <summary>Most samples of one block, of floats or of histograms.</summary>
    public const int MostSamples = 65_536;

    public bool Overlaps(long from, long to) => Count > 0 && First <= to && Last >= from;
}
