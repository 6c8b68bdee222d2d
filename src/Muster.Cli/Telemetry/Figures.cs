using System.Globalization;

namespace Muster.Cli.Telemetry;

enum Unit { None, Bytes, Seconds, Ratio }

/// <summary>Numbers for people: few digits, and a unit that fits. Exact ones are in JSON and CSV.</summary>
static class Figures
{
    static readonly string[] Thousands = ["", "k", "M", "G", "T", "P"];
    static readonly string[] Binary = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>The unit that a metric's name ends with, as <see href="https://prometheus.io/docs/practices/naming/"/> has it.</summary>
    public static Unit UnitOf(string metric)
    {
        foreach (var (ending, unit) in ((string, Unit)[])[("_bytes", Unit.Bytes), ("_seconds", Unit.Seconds), ("_ratio", Unit.Ratio)])
            if (metric.EndsWith(ending, StringComparison.Ordinal)) return unit;
        return Unit.None;
    }

    /// <param name="more">Digits behind the point beyond the usual, where neighbours must be told apart.</param>
    public static string Of(double value, Unit unit = Unit.None, int more = 0)
    {
        if (!double.IsFinite(value)) return Exact(value);
        return unit switch
        {
            Unit.Bytes => Scaled(value, 1024, Binary, " ", more),
            Unit.Ratio => Digits(value * 100, more) + " %",
            Unit.Seconds => Time(value, more),
            _ when value != 0 && Math.Abs(value) < 0.001 => value.ToString("0.##" + new string('#', more) + "e0", CultureInfo.InvariantCulture),
            _ => Scaled(value, 1000, Thousands, "", more),
        };
    }

    /// <summary>As Prometheus writes it.</summary>
    public static string Exact(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    static string Time(double seconds, int more) => Math.Abs(seconds) switch
    {
        0 => "0 s",
        < 1e-6 => Digits(seconds * 1e9, more) + " ns",
        < 1e-3 => Digits(seconds * 1e6, more) + " µs",
        < 1 => Digits(seconds * 1e3, more) + " ms",
        < 120 => Digits(seconds, more) + " s",
        < 7200 => Digits(seconds / 60, more) + " min",
        < 172_800 => Digits(seconds / 3600, more) + " h",
        _ => Digits(seconds / 86_400, more) + " d",
    };

    static string Scaled(double value, double step, string[] names, string between, int more)
    {
        var at = 0;
        for (; at < names.Length - 1 && Math.Abs(value) >= step * 0.9995; at++) value /= step;
        return Digits(at > 0 ? Math.Round(value, Math.Min(15, 2 + more)) : value, more) + (names[at].Length > 0 ? between + names[at] : "");
    }

    static string Digits(double value, int more) => value.ToString(Math.Abs(value) switch
    {
        >= 1e6 => "0.###" + new string('#', more) + "e0",
        >= 100 => more > 0 ? "0." + new string('#', more) : "0",
        >= 10 => "0.#" + new string('#', more),
        >= 1 => "0.##" + new string('#', more),
        _ => "0.####" + new string('#', more),
    }, CultureInfo.InvariantCulture);
}
