using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

static class PrometheusQueryProbe
{
    const int MostSeries = 100;
    const int MostPoints = 10_000;

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
        return (Seen(samples), samples.Count);
    }

    static async Task<(Value.Fields Seen, int Count)> Over(PrometheusApi api, string query, Given given, CancellationToken cancel)
    {
        var over = given.Seconds("over", 0);
        var step = given.Seconds("step", Math.Max(1, over / 100));
        if (over <= 0 || step <= 0 || over / step > MostPoints) throw Given.Wrong("step", $"gives more than {MostPoints} points, or none");
        var until = await api.Time(cancel);
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={until - over:0.###}&end={until:0.###}&step={step:0.###}");
        var data = await api.Data(path, cancel);
        if (data.Text("resultType") != "matrix") throw new Unseen(Blind.Unreadable, "the answer to a query over a time is no matrix");
        var series = data.Items("result").Select(one => (Labels: one.At("metric") as Value.Fields ?? Value.Fields.Empty, Points: one.Items("values").Select(pair => Sample.Of(Value.Fields.Empty, pair)).ToList())).ToList();
        var seen = Seen([.. series.Where(one => one.Points.Count > 0).Select(one => one.Points[^1] with { Labels = one.Labels })]);
        var points = series.SelectMany(one => one.Points).ToList();
        seen = seen.With("points", points.Count);
        if (series.Count > 0) seen = seen.With("coverage", Math.Min(1, Math.Round(series.Min(one => one.Points.Count) / (Math.Floor(over / step) + 1), 4)));
        if (points.Select(point => point.Value).OfType<double>().ToList() is { Count: > 0 } numbers) seen = seen.With("lowest", numbers.Min()).With("highest", numbers.Max());
        if (series is [{ Points: [{ Value: { } first }, .., { Value: { } last }] }]) seen = seen.With("first", first).With("rise", last - first);
        return (seen, series.Count);
    }

    static Value.Fields Seen(List<Sample> samples)
    {
        var numbers = samples.Select(one => one.Value).OfType<double>().ToList();
        var seen = Value.Of(("series_count", samples.Count), ("not_numbers", samples.Count - numbers.Count), ("values", Value.List(numbers.Take(MostSeries).Select(number => (Value)number))),
            ("series", Value.List(samples.Take(MostSeries).Select(one => (Value)Value.Of(("labels", one.Labels)).With("value", one.Value is { } number ? number : (Value?)null)))));
        if (numbers.Count > 0) seen = seen.With("lowest", numbers.Min()).With("highest", numbers.Max());
        return samples is [{ Value: { } only }] ? seen.With("value", only) : seen;
    }
}
