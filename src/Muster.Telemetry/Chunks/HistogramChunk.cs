using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// A chunk of native histograms that grows at its end; a stale marker may stand between them. One thread appends, any number read
/// <see cref="Snapshot"/> at the same time.
/// </summary>
internal sealed class HistogramChunk
{
    public const int MostSamples = 120;

    public int Count => throw new NotImplementedException();

    public long First => throw new NotImplementedException();

    public long Last => throw new NotImplementedException();

    public bool IsFull => throw new NotImplementedException();

    /// <summary>A block that <see cref="SealedHistograms.Decode"/> reads: what was appended until now. Empty before the first sample.</summary>
    public ReadOnlyMemory<byte> Snapshot() => throw new NotImplementedException();

    public void Append(long time, NativeHistogram histogram) => throw new NotImplementedException();

    /// <summary>A float among the histograms: a stale marker, or whatever its bits are.</summary>
    public void Append(long time, double value) => throw new NotImplementedException();
}
