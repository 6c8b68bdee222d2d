using System.Globalization;
using System.Text;
using System.Text.Json;
using Muster.Servers;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Series;
using Muster.Telemetry.Tests.Scraping;

namespace Muster.Telemetry.Tests.Intake.Exposition;

/// <summary>
/// Pages and their mutations, scraped by a real Prometheus: read and refused alike, and what was read is the same series with the same values. The old
/// release that Debian has knows no quoted names and leaves bounds as they are: neither stands in these pages. Where it differs from the formats'
/// grammars, which <see cref="IsOfItsAge"/> lists, ours goes by the grammar.
/// </summary>
public sealed class PrometheusScrapeTests
{
    const string Text = """
        # HELP requests_total How "many" \\ \n.
        # TYPE requests_total counter
        requests_total{path="/a\"b\\n\n",code="200"} 12

        # a comment
        requests_total{path="/c", code="500",}	1.5e-3
        temperature{} -2.25
        ratio NaN
        endless{of="ü"} -Inf

        """;

    const string OpenMetrics = """
        # TYPE requests counter
        # HELP requests How \"many\" \\ \n.
        requests_total{path="/a\"b\\n\n",code="200"} 12 # {trace_id="0af7651916cd43dd"} 0.5 1520879607.789
        requests_total{path="/c",code="500"} 1.5e-3
        # TYPE wait_seconds gauge
        # UNIT wait_seconds seconds
        wait_seconds{of="ü"} -2.25
        # TYPE t unknown
        t +Inf
        # EOF

        """;

    const string Bytes = "{}\"\\#=, \n\taN1.e+-_:";

    static readonly int Pages = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_DIFFERENTIAL_PAGES"), CultureInfo.InvariantCulture, out var pages) ? pages : 400;

    [Fact]
    public async Task Pages_and_their_mutations_are_read_as_Prometheus_reads_them()
    {
        var cancel = TestContext.Current.CancellationToken;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 13;
        var random = new Random(seed);
        var pages = Enumerable.Range(0, Pages).Select(n => Mutated((n % 2 == 0 ? Text : OpenMetrics).ReplaceLineEndings("\n"), random, n < 2)).ToArray();
        await using var site = new TinyServer(head =>
        {
            var page = int.Parse(head[(head.IndexOf('/', StringComparison.Ordinal) + 1)..head.IndexOf(" HTTP", StringComparison.Ordinal)], CultureInfo.InvariantCulture);
            return TinyServer.Ok(pages[page], page % 2 == 0 ? "text/plain; version=0.0.4" : "application/openmetrics-text; version=1.0.0; charset=utf-8");
        });
        var config = new StringBuilder("scrape_configs:\n- job_name: pages\n  scrape_interval: 5s\n  honor_timestamps: false\n  static_configs:\n");
        for (var page = 0; page < pages.Length; page++) config.Append(CultureInfo.InvariantCulture, $"  - {{ targets: [ \"{site.Address}\" ], labels: {{ __metrics_path__: \"/{page}\", page: \"{page}\" }} }}\n");
        await using var prometheus = await PrometheusServer.Start(config.ToString(), cancel);
        using var http = new HttpClient { BaseAddress = prometheus.Address };

        var errors = await Errors(http, pages.Length, cancel);
        var series = await Series(http, cancel);
        var differences = new List<string>();
        var read = 0;
        for (var page = 0; page < pages.Length; page++)
        {
            var batch = new SampleBatch();
            var ours = new ExpositionParser().Parse(Encoding.UTF8.GetBytes(pages[page]), page % 2 == 1, 0, batch);
            var theirs = errors[page].Length > 0 ? errors[page] : null;
            if (theirs is null) read++;
            if (ours is null != theirs is null && !IsOfItsAge(ours ?? "", theirs ?? "")) differences.Add($"ours: {ours ?? "read"}; theirs: {theirs ?? "read"}\n{pages[page]}");
            else if (ours is null && theirs is null && Samples(batch) is var mine && series.GetValueOrDefault(page) is var known && !mine.SetEquals(known ?? [])) differences.Add($"ours: {string.Join(" | ", mine.Except(known ?? []))}\ntheirs: {string.Join(" | ", (known ?? []).Except(mine))}\n{pages[page]}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {pages.Length} differ (seed {seed}):\n{string.Join("\n----\n", differences.Take(25))}");
        Assert.True(read > pages.Length / 10 && read < pages.Length * 9 / 10, $"{read} read of {pages.Length}");
    }

    /// <summary>
    /// It takes labels without commas between them, texts in quotes over several lines, and times of exemplars beyond all time; it takes a blank before
    /// a name for a part of it, and one beside a type for a part of that, and does without one between a name and its value or type; it knows no times before 1970, and exemplars of counters and buckets only.
    /// </summary>
    static bool IsOfItsAge(string ours, string theirs) =>
        ours.Contains("a space is missing behind", StringComparison.Ordinal) || ours.Contains("a comma or a closing brace", StringComparison.Ordinal) || ours.Contains("does not end on its line", StringComparison.Ordinal) || ours.Contains("an exemplar's timestamp", StringComparison.Ordinal)
        || theirs.Contains("__name__=\" ", StringComparison.Ordinal) || theirs.Contains("__name__=\"\\t", StringComparison.Ordinal) || (theirs.StartsWith("invalid metric type \"", StringComparison.Ordinal) && theirs.AsSpan(21).ContainsAny(" \\"))
        || theirs.StartsWith("expected metric name after HELP", StringComparison.Ordinal) || theirs.Contains("new record, got \"INVALID\"", StringComparison.Ordinal) || theirs.Contains("does not support exemplars", StringComparison.Ordinal);

    static string Mutated(string page, Random random, bool isWhole)
    {
        if (isWhole) return page;
        var text = new StringBuilder(page);
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            var at = random.Next(text.Length);
            if (char.IsAscii(text[at])) _ = random.Next(3) switch { 0 => text.Remove(at, 1), 1 => text.Insert(at, Bytes[random.Next(Bytes.Length)]), _ => text.Replace(text[at], Bytes[random.Next(Bytes.Length)], at, 1) };
        }

        return text.ToString();
    }

