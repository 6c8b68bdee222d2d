using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

static class PrometheusQueryProbe
{
    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var query = given.Text("query") ?? throw Given.Wrong("query", "is missing");
        var api = await PrometheusApi.Of(given, context, cancel);
        var before = await api.Identity(cancel);
        var (seen, count) = given["over"] is null ? await Now(api, query, cancel) : await Over(api, query, given, cancel);
        // The time in a result is that of the question; the samples behind it have their own.
        var selectors = PromQl.Selectors(query);
        var ages = await api.Each(selectors, static selector => $"time() - max(timestamp({selector}))", cancel);
        seen = seen.With("silent", Value.Texts(selectors.Where((_, i) => ages[i] is null)));
        if (ages.Max() is { } oldest) seen = seen.With("age", Math.Max(0, Math.Round(oldest, 3)));
        return new() { Observation = seen, Population = count, Before = before, After = await api.Identity(cancel) };
    }

    static async Task<(Value.Fields Seen, int Count)> Now(PrometheusApi api, string query, CancellationToken cancel)
    {
        var samples = await api.Query(query, cancel);
        return (QueryAnswer.Of(samples), samples.Count);
    }

    static async Task<(Value.Fields Seen, int Count)> Over(PrometheusApi api, string query, Given given, CancellationToken cancel)
    {
        var over = given.Seconds("over", 0);
        var step = given.Seconds("step", Math.Max(1, over / 100));
        if (over <= 0 || step <= 0 || over / step > QueryAnswer.MostPoints) throw Given.Wrong("step", $"gives more than {QueryAnswer.MostPoints} points, or none");
        var until = await api.Time(cancel);
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={until - over:0.###}&end={until:0.###}&step={step:0.###}");
        // The last point that was asked for is less than a step before the moment; an answer that ended before is none of now.
        var (seen, count, fewest) = QueryAnswer.OfRange(await api.Data(path, cancel), until - step);
        if (fewest is { } least) seen = seen.With("coverage", Math.Min(1, Math.Round(least / (Math.Floor(over / step) + 1), 4)));
        return (seen, count);
    }
}
