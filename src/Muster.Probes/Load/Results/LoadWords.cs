using System.Globalization;

namespace Muster.Probes.Load;

/// <summary>Figures of a load run as people read them: three digits that say something, and a unit.</summary>
static class LoadWords
{
    static readonly CultureInfo Plain = CultureInfo.InvariantCulture;

    public static string Number(double number) =>
        !double.IsFinite(number) ? "not a number"
        : Math.Abs(number) >= 1e15 ? number.ToString("G4", Plain)
        : number == Math.Floor(number) || Math.Abs(number) >= 1000 ? number.ToString("N0", Plain) : Digits(number);

    public static string Count(long count, string noun) => $"{count.ToString("N0", Plain)} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>As <c>183 ms</c>, <c>1.24 ms</c>, <c>61 µs</c>, <c>12.4 s</c>.</summary>
    public static string Milliseconds(double milliseconds) => Math.Abs(milliseconds) switch
    {
        0 => "0 ms",
        < 0.000_999_5 => Digits(milliseconds * 1e6) + " ns",
        < 0.999_5 => Digits(milliseconds * 1e3) + " µs",
        < 9_995 => Digits(milliseconds) + " ms",
        < 600_000 => Digits(milliseconds / 1000) + " s",
        _ => Number(Math.Round(milliseconds / 60_000)) + " min",
    };

    public static string Nanoseconds(double nanoseconds) => Milliseconds(nanoseconds * 1e-6);

    public static string Duration(TimeSpan duration) => Readiness.Quantity.Show(TimeSpan.FromMilliseconds(Math.Round(duration.TotalMilliseconds)));

    /// <summary>As <c>0.03%</c>.</summary>
    public static string Percent(double share) => Math.Abs(share) is > 0 and < 1e-9 ? "less than 0.0000001%" : Digits(share * 100) + "%";

    public static string Bytes(double bytes) => Math.Abs(bytes) switch
    {
        >= 1e12 => Digits(bytes / 1e12) + " TB",
        >= 1e9 => Digits(bytes / 1e9) + " GB",
        >= 1e6 => Digits(bytes / 1e6) + " MB",
        >= 1e3 => Digits(bytes / 1e3) + " kB",
        _ => Digits(bytes) + " B",
    };

    /// <summary>Three significant digits, without the noughts behind them; whole from 1,000.</summary>
    public static string Digits(double number)
    {
        if (number == 0 || !double.IsFinite(number)) return number == 0 ? "0" : "not a number";
        var places = 2 - (int)Math.Floor(Math.Log10(Math.Abs(number)));
        if (places <= 0) return number.ToString("N0", Plain);
        return Math.Round((decimal)number, Math.Min(places, 15)).ToString("0.###############", Plain);
    }
}
