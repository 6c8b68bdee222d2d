using System.Globalization;
using System.Text;

namespace Muster.Cli.Telemetry;

/// <summary>Answers in rows: for people, and for spreadsheets.</summary>
static class QueryTable
{
    /// <summary>Of an instant each series with its value; of a range each with its least, mean, greatest and last.</summary>
    public static string Text(PromAnswer answer)
    {
        if (answer.Text is { } said) return said + "\n";
        if (answer.Series.IsEmpty) return "Nothing matches.\n";
        var range = answer.Kind == "matrix";
        List<string[]> rows = [range ? ["SERIES", "LAST", "MIN", "MEAN", "MAX", "SAMPLES"] : ["SERIES", "VALUE"]];
        foreach (var series in answer.Series) rows.Add(range ? Over(series) : [series.Name, Shown(series.Samples[0])]);
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
            text.Append(string.Join("  ", row.Select((cell, at) => at == 0 ? cell.PadRight(widths[0]) : cell.PadLeft(widths[at]))).TrimEnd()).Append('\n');
        return text.ToString();
    }

    static string Shown((double Time, double Value, string? Histogram) sample) => sample.Histogram ?? Figures.Exact(sample.Value);

    static string[] Over(PromSeries series)
    {
        var values = series.Samples.Where(sample => sample.Histogram is null).Select(sample => sample.Value).ToList();
        var count = series.Samples.Length.ToString(CultureInfo.InvariantCulture);
        return values.Count == 0 ? [series.Name, Shown(series.Samples[^1]), "", "", "", count]
            : [series.Name, Shown(series.Samples[^1]), Figures.Exact(values.Min()), Figures.Of(values.Average()), Figures.Exact(values.Max()), count];
    }

    /// <summary>A row for each sample: its time, its value, and a column for each label that any series has (<see href="https://www.rfc-editor.org/rfc/rfc4180"/>).</summary>
    public static string Csv(PromAnswer answer)
    {
        if (answer.Text is { } said) return $"text\r\n{Cell(said)}\r\n";
        var labels = answer.Series.SelectMany(series => series.Labels).Select(label => label.Key).Distinct().Order(StringComparer.Ordinal).ToList();
        var text = new StringBuilder(string.Join(',', ((string[])["time", "value", .. labels]).Select(Cell))).Append("\r\n");
        foreach (var series in answer.Series)
        {
            var names = string.Concat(labels.Select(label => "," + Cell(series.Labels.FirstOrDefault(one => one.Key == label).Value ?? "")));
            foreach (var sample in series.Samples)
                text.Append(DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(sample.Time * 1000)).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)).Append(',').Append(Cell(Shown(sample))).Append(names).Append("\r\n");
        }

        return text.ToString();
    }

    static string Cell(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
