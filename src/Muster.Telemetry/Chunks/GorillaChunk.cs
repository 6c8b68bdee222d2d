using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// A chunk of floats that grows at its end: delta-of-delta times and XORed values, after
/// <see href="https://www.vldb.org/pvldb/vol8/p1816-teller.pdf">Gorilla (VLDB 2015)</see>, with widths chosen for milliseconds. One thread
/// appends, any number read <see cref="Bytes"/> at the same time: the first byte is the count, published last, and no bit before the end of the
/// published samples ever changes. An array that has grown is published as a whole. A value of this type has a state: keep it in a field, never
/// copy it. <see langword="default"/> is an empty chunk without memory.
/// </summary>
internal struct GorillaChunk
{
    public const int MostSamples = 120;

    public GorillaChunk(long time, double value) => throw new NotImplementedException();

    public readonly int Count => throw new NotImplementedException();

    /// <summary>Time of the first sample; 0 while there is none.</summary>
    public readonly long First => throw new NotImplementedException();

    /// <summary>Time of the last sample; 0 while there is none.</summary>
    public readonly long Last => throw new NotImplementedException();

    public readonly double LastValue => throw new NotImplementedException();

    /// <summary>Nothing more goes in: seal <see cref="Bytes"/> and begin with <see cref="Clear"/>.</summary>
    public readonly bool IsFull => throw new NotImplementedException();

    /// <summary>What <see cref="Gorilla.Decode"/> reads; safe to take on any thread and good for ever. Empty before the first sample.</summary>
    public readonly byte[] Bytes => throw new NotImplementedException();

    /// <summary>Adds one sample, later than <see cref="Last"/>, to a chunk that is not full: both are for the caller to see to.</summary>
    public void Append(long time, double value) => throw new NotImplementedException();

    /// <summary>Forgets everything; an array once given out is never written again.</summary>
    public void Clear() => throw new NotImplementedException();
}

/// <summary>Reads what a <see cref="GorillaChunk"/> wrote.</summary>
internal static class Gorilla
{
    /// <summary>How many samples are published in these bytes.</summary>
    public static int Count(byte[] bytes) => throw new NotImplementedException();

    /// <summary>Adds the samples from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    /// <exception cref="CorruptChunk"/>
    public static void Decode(byte[] bytes, long from, long to, SampleBuffer into) => throw new NotImplementedException();
}
