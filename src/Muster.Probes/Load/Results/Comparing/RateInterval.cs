namespace Muster.Probes.Load;

/// <summary>A bootstrap over windows for the ratio of two mean rates. It draws the same every time.</summary>
static class RateInterval
{
    public const int Fewest = 8;
    const int Draws = 2_000;

    /// <summary>One-sided 95 % bounds; null where there are too few windows.</summary>
    public static (double Low, double High)? Of(double[] before, double[] after)
    {
        if (before.Length < Fewest || after.Length < Fewest) return null;
        var random = new Random(20260301);
        var ratios = new double[Draws];
        for (var i = 0; i < Draws; i++)
        {
            var (one, other) = (Mean(before, random), Mean(after, random));
            if (one <= 0) return null;
            ratios[i] = other / one;
        }

        Array.Sort(ratios);
        return (ratios[(int)(Draws * 0.05)], ratios[(int)(Draws * 0.95) - 1]);
    }

    static double Mean(double[] from, Random random)
    {
        var sum = 0.0;
        for (var i = 0; i < from.Length; i++) sum += from[random.Next(from.Length)];
        return sum / from.Length;
    }
}
