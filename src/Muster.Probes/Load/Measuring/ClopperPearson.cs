namespace Muster.Probes.Load;

/// <summary>
/// Exact one-sided bounds of a proportion (C. J. Clopper, E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case of the binomial", Biometrika 26, 1934): whatever the true
/// share is, a bound misses it in at most 5 % of all runs.
/// </summary>
static class ClopperPearson
{
    public const double Alpha = 0.05;

    /// <summary>The standard normal quantile at 95 %.</summary>
    const double Z = 1.6448536269514722;

    /// <summary>The greatest share under which so few of them are no surprise.</summary>
    public static double Upper(long seen, long of) =>
        of <= 0 || seen >= of ? 1
        : seen == 0 ? -Math.Exp(Math.Log(Alpha) / of) + 1
        : Solve(share => IncompleteBeta.Of(share, seen + 1, of - seen), 1 - Alpha, (double)seen / of, 1);

    /// <summary>The least share under which so many of them are no surprise.</summary>
    public static double Lower(long seen, long of) =>
        of <= 0 || seen <= 0 ? 0
        : seen >= of ? Math.Exp(Math.Log(Alpha) / of)
        : Solve(share => IncompleteBeta.Of(share, seen, of - seen + 1), Alpha, 0, (double)seen / of);

    /// <summary>How many samples of this estimate would bring the upper bound under the limit; null if none would.</summary>
    public static long? Needed(double estimate, double limit)
    {
        if (!(estimate < limit) || limit <= 0) return null;
        var about = Z * Z * limit * (1 - limit) / ((limit - estimate) * (limit - estimate));
        if (about > 1e15) return null;
        // Beyond a million the normal approximation is within a thousandth of the exact answer.
        if (about > 1e6) return (long)Math.Ceiling(about);
        bool Enough(long n) => Upper((long)Math.Ceiling(estimate * n * (1 - 1e-12)), n) < limit;
        long high = 1;
        while (!Enough(high)) high *= 2;
        var low = high / 2;
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (Enough(middle)) high = middle;
            else low = middle;
        }

        return high;
    }

    /// <summary>Where a rising function of the share reaches a level.</summary>
    static double Solve(Func<double, double> rising, double level, double low, double high)
    {
        for (var i = 0; i < 200 && high - low > 1e-15 * high; i++)
        {
            var middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) break;
            if (rising(middle) < level) low = middle;
            else high = middle;
        }

        return low + (high - low) / 2;
    }
}
