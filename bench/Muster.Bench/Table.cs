using System.Globalization;

namespace Muster.Bench;

/// <summary>The results as rows of a Markdown table, ready for docs/performance.md.</summary>
static class Table
{
    public const string Head = "| figure | median | fastest–slowest | rate | allocated | peak memory | goal |\n|---|---|---|---|---|---|---|";

    public static string Row(Figure figure, Measure.Result result) =>
        $"| {figure.Name} | {Time(result.Median)} | {Time(result.Fastest)}–{Time(result.Slowest)} | {Rate(result)} | {Size(result.Allocated)} | {Size(result.Peak)} | {figure.Goal ?? "–"} |";

    public static string Missing(string name, string goal) => $"| {name} | not measured yet | | | | | {goal} |";

    static string Rate(Measure.Result result)
    {
        var units = $"{Number(result.Units / result.Median)} {result.Unit}/s";
        return result.Bytes == 0 ? units : $"{units}, {Number(result.Bytes / result.Median / 1e6)} MB/s";
    }

    public static string Time(double seconds) => seconds switch
    {
        >= 1 => $"{Number(seconds)} s",
        >= 1e-3 => $"{Number(seconds * 1e3)} ms",
        _ => $"{Number(seconds * 1e6)} µs",
    };

    public static string Size(long bytes) => bytes switch
    {
        >= 1_000_000 => $"{Number(bytes / 1e6)} MB",
        >= 1_000 => $"{Number(bytes / 1e3)} kB",
        _ => $"{bytes} B",
    };

    /// <summary>Three significant digits: more would pretend.</summary>
    public static string Number(double value) => value.ToString(value switch { >= 100 => "N0", >= 10 => "F1", _ => "F2" }, CultureInfo.InvariantCulture);
}
