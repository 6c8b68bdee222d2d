using System.Buffers;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Chunks;

/// <summary>Blocks of floats of one series, at rest: lossless to the bit. The caller keeps their length and a checksum.</summary>
internal static class SealedFloats
{
    /// <summary>Writes one block.</summary>
    /// <param name="times">Ascending, no time twice; 1 to <see cref="BlockSpan.MostSamples"/> of them.</param>
    public static void Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values, IBufferWriter<byte> into) => throw new NotImplementedException();

    /// <exception cref="CorruptChunk"/>
    public static BlockSpan Span(ReadOnlySpan<byte> block) => throw new NotImplementedException();

    /// <summary>Adds the samples from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    /// <exception cref="CorruptChunk"/>
    public static void Decode(ReadOnlySpan<byte> block, long from, long to, SampleBuffer into) => throw new NotImplementedException();
}
