using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Muster.Telemetry.Histograms;

/// <summary>One side of a histogram: spans, and a count for each index in them. Immutable; each operation gives new ones.</summary>
readonly record struct SparseBuckets(ImmutableArray<BucketSpan> Spans, ImmutableArray<double> Counts)
{
    public static readonly SparseBuckets None = new([], []);

    public bool IsEmpty => Counts.IsEmpty;

    public BucketCursor Cursor() => new(this);

    /// <summary>The index of the bucket whose count stands at a place.</summary>
    public int IndexAt(int place)
    {
        var start = 0;
        foreach (var span in Spans)
        {
            start += span.Offset;
            if (place < span.Length) return start + place;
            place -= (int)span.Length;
            start += (int)span.Length;
        }

        throw new ArgumentOutOfRangeException(nameof(place), place, "there is no such bucket");
    }

    public double Total()
    {
        var total = new Compensated();
        foreach (var count in Counts) total.Add(count);
        return total.Value;
    }

    /// <summary>Each count of the other, times a factor, added to ours.</summary>
    public SparseBuckets Plus(SparseBuckets other, double factor)
    {
        if (other.IsEmpty) return this;
        if (HasLayoutOf(other)) return PlusInPlace(other.Counts, factor);
        var sum = new BucketWriter(Counts.Length + other.Counts.Length);
        var (ours, theirs) = (Cursor(), other.Cursor());
        var (hasOurs, hasTheirs) = (ours.Next(), theirs.Next());
        while (hasOurs || hasTheirs)
        {
            var takesOurs = hasOurs && (!hasTheirs || ours.Index <= theirs.Index);
            var takesTheirs = hasTheirs && (!hasOurs || theirs.Index <= ours.Index);
            sum.Add(takesOurs ? ours.Index : theirs.Index, takesOurs && takesTheirs ? ours.Count + (factor * theirs.Count) : takesOurs ? ours.Count : factor * theirs.Count);
            if (takesOurs) hasOurs = ours.Next();
            if (takesTheirs) hasTheirs = theirs.Next();
        }

        return sum.Finish();
    }

    public bool HasLayoutOf(SparseBuckets other) => Spans == other.Spans ? Counts.Length == other.Counts.Length : Counts.Length == other.Counts.Length && Spans.AsSpan().SequenceEqual(other.Spans.AsSpan());

    public SparseBuckets Times(double factor)
    {
        if (IsEmpty) return this;
        var counts = new double[Counts.Length];
        for (var at = 0; at < counts.Length; at++) counts[at] = Counts[at] * factor;
        return this with { Counts = ImmutableCollectionsMarshal.AsImmutableArray(counts) };
    }

    public SparseBuckets Over(double divisor)
    {
        if (IsEmpty) return this;
        var counts = new double[Counts.Length];
        for (var at = 0; at < counts.Length; at++) counts[at] = Counts[at] / divisor;
        return this with { Counts = ImmutableCollectionsMarshal.AsImmutableArray(counts) };
    }

    /// <summary>Puts each bucket where <paramref name="target"/> says, which may not go down from one index to the next; null leaves it out.</summary>
    public SparseBuckets Regrouped(Func<int, int?> target)
    {
        var regrouped = new BucketWriter(Counts.Length);
        for (var cursor = Cursor(); cursor.Next();)
        {
            if (target(cursor.Index) is { } index) regrouped.Add(index, cursor.Count);
        }

        return regrouped.Finish();
    }

    /// <summary>Without empty buckets, in as few spans as can be.</summary>
    public SparseBuckets Compact()
    {
        if (IsEmpty) return None;
        var isCompact = !Counts.Contains(0);
        for (var span = 0; span < Spans.Length && isCompact; span++) isCompact = Spans[span].Length > 0 && (span == 0 || Spans[span].Offset > 0);
        if (isCompact) return this;
        var compact = new BucketWriter(Counts.Length);
        for (var cursor = Cursor(); cursor.Next();)
        {
            if (cursor.Count != 0) compact.Add(cursor.Index, cursor.Count);
        }

        return compact.Finish();
    }

    SparseBuckets PlusInPlace(ImmutableArray<double> others, double factor)
    {
        var counts = new double[Counts.Length];
        for (var at = 0; at < counts.Length; at++) counts[at] = Counts[at] + (factor * others[at]);
        return this with { Counts = ImmutableCollectionsMarshal.AsImmutableArray(counts) };
    }
}
