using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Muster.Cli.Telemetry;

/// <summary>What a store holds: from <c>/api/v1/status/tsdb</c> (<see href="https://prometheus.io/docs/prometheus/latest/querying/api/#tsdb-stats"/>).</summary>
/// <param name="Samples">All that were ever taken, from <c>/metrics</c>, or all that are held; null when neither is told.</param>
sealed record StoreView(long Series, double? Samples, DateTimeOffset Seen, ImmutableArray<(string Name, long Count)> ByMetric, ImmutableArray<(string Name, long Count)> ByLabel, ImmutableArray<(string Name, long Count)> ByPair)
{
    /// <summary>Muster's own, and Prometheus'.</summary>
    static readonly string[] Counters = ["muster_telemetry_samples_appended_total", "prometheus_tsdb_head_samples_appended_total"];

    /// <exception cref="Refusal">It is not what the API promises.</exception>
    public static StoreView Read(byte[] status, byte[]? metrics, DateTimeOffset now)
    {
        try
        {
            using var json = JsonDocument.Parse(status);
            var data = json.RootElement.GetProperty("data");
            return new(data.GetProperty("headStats").GetProperty("numSeries").GetInt64(), (metrics is null ? null : Sum(Encoding.UTF8.GetString(metrics))) ?? Held(data), now, List("seriesCountByMetricName"), List("labelValueCountByLabelName"), List("seriesCountByLabelValuePair"));

            ImmutableArray<(string, long)> List(string name) => data.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
                ? [.. list.EnumerateArray().Select(one => (one.GetProperty("name").GetString()!, one.GetProperty("value").GetInt64()))] : [];
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new Refusal(ExitCode.Undecided, $"the answer is not that of a Prometheus: {wrong.Message}", "--url names the server's root, as http://127.0.0.1:7280");
        }
    }

    /// <summary>What Muster's server tells beside the API's figures: the samples that it holds, which grow as they come in.</summary>
    static double? Held(JsonElement data) => data.TryGetProperty("store", out var store) && store.TryGetProperty("samples", out var samples) ? samples.GetDouble() : null;

    /// <summary>The counter over all of its labels; the first that is there.</summary>
    static double? Sum(string metrics)
    {
        foreach (var counter in Counters)
        {
            double? sum = null;
            foreach (var line in metrics.AsSpan().EnumerateLines())
            {
                if (!line.StartsWith(counter, StringComparison.Ordinal) || line[counter.Length..] is not ['{' or ' ', ..]) continue;
                var rest = line[(line.LastIndexOf('}') is >= 0 and var end ? end + 1 : counter.Length)..].Trim();
                var space = rest.IndexOf(' ');
                if (double.TryParse(space < 0 ? rest : rest[..space], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) sum = (sum ?? 0) + value;
            }

            if (sum is not null) return sum;
        }

        return null;
    }

    /// <param name="before">An earlier look, for the rate.</param>
    /// <param name="height">Rows of a terminal, which all of it has to fit: what stands above would be out of sight. Null: as many as there are.</param>
    public string Text(string url, StoreView? before, int width, int? height = null)
    {
        var tables = new[] { ByMetric, ByLabel, ByPair }.Count(table => !table.IsEmpty);
        var most = height is { } all && tables > 0 ? Math.Max(1, (all - 5 - (2 * tables)) / tables) : int.MaxValue;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{url}  {Seen:HH:mm:ss} UTC\n\n  series  {Series.ToString("N0", CultureInfo.InvariantCulture)}\n");
        var rate = before is { Samples: { } was } && Samples is { } now && now >= was && Seen > before.Seen ? (now - was) / (Seen - before.Seen).TotalSeconds : (double?)null;
        text.Append(CultureInfo.InvariantCulture, $"  ingest  {(rate is { } known ? Figures.Of(known) + " samples/s" : "not known: neither a counter of /metrics nor the status tells how many samples came in")}\n");
        Table("SERIES BY METRIC", ByMetric);
        Table("VALUES BY LABEL", ByLabel);
        Table("SERIES BY LABEL AND VALUE", ByPair);
        return string.Concat(text.ToString().Split('\n')[..^1].Select(line => Load.TerminalLine.Cut(line, width) + "\n"));

        void Table(string title, ImmutableArray<(string Name, long Count)> rows)
        {
            if (rows.IsEmpty) return;
            rows = [.. rows.Take(most)];
            text.Append('\n').Append("  ").Append(title).Append('\n');
            var digits = rows.Max(row => row.Count.ToString("N0", CultureInfo.InvariantCulture).Length);
            foreach (var (name, count) in rows)
                text.Append("  ").Append(count.ToString("N0", CultureInfo.InvariantCulture).PadLeft(digits)).Append("  ").Append(string.Concat(name.Select(letter => char.IsControl(letter) ? '?' : letter))).Append('\n');
        }
    }
}
