using Muster.Readiness;

namespace Muster.Probes;

static class MetricsExpositionProbe
{
    const string Accepted = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.9,text/plain;q=0.8";
    const int MostNames = 200;
    const int MostNamed = 20;
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var read = given.Pairs("read").Select(one => (one.Name, Series: SeriesOf(one.Name, one.Text))).ToList();
        var recent = given.Seconds("recent", 300);
        var pause = given["again"] is null ? (TimeSpan?)null : TimeSpan.FromSeconds(Math.Min(given.Seconds("again", 0), LongestPause.TotalSeconds + 1));
        if (pause > LongestPause) throw Given.Wrong("again", $"is longer than {LongestPause.TotalMinutes} minutes");
        var api = await HttpApi.Of(given, context, cancel);
        var (answer, page) = await Scrape(api, given, cancel);
        var before = Identity(answer, page);
        var oldest = context.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000d - recent;
        var seen = Seen(page, given, read, oldest).With("duration", HttpProbe.Seconds(answer.Duration));
        if (pause is null) return new() { Observation = seen, Population = page.Samples.Count, Before = before, After = before };
        await Task.Delay(pause.Value, context.Clock, cancel);
        var (after, second) = await Scrape(api, given, cancel);
        var rises = read.Select(one => (one.Name, From: Only(page, one.Series)?.Value, To: Only(second, one.Series)?.Value)).Where(one => one is { From: { } from, To: { } to } && double.IsFinite(to - from));
        return new()
        {
            Observation = seen.With("rises", new Value.Fields(rises.Select(one => KeyValuePair.Create<string, Value>(one.Name, one.To!.Value - one.From!.Value)))).With("fell", Fell(page, second)),
            Population = page.Samples.Count, Before = before, After = Identity(after, second),
        };
    }

    static async Task<(HttpExchange Answer, Exposition Page)> Scrape(HttpApi api, Given given, CancellationToken cancel)
    {
        var path = given.Text("path") ?? "/metrics";
        var answer = await api.Send(HttpMethod.Get, path, null, null, given.Pairs("headers").Any(header => header.Name.Equals("accept", StringComparison.OrdinalIgnoreCase)) ? [] : [("Accept", Accepted)], cancel);
        if (answer.Status is 401 or 403) throw new Unseen(Blind.NotAdmitted, $"{path} answers {answer.Status}: the target's credentials are not admitted, or are missing");
        if (answer.Status is not 200) throw new Unseen(Blind.Unreadable, $"{path} answers {answer.Status} where 200 was expected");
        var text = HttpProbe.Text(answer.Body.Bytes) ?? throw new Unseen(Blind.Unreadable, $"{path} is not text");
        var page = Exposition.Read(text, answer.ContentType?.Contains("openmetrics", StringComparison.OrdinalIgnoreCase) == true);
        return page.Samples.Count > 0 ? (answer, page) : throw new Unseen(Blind.Unreadable, $"{path} is no page of metrics: {(page.Invalid is [var first, ..] ? first : "it has no sample")}");
    }

    /// <summary>A process that was started anew counts from zero: its start tells it from the one before.</summary>
    static Value.Fields Identity(HttpExchange answer, Exposition page) =>
        ((Value.Fields)answer.Identity).With("started", page.Samples.FirstOrDefault(sample => sample is { Name: "process_start_time_seconds", Labels.Count: 0 }) is { Value: var at } && double.IsFinite(at) ? (Value)at : null);

    static Value.Fields Seen(Exposition page, Given given, List<(string Name, ExposedSample Series)> read, double oldest)
    {
        var families = page.Families.OrderBy(family => family.Name, StringComparer.Ordinal).ToList();
        var missing = given.Texts("families").Where(name => !page.Has(name)).ToList();
        var buckets = ExposedBuckets.Wrong(page).ToList();
        var found = read.Select(one => (one.Name, Sample: Only(page, one.Series))).Where(one => one.Sample is { Value: var value } && double.IsFinite(value)).ToList();
        return Value.Of(
            ("families", families.Count), ("names", Value.Texts(families.Take(MostNames).Select(family => family.Name))), ("missing", missing.Count), ("missing_families", Value.Texts(missing)),
            ("samples", page.Samples.Count), ("duplicates", page.Duplicates), ("untyped", families.Count(family => family.Type is null or "untyped" or "unknown")),
            ("invalid", page.Invalid.Count), ("invalid_lines", Value.Texts(page.Invalid.Take(MostNamed).Select(one => Bounded.Start(one, 300)))),
            ("stale", page.Samples.Count(sample => sample.Time < oldest)), ("format", page.Format),
            ("bucket_problems", buckets.Count), ("bad_buckets", Value.Texts(buckets.Take(MostNamed).Select(one => Bounded.Start(one, 300)))),
            ("values", new Value.Fields(found.Select(one => KeyValuePair.Create<string, Value>(one.Name, one.Sample!.Value)))),
            ("labels", new Value.Fields(found.Select(one => KeyValuePair.Create<string, Value>(one.Name, new Value.Fields(one.Sample!.Labels.Select(label => KeyValuePair.Create<string, Value>(label.Name, label.Text))))))));
    }

    /// <summary>A metric with some of its labels, as <c>name{a="b"}</c>.</summary>
    static ExposedSample SeriesOf(string name, string text) => ExpositionLine.Read(text.Trim() + " 0", openMetrics: false) is { Sample: { Time: null } series } ? series
        : throw Given.Wrong("read", $"has for {name} what is no metric with its labels: {Bounded.Start(text, 100)}");

    /// <summary>The one sample that has these labels; null if there is none, or several.</summary>
    static ExposedSample? Only(Exposition page, ExposedSample series) => page.Find(series).Take(2).ToArray() is [var only] ? only : null;

    static int Fell(Exposition first, Exposition second)
    {
        var before = first.Samples.DistinctBy(sample => sample.Key).ToDictionary(sample => sample.Key, sample => sample.Value, StringComparer.Ordinal);
        return second.Families.Sum(family => family.Samples.Where(family.Counts).Count(sample => sample.Value < before.GetValueOrDefault(sample.Key)));
    }
}
