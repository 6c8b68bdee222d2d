using System.Numerics;

namespace Muster.Probes.Load;

/// <summary>
/// How often each duration was seen, in nanoseconds: buckets a 1/1024 of their value wide (so that any quantile is told within 0.1 %), exact least, greatest and sum, and merging that loses nothing.
/// Up to 2^42 ns (73 minutes); what is longer is counted in the last bucket, and the greatest stays exact. Buckets are made as they are needed: tens of kilobytes for what one target shows.
/// </summary>
public sealed class Latencies
{
    const int Bits = 10;
    const int Width = 1 << Bits;
    const int Octaves = 33;
    const long Longest = (1L << 42) - 1;
    readonly long[]?[] _octaves = new long[Octaves][];

    public long Count { get; private set; }
    public long Least { get; private set; } = long.MaxValue;
    public long Greatest { get; private set; }
    public double Sum { get; private set; }
    public double Mean => Count == 0 ? 0 : Sum / Count;

    public void Add(long nanoseconds)
    {
        if (nanoseconds < 0) nanoseconds = 0;
        if (nanoseconds < Least) Least = nanoseconds;
        if (nanoseconds > Greatest) Greatest = nanoseconds;
        Sum += nanoseconds;
        Count++;
        var (octave, at) = Place(Math.Min(nanoseconds, Longest));
        (_octaves[octave] ??= new long[Width])[at]++;
    }

    public void Add(Latencies other)
    {
        if (other.Count == 0) return;
        for (var octave = 0; octave < Octaves; octave++)
        {
            if (other._octaves[octave] is not { } theirs) continue;
            var ours = _octaves[octave] ??= new long[Width];
            for (var at = 0; at < Width; at++) ours[at] += theirs[at];
        }

        Least = Math.Min(Least, other.Least);
        Greatest = Math.Max(Greatest, other.Greatest);
        Sum += other.Sum;
        Count += other.Count;
    }

    public void Clear()
    {
        foreach (var octave in _octaves) octave?.AsSpan().Clear();
        (Count, Least, Greatest, Sum) = (0, long.MaxValue, 0, 0);
    }

    /// <summary>The nearest-rank quantile: the least bucket that the share of all samples is not above. The middle of the bucket, kept within the exact extremes. 0 without samples.</summary>
    public long Quantile(double share)
    {
        if (Count == 0) return 0;
        var rank = Math.Clamp((long)Math.Ceiling(share * Count), 1, Count);
        if (rank == Count) return Greatest;
        long passed = 0;
        foreach (var (from, to, count) in Buckets())
            if ((passed += count) >= rank) return Math.Clamp(from + (to - from) / 2, Least, Greatest);
        return Greatest;
    }

    /// <summary>Those that hold anything, in order; <c>To</c> is the first value beyond.</summary>
    public IEnumerable<(long From, long To, long Count)> Buckets()
    {
        for (var octave = 0; octave < Octaves; octave++)
        {
            if (_octaves[octave] is not { } counts) continue;
            var step = octave == 0 ? 1L : 1L << (octave - 1);
            var first = octave == 0 ? 0 : (long)Width << (octave - 1);
            for (var at = 0; at < Width; at++)
                if (counts[at] > 0) yield return (first + at * step, first + (at + 1) * step, counts[at]);
        }
    }

    // Octave 0 holds 0..1023 one by one; octave n holds [1024 << n-1, 1024 << n) in steps of 1 << n-1.
    static (int Octave, int At) Place(long value)
    {
        if (value < Width) return (0, (int)value);
        var shift = BitOperations.Log2((ulong)value) - Bits;
        return (shift + 1, (int)(value >> shift) - Width);
    }
}
