namespace Muster.Telemetry.Histograms;

/// <summary>Sums and differences (<see href="https://prometheus.io/docs/specs/native_histograms/#promql"/>).</summary>
public sealed partial class NativeHistogram
{
    /// <summary>In the lower resolution of the two, with the wider zero bucket; where bounds of their own differ, with those that both have.</summary>
    /// <returns>Null: one has exponential buckets and the other bounds of its own.</returns>
    public NativeHistogram? Add(NativeHistogram other, out HistogramNotes notes) => Combined(other, 1, out notes);

    /// <summary>Like <see cref="Add"/>, with the other taken away; the hint becomes what it becomes for a sum, until the caller says that it is a gauge.</summary>
    /// <returns>Null: one has exponential buckets and the other bounds of its own.</returns>
    public NativeHistogram? Subtract(NativeHistogram other, out HistogramNotes notes) => Combined(other, -1, out notes);

    /// <summary>
    /// What is known of a reset in a sum. With a gauge it is a gauge; of what is unknown and anything, nothing is known; "reset" and "not reset" conflict.
    /// </summary>
    internal static ResetHint Merged(ResetHint a, ResetHint b, ref HistogramNotes notes)
    {
        if (a == b) return a;
        if (a == ResetHint.Gauge || b == ResetHint.Gauge) return ResetHint.Gauge;
        if (a != ResetHint.Unknown && b != ResetHint.Unknown) notes |= HistogramNotes.ConflictingResets;
        return ResetHint.Unknown;
    }

    NativeHistogram? Combined(NativeHistogram other, double sign, out HistogramNotes notes)
    {
        notes = HistogramNotes.None;
        if (HasCustomBuckets != other.HasCustomBuckets) return null;
        var (a, b) = (this, other);
        if (!HasCustomBuckets)
        {
            (a, b) = WithSameZero(a, b);
            var schema = Math.Min(a.Schema, b.Schema);
            (a, b) = (a.ReducedTo(schema), b.ReducedTo(schema));
        }
        else if (!HasBoundsOf(other))
        {
            notes |= HistogramNotes.BoundsReconciled;
            var common = CommonBounds(CustomBounds, other.CustomBounds);
            (a, b) = (a.MappedTo(common), b.MappedTo(common));
        }

        return a.Copy(
            a.Positive.Plus(b.Positive, sign), a.Negative.Plus(b.Negative, sign), zeroCount: a.ZeroCount + (sign * b.ZeroCount),
            count: a.Count + (sign * b.Count), sum: a.Sum + (sign * b.Sum), hint: Merged(a.Hint, b.Hint, ref notes));
    }
}
