namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>Most buckets that are taken in one histogram, both sides together.</summary>
    public const int MostBuckets = 64 * 1024;

    /// <summary>Furthest from 1 that a bucket's index may lie: schema 8 reaches the ends of the double range within 2^19.</summary>
    public const int FurthestIndex = 1 << 20;

    /// <summary>
    /// Why this is no histogram, for whoever sent it; null when it is one. Counts of floating-point histograms need not add up (rounding), those of
    /// integer ones must.
    /// </summary>
    /// <param name="isInteger">The counts came as integers: then the buckets make up the count, less what is not a number.</param>
    public string? Validate(bool isInteger = false)
    {
        if (!HasCustomBuckets && Schema is < -4 or > 8) return $"histogram has the schema {Schema}, which is none of -4 to 8 and {CustomBuckets}";
        if (PositiveBuckets.Length + NegativeBuckets.Length > MostBuckets) return $"histogram has more than {MostBuckets} buckets";
        var problem = HasCustomBuckets ? CustomProblem() : ExponentialProblem();
        problem ??= Problem(Positive, "positive") ?? Problem(Negative, "negative");
        if (problem is not null) return problem;
        if (!(ZeroCount >= 0)) return "histogram has a negative count in its zero bucket";
        if (!(Count >= 0)) return "histogram has a negative count";
        if (!isInteger) return null;
        var total = ZeroCount + Positive.Total() + Negative.Total();
        return total == Count || (double.IsNaN(Sum) && total < Count) ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"histogram has {total} observations in its buckets and a count of {Count}");
    }

    string? ExponentialProblem()
    {
        if (!CustomBounds.IsEmpty) return "histogram has exponential buckets and bounds of its own";
        return ZeroThreshold >= 0 && double.IsFinite(ZeroThreshold) ? null : "histogram has a zero threshold that is negative or no finite number";
    }

    string? CustomProblem()
    {
        if (ZeroCount != 0 || ZeroThreshold != 0) return "histogram with bounds of its own has a zero bucket";
        if (!NegativeBuckets.IsEmpty || !NegativeSpans.IsEmpty) return "histogram with bounds of its own has negative buckets";
        for (var at = 0; at < CustomBounds.Length; at++)
        {
            if (double.IsNaN(CustomBounds[at]) || double.IsPositiveInfinity(CustomBounds[at])) return "histogram has a bound that is +Inf or not a number";
            if (at > 0 && !(CustomBounds[at] > CustomBounds[at - 1])) return "histogram has bounds that do not ascend";
        }

        return null;
    }

    string? Problem(SparseBuckets side, string name)
    {
        long end = 0;
        long buckets = 0;
        for (var at = 0; at < side.Spans.Length; at++)
        {
            var span = side.Spans[at];
            if ((at > 0 || HasCustomBuckets) && span.Offset < 0) return $"histogram has a {name} span with a negative offset";
            var start = end + span.Offset;
            end = start + span.Length;
            buckets += span.Length;
            if (start < -FurthestIndex || end > FurthestIndex) return $"histogram has a {name} bucket beyond the range of numbers";
        }

        if (buckets != side.Counts.Length) return $"histogram has {side.Counts.Length} {name} buckets and spans for {buckets}";
        if (HasCustomBuckets && end > CustomBounds.Length + 1) return $"histogram has a bucket beyond its {CustomBounds.Length} bounds";
        foreach (var count in side.Counts)
        {
            if (!(count >= 0)) return $"histogram has a negative count in a {name} bucket";
        }

        return null;
    }
}
