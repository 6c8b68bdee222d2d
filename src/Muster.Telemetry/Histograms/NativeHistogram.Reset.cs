namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>
    /// Whether a counter began anew between <paramref name="previous"/> and this. The hint is believed; where there is none (or it is a gauge that is used
    /// as a counter), a count that went down anywhere is a reset, and so is a finer schema or a narrower zero bucket
    /// (<see href="https://prometheus.io/docs/specs/native_histograms/#counter-reset-considerations"/>).
    /// </summary>
    public bool IsResetOf(NativeHistogram previous)
    {
        if (Hint == ResetHint.Reset) return true;
        if (Hint == ResetHint.NotReset) return false;
        if (Count < previous.Count || HasCustomBuckets != previous.HasCustomBuckets) return true;
        if (HasCustomBuckets)
        {
            if (HasBoundsOf(previous)) return AnyLess(Positive, previous.Positive);
            var common = CommonBounds(CustomBounds, previous.CustomBounds);
            return AnyLess(MappedTo(common).Positive, previous.MappedTo(common).Positive);
        }

        if (Schema > previous.Schema || ZeroThreshold < previous.ZeroThreshold) return true;
        var before = previous.WithZeroOf(ZeroThreshold);
        if (before.ZeroThreshold != ZeroThreshold || ZeroCount < before.ZeroCount) return true;
        before = before.ReducedTo(Schema);
        return AnyLess(Positive, before.Positive) || AnyLess(Negative, before.Negative);
    }

    static bool AnyLess(SparseBuckets now, SparseBuckets before)
    {
        if (now.HasLayoutOf(before))
        {
            for (var at = 0; at < now.Counts.Length; at++)
            {
                if (now.Counts[at] < before.Counts[at]) return true;
            }

            return false;
        }

        var current = now.Cursor();
        var hasCurrent = current.Next();
        for (var past = before.Cursor(); past.Next();)
        {
            while (hasCurrent && current.Index < past.Index) hasCurrent = current.Next();
            if (past.Count > (hasCurrent && current.Index == past.Index ? current.Count : 0)) return true;
        }

        return false;
    }
}
