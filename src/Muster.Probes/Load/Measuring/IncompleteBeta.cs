namespace Muster.Probes.Load;

/// <summary>
/// The regularised incomplete beta function I_x(a, b), by the continued fraction of NIST DLMF 8.17.22 evaluated with Lentz's method. What stands before the fraction is written with the remainders of
/// Stirling's series (DLMF 5.11.1), so that nothing cancels for samples of many millions.
/// </summary>
static class IncompleteBeta
{
    const int MostTerms = 1_000_000;
    const double Tiny = 1e-300;

    public static double Of(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        // The fraction converges fast on this side of the mean only; DLMF 8.17.4 mirrors the other.
        return x < (a + 1) / (a + b + 2) ? Front(x, a, b) * Fraction(x, a, b) / a : 1 - Front(x, a, b) * Fraction(1 - x, b, a) / b;
    }

    /// <summary>x^a (1-x)^b / B(a, b).</summary>
    static double Front(double x, double a, double b)
    {
        var all = a + b;
        var log = a * Math.Log(x * all / a) + b * (Log1p(-x) + Math.Log(all / b)) + Remainder(all) - Remainder(a) - Remainder(b);
        return Math.Exp(log) * Math.Sqrt(a * b / (2 * Math.PI * all));
    }

    static double Fraction(double x, double a, double b)
    {
        double c = 1, d = Away(1 - (a + b) * x / (a + 1));
        d = 1 / d;
        var product = d;
        for (var m = 1; m <= MostTerms; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Away(1 + even * d);
            c = Away(1 + even / c);
            product *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Away(1 + odd * d);
            c = Away(1 + odd / c);
            var step = d * c;
            product *= step;
            if (Math.Abs(step - 1) < 1e-15) break;
        }

        return product;
    }

    static double Away(double from) => Math.Abs(from) < Tiny ? Tiny : from;

    /// <summary>ln(1 + x) without losing a small x.</summary>
    static double Log1p(double x)
    {
        var one = 1 + x;
        return one == 1 ? x : Math.Log(one) * x / (one - 1);
    }

    /// <summary>ln of the gamma function without (z - 1/2) ln z - z + ln(2 pi) / 2.</summary>
    static double Remainder(double z)
    {
        var below = 0.0;
        for (; z < 12; z++) below += (z + 0.5) * Math.Log((z + 1) / z) - 1;
        var square = z * z;
        return below + (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / (1188 * square)) / square) / square) / square) / z;
    }
}
