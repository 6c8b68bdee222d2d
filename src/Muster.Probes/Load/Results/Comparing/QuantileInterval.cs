namespace Muster.Probes.Load;

/// <summary>Between which samples a quantile of what is sampled lies: the ranks follow from the binomial distribution alone, whatever the shape (H. A. David, H. N. Nagaraja, "Order Statistics", 7.1).</summary>
static class QuantileInterval
{
    /// <summary>Each side misses with a probability of <paramref name="alpha"/>; null where the samples are too few for a side. Nanoseconds.</summary>
    public static (long Low, long High)? Of(Latencies seen, double share, double alpha)
    {
        var n = seen.Count;
        if (n == 0 || share is <= 0 or >= 1) return null;
        // The most k with P(Binomial(n, share) <= k) <= alpha: the quantile is not under the sample after it... and mirrored.
        var below = Last(n, k => AtMost(k, n, share) <= alpha);
        var upper = Last(n, k => AtMost(k, n, share) < 1 - alpha) + 2;
        if (below < 0 || upper > n) return null;
        return (seen.Ranked(below + 1).From, seen.Ranked(upper).To - 1);
    }

    static double AtMost(long k, long n, double share) => k < 0 ? 0 : k >= n ? 1 : 1 - IncompleteBeta.Of(share, k + 1, n - k);

    /// <summary>The last k from 0 for which it still holds, -1 if it never does; it holds up to some k and not beyond.</summary>
    static long Last(long n, Func<long, bool> holds)
    {
        var (low, high) = (-1L, n);
        while (low + 1 < high)
        {
            var middle = low + (high - low) / 2;
            if (holds(middle)) low = middle;
            else high = middle;
        }

        return low;
    }
}
