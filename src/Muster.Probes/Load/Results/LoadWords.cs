using System.Globalization;

namespace Muster.Probes.Load;

/// <summary>Figures of a load run as people read them: three digits that say something, and a unit.</summary>
public static class LoadWords
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
        < 999.5 => Digits(milliseconds) + " ms",
        < 599_500 => Digits(milliseconds / 1000) + " s",
        _ => Number(Math.Round(milliseconds / 60_000)) + " min",
    };

    public static string Nanoseconds(double nanoseconds) => Milliseconds(nanoseconds * 1e-6);

    /// <summary>As <c>0.25s</c>, <c>30s</c>, <c>1m 50s</c>, <c>2h 5m</c>, <c>3d 4h</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero) return "-" + Duration(duration.Negate());
        if (duration.TotalSeconds < 59.995) return Math.Round(duration.TotalSeconds, duration.TotalSeconds < 1 ? 3 : 2).ToString(Plain) + "s";
        var seconds = (long)Math.Round(duration.TotalSeconds);
        var (large, small, units) = seconds < 3_600 ? (seconds / 60, seconds % 60, "ms") : seconds < 172_800 ? (seconds / 3_600, seconds % 3_600 / 60, "hm") : (seconds / 86_400, seconds % 86_400 / 3_600, "dh");
        return small == 0 ? $"{Number(large)}{units[0]}" : $"{Number(large)}{units[0]} {small}{units[1]}";
    }

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