    /// <summary>Of each page, once all have been scraped; empty: it was read.</summary>
    static async Task<string[]> Errors(HttpClient http, int pages, CancellationToken cancel)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (true)
        {
            using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/v1/targets?state=active", UriKind.Relative), cancel));
            var targets = json.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray().ToArray();
            if (targets.Length == pages && targets.All(target => target.GetProperty("health").GetString() != "unknown"))
                return [.. targets.OrderBy(target => int.Parse(target.GetProperty("labels").GetProperty("page").GetString()!, CultureInfo.InvariantCulture)).Select(target => target.GetProperty("lastError").GetString()!)];
            await pace.WaitForNextTickAsync(cancel);
        }
    }

    static async Task<Dictionary<int, HashSet<string>>> Series(HttpClient http, CancellationToken cancel)
    {
        using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri("api/v1/query?query=" + Uri.EscapeDataString("{__name__!~\"up|scrape_.*\",page!=\"\"}"), UriKind.Relative), cancel));
        var found = new Dictionary<int, HashSet<string>>();
        foreach (var one in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var labels = Labels.Of(one.GetProperty("metric").EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString()!)));
            var page = int.Parse(labels["page"], CultureInfo.InvariantCulture);
            if (!found.TryGetValue(page, out var series)) found.Add(page, series = []);
            var value = one.GetProperty("value")[1].GetString()!;
            series.Add(Shown(labels.Where(label => label.Name is not ("page" or "job" or "instance")), value switch { "NaN" => double.NaN, "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.Parse(value, CultureInfo.InvariantCulture) }));
        }

        return found;
    }

    /// <summary>The first of two samples of one series goes, as all have one time.</summary>
    static HashSet<string> Samples(SampleBatch batch)
    {
        var seen = new HashSet<Labels>();
        var samples = new HashSet<string>();
        for (var at = 0; at < batch.Count; at++)
        {
            var labels = SeriesKey.Read(batch.KeyOf(batch.Series[at]));
            if (seen.Add(labels)) samples.Add(Shown(labels, batch.Values[at]));
        }

        return samples;
    }

    static string Shown(Labels labels, double value) => string.Create(CultureInfo.InvariantCulture, $"{labels} {value:R}");
}
