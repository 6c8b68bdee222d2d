namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>
    /// The same buckets with the same counts, whatever the hints and however the spans are cut. Not-a-number is the same as not-a-number. An empty
    /// bucket is not the same as none: compact both where it shall be.
    /// </summary>
    /// <param name="tolerance">How much counts and sums may differ, in parts of the larger one; 0 for not at all. Bounds may never differ.</param>
    public bool SameAs(NativeHistogram other, double tolerance = 0) =>
        ReferenceEquals(this, other)
        || (Schema == other.Schema
            && (HasCustomBuckets ? HasBoundsOf(other) : ZeroThreshold == other.ZeroThreshold && Close(ZeroCount, other.ZeroCount, tolerance))
            && Close(Count, other.Count, tolerance) && Close(Sum, other.Sum, tolerance)
            && Same(Positive, other.Positive, tolerance) && Same(Negative, other.Negative, tolerance));

    static bool Same(SparseBuckets a, SparseBuckets b, double tolerance)
    {
        if (a.Counts.Length != b.Counts.Length) return false;
        var (ours, theirs) = (a.Cursor(), b.Cursor());
        while (ours.Next())
        {
            if (!theirs.Next() || ours.Index != theirs.Index || !Close(ours.Count, theirs.Count, tolerance)) return false;
        }

        return true;
    }

    static bool Close(double a, double b, double tolerance) => a.Equals(b) || a == b || (tolerance > 0 && Math.Abs(a - b) <= tolerance * Math.Max(Math.Abs(a), Math.Abs(b)) && double.IsFinite(a) && double.IsFinite(b));
}
