using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>The first value that has no bucket of its own.</summary>
    internal const long Beyond = 1L << 42;

    readonly long[]?[] _octaves = new long[Octaves][];
    Int128 _sum;

    public long Count { get; private set; }

    /// <summary><see cref="long.MaxValue"/> without samples.</summary>
    public long Least { get; private set; } = long.MaxValue;

    public long Greatest { get; private set; }
    public double Sum => (double)_sum;
    public double Mean => Count == 0 ? 0 : Sum / Count;

    internal Int128 ExactSum => _sum;

    public void Add(long nanoseconds)
    {
        if (nanoseconds < 0) nanoseconds = 0;
        if (nanoseconds < Least) Least = nanoseconds;
        if (nanoseconds > Greatest) Greatest = nanoseconds;
        _sum += nanoseconds;
        Count++;
        var (octave, at) = Place(nanoseconds);
        (_octaves[octave] ?? Make(octave))[at]++;
    }

    public void Add(Latencies other)
    {
        if (other.Count == 0) return;
        for (var octave = 0; octave < Octaves; octave++)
        {
            if (other._octaves[octave] is not { } theirs) continue;
            // Several at once: merging takes turns with the loop where both have one core, and what it takes is lateness there.
            var ours = MemoryMarshal.Cast<long, Vector<long>>((_octaves[octave] ?? Make(octave)).AsSpan());
            var added = MemoryMarshal.Cast<long, Vector<long>>(theirs.AsSpan());
            for (var at = 0; at < ours.Length; at++) ours[at] += added[at];
        }

        Least = Math.Min(Least, other.Least);
        Greatest = Math.Max(Greatest, other.Greatest);
        _sum += other._sum;
        Count += other.Count;
    }

    /// <summary>Keeps its memory for what comes next.</summary>
    public void Clear()
    {
        foreach (var octave in _octaves) octave?.AsSpan().Clear();
        (Count, Least, Greatest, _sum) = (0, long.MaxValue, 0, 0);
    }

    /// <summary>
    /// The nearest-rank quantile: the least value that at least this share of all samples does not exceed. The middle of its bucket, kept within the exact extremes; what is beyond the last bucket is told
    /// as the greatest, never as less. 0 without samples.
    /// </summary>
    public long Quantile(double share)
    {
        if (Count == 0) return 0;
        var rank = Rank(share, Count);
        if (rank == 1) return Least;
        if (rank == Count) return Greatest;
        var (from, to) = Ranked(rank);
        return to == Beyond && Greatest >= Beyond ? Greatest : Math.Clamp(from + (to - from) / 2, Least, Greatest);
    }

    /// <summary>The bucket of the sample of a rank from 1.</summary>
    internal (long From, long To) Ranked(long rank)
    {
        long passed = 0;
        for (var octave = 0; octave < Octaves; octave++)
        {
            if (_octaves[octave] is not { } counts) continue;
            for (var at = 0; at < Width; at++)
                if ((passed += counts[at]) >= rank) return Bounds(octave, at);
        }

        return Bounds(Octaves - 1, Width - 1);
    }

    /// <summary>From 1. A share such as 0.07 of 100 is a hair above 7 in floating point, and is 7.</summary>
    internal static long Rank(double share, long count) => Math.Clamp((long)Math.Ceiling(share * count * (1 - 1e-15)), 1, count);

    /// <summary>Those that hold anything, in order; <c>To</c> is the first value beyond.</summary>
    public IEnumerable<(long From, long To, long Count)> Buckets()
    {
        for (var octave = 0; octave < Octaves; octave++)
        {
            if (_octaves[octave] is not { } counts) continue;
            for (var at = 0; at < Width; at++)
            {
                if (counts[at] == 0) continue;
                var (from, to) = Bounds(octave, at);
                yield return (from, to, counts[at]);
            }
        }
    }

    /// <summary>How many samples are certainly at or above a value: those whose bucket begins there or later.</summary>
    public long AtOrAbove(long value)
    {
        long count = 0;
        foreach (var (from, _, held) in Buckets())
            if (from >= value) count += held;
        return count;
    }

    /// <summary>How many samples are certainly at or below a value: those whose bucket ends there or before.</summary>
    public long AtOrBelow(long value)
    {
        long count = 0;
        foreach (var (_, to, held) in Buckets())
            if (to - 1 <= value && to != Beyond) count += held;
        return count;
    }

    /// <summary>Puts back what <see cref="Buckets"/> told; false if there is no such bucket.</summary>
    internal bool Restore(long from, long to, long count)
    {
        if (from is < 0 or >= Beyond || count <= 0) return false;
        var (octave, at) = Place(from);
        if (Bounds(octave, at) != (from, to)) return false;
        (_octaves[octave] ?? Make(octave))[at] += count;
        Count += count;
        return true;
    }

    internal void Restore(long least, long greatest, Int128 sum) => (Least, Greatest, _sum) = (least, greatest, sum);

    // Octave 0 holds 0..1023 one by one; octave n holds [1024 << n-1, 1024 << n) in steps of 1 << n-1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (int Octave, int At) Place(long value)
    {
        var kept = (ulong)Math.Min(value, Beyond - 1);
        var octave = BitOperations.Log2(kept | (Width - 1)) - (Bits - 1);
        // A shift by octave - 1, and by nothing for octave 0.
        return (octave, (int)(kept >> (octave - 1 - ((octave - 1) >> 31))) & (Width - 1));
    }

    static (long From, long To) Bounds(int octave, int at) =>
        octave == 0 ? (at, at + 1) : ((long)(Width + at) << (octave - 1), (long)(Width + at + 1) << (octave - 1));

    [MethodImpl(MethodImplOptions.NoInlining)]
    long[] Make(int octave) => _octaves[octave] = new long[Width];
}
