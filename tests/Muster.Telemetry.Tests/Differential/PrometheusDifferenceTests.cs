using System.Globalization;
using System.Text.Json;
using Muster.Servers;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Differential;

/// <summary>Random PromQL over random data: our answer beside a real Prometheus's.</summary>
public sealed class PrometheusDifferenceTests
{
    /// <summary>More with <c>MUSTER_DIFFERENTIAL_QUERIES</c>.</summary>
    static readonly int Queries = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_DIFFERENTIAL_QUERIES"), CultureInfo.InvariantCulture, out var queries) ? queries : 3000;

    [Fact]
    public async Task Thousands_of_random_queries_come_to_what_a_real_Prometheus_answers()
    {
        var cancel = TestContext.Current.CancellationToken;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_SEED"), CultureInfo.InvariantCulture, out var given) ? given : 7;
        var random = new Random(seed);
        var source = RandomSeries.Of(random);
        await using var prometheus = await PrometheusServer.StartWith(RandomSeries.OpenMetrics(source), cancel);
        using var http = new HttpClient { BaseAddress = prometheus.Address };
        var query = new RandomQuery(random);
        var differences = new List<string>();
        var answered = 0;
        for (var n = 0; n < Queries; n++)
        {
            var text = query.Next();
            // 13 ms beside the grid of the samples, and an hour after their start: no window ends where a sample is, or begins before the first.
            var start = RandomSeries.Start + 3_600_013 + (random.Next(3600) * 1000L);
            var isRange = random.Next(3) > 0;
            var theirs = await Theirs(http, text, start, isRange, cancel);
            var ours = Ours(source, text, start, isRange);
            if (theirs is not null) answered++;
            if (Difference(text, theirs, ours) is { } difference) differences.Add($"{text}\n    {(isRange ? "range" : "instant")} at {start}: {difference}");
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {Queries} differ (seed {seed}):\n" + string.Join('\n', differences.Take(20)));
        Assert.True(answered > Queries * 3 / 4, $"only {answered} of {Queries} were answered");
    }

    /// <summary>Values by series and time; null: refused.</summary>
    static async Task<SortedDictionary<string, double>?> Theirs(HttpClient http, string query, long start, bool isRange, CancellationToken cancel)
    {
        using var form = new FormUrlEncodedContent(isRange
            ? [new("query", query), new("start", Seconds(start)), new("end", Seconds(start + 1_200_000)), new("step", "60")]
            : [new("query", query), new("time", Seconds(start))]);
        using var answer = await http.PostAsync(new Uri(isRange ? "api/v1/query_range" : "api/v1/query", UriKind.Relative), form, cancel);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStreamAsync(cancel));
        if (json.RootElement.GetProperty("status").GetString() != "success") return null;
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var labels = Labels.Of(series.GetProperty("metric").EnumerateObject().Select(label => new Label(label.Name, label.Value.GetString()!)));
            var points = isRange ? series.GetProperty("values").EnumerateArray() : new[] { series.GetProperty("value") }.AsEnumerable();
            foreach (var point in points) values.Add(Key(labels, (long)Math.Round(point[0].GetDouble() * 1000)), Number(point[1].GetString()!));
        }

        return values;
    }

    static SortedDictionary<string, double>? Ours(HeldSource source, string query, long start, bool isRange)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        try
        {
            if (isRange)
            {
                foreach (var series in ((MatrixValue)QueryEngine.Range(source, query, start, start + 1_200_000, 60_000, QueryOptions.Default, CancellationToken.None).Value).Series)
                {
                    for (var at = 0; at < series.Times.Length; at++) values.Add(Key(series.Labels, series.Times[at]), series.Values[at]);
                }
            }
            else
            {
                foreach (var sample in ((VectorValue)QueryEngine.Instant(source, query, start, QueryOptions.Default, CancellationToken.None).Value).Samples) values.Add(Key(sample.Labels, start), sample.Value);
            }
        }
        catch (QueryProblem) { return null; }

        return values;
    }

    static string? Difference(string query, SortedDictionary<string, double>? theirs, SortedDictionary<string, double>? ours)
    {
        if (theirs is null || ours is null) return theirs is null == ours is null ? null : theirs is null ? "Prometheus refuses it, we answer" : "Prometheus answers, we refuse";
        foreach (var (key, value) in theirs)
        {
            if (!ours.TryGetValue(key, out var mine)) return $"{key} is missing; theirs is {value.ToString(CultureInfo.InvariantCulture)}";
            if (!IsNear(value, mine) && !(query.Contains("std", StringComparison.Ordinal) && IsSpread(value, mine))) return string.Create(CultureInfo.InvariantCulture, $"{key}: theirs {value}, ours {mine}");
        }

        return ours.Keys.FirstOrDefault(key => !theirs.ContainsKey(key)) is { } more ? $"{more} is ours only: {ours[more].ToString(CultureInfo.InvariantCulture)}" : null;
    }

    static bool IsNear(double a, double b) => a.Equals(b) || a == b || Math.Abs(a - b) <= Math.Max(1e-12, 1e-9 * Math.Max(Math.Abs(a), Math.Abs(b)));

    /// <summary>A spread of values that hardly differ is rounding alone, and ours is compensated; and the old release takes no notice of a first value that is no number.</summary>
    static bool IsSpread(double theirs, double ours) => double.IsNaN(ours) || Math.Abs(theirs - ours) <= 1e-6 * Math.Max(1, Math.Max(Math.Abs(theirs), Math.Abs(ours)));

    static string Key(Labels labels, long time) => string.Create(CultureInfo.InvariantCulture, $"{labels} @{time}");

    static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString(CultureInfo.InvariantCulture);

    static double Number(string text) => text switch { "NaN" => double.NaN, "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.Parse(text, CultureInfo.InvariantCulture) };
}
