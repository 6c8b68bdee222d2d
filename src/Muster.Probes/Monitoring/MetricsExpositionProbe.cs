using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

static partial class MetricsExpositionProbe
{
    const int MostBody = 8 * 1024 * 1024;
    const int MostNames = 200;
    const int MostNamed = 20;
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var read = given.Pairs("read").Select(one => (one.Name, Selector: Selector.Read(one.Name, one.Text))).ToList();
        var (answer, page) = await Scrape(given, context, cancel);
        var seen = Seen(page, given, read).With("duration", HttpProbe.Seconds(answer.Duration)).With("format", answer.ContentType?.Contains("openmetrics", StringComparison.OrdinalIgnoreCase) == true ? "openmetrics" : "prometheus");
        if (given["again"] is null) return new() { Observation = seen, Population = page.Samples.Count, Before = answer.Identity, After = answer.Identity };
        var pause = TimeSpan.FromSeconds(given.Seconds("again", 0));
        if (pause > LongestPause) throw Given.Wrong("again", $"is longer than {LongestPause.TotalMinutes} minutes");
        await Task.Delay(pause, context.Clock, cancel);
        var (after, second) = await Scrape(given, context, cancel);
        var rises = read.Select(one => (one.Name, From: one.Selector.Find(page)?.Value, To: one.Selector.Find(second)?.Value)).Where(one => one is { From: { } from, To: { } to } && double.IsFinite(to - from));
        return new()
        {
            Observation = seen.With("rises", new Value.Fields(rises.Select(one => KeyValuePair.Create<string, Value>(one.Name, one.To!.Value - one.From!.Value)))),
            Population = page.Samples.Count, Before = answer.Identity, After = after.Identity,
        };
    }

    static async Task<(HttpExchange Answer, Exposition Page)> Scrape(Given given, ProbeContext context, CancellationToken cancel)
    {
        var api = await HttpApi.Of(given, context, cancel);
        var path = given.Text("path") ?? "/metrics";
        var answer = await api.Ask(HttpMethod.Get, path, null, cancel);
        if (answer.Status is 401 or 403) throw new Unseen(Blind.NotAdmitted, $"{path} answers {answer.Status}: the target's credentials are not admitted, or are missing");
        if (answer.Status is not 200) throw new Unseen(Blind.Unreadable, $"{path} answers {answer.Status} where 200 was expected");
        var text = HttpProbe.Text(answer.Body.Bytes) ?? throw new Unseen(Blind.Unreadable, $"{path} is not text");
        Exposition page;
        try { page = Exposition.Read(text); }
        catch (FormatException wrong) { throw new Unseen(Blind.Unreadable, $"{path} is no page of metrics: {wrong.Message}", wrong); }
        if (answer.ContentType?.Contains("openmetrics", StringComparison.OrdinalIgnoreCase) == true && !page.EndSeen) throw new Unseen(Blind.Unreadable, $"{path} is OpenMetrics without # EOF at its end: it was cut off");
        return (answer, page);
    }

    static Value.Fields Seen(Exposition page, Given given, List<(string Name, Selector Selector)> read)
    {
        var families = page.Samples.Select(sample => page.FamilyOf(sample.Name)).Distinct().Order(StringComparer.Ordinal).ToList();
        var missing = given.Texts("families").Where(name => !families.Contains(name) && page.Samples.All(sample => sample.Name != name)).ToList();
        var buckets = Buckets.Problems(page);
        var found = read.Select(one => (one.Name, Sample: one.Selector.Find(page))).Where(one => one.Sample is { Value: var value } && double.IsFinite(value)).ToList();
        return Value.Of(
            ("families", families.Count), ("names", Value.Texts(families.Take(MostNames))), ("missing", missing.Count), ("missing_families", Value.Texts(missing)),
            ("samples", page.Samples.Count), ("duplicates", page.Duplicates), ("untyped", families.Count(family => !page.Types.TryGetValue(family, out var type) || type is "untyped" or "unknown")),
            ("bucket_problems", buckets.Count), ("bad_buckets", Value.Texts(buckets.Take(MostNamed).Select(one => Bounded.Start(one, 300)))),
            ("values", new Value.Fields(found.Select(one => KeyValuePair.Create<string, Value>(one.Name, one.Sample!.Value.Value)))),
            ("labels", new Value.Fields(found.Select(one => KeyValuePair.Create<string, Value>(one.Name, Selector.LabelsOf(one.Sample!.Value))))));
    }

    /// <summary>A metric with some of its labels, as <c>name{a="b"}</c>.</summary>
    sealed partial record Selector(string Metric, string[] Labels)
    {
        public static Selector Read(string name, string text)
        {
            var match = Written().Match(text);
            if (!match.Success) throw Given.Wrong("read", $"has for {name} what is no metric with its labels: {Bounded.Start(text, 100)}");
            return new(match.Groups["name"].Value, [.. match.Groups["label"].Captures.Select(label => label.Value)]);
        }

        /// <summary>The one sample that has these labels; null if there is none, or several.</summary>
        public Exposed? Find(Exposition page)
        {
            Exposed? found = null;
            foreach (var sample in page.Samples)
            {
                if (sample.Name != Metric || Labels.Length > 0 && Labels.Except(Pairs(sample)).Any()) continue;
                if (found is not null) return null;
                found = sample;
            }

            return found;
        }

        public static Value.Fields LabelsOf(Exposed sample) => new(Pairs(sample).Select(pair => KeyValuePair.Create<string, Value>(pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 2)..^1])));

        static IEnumerable<string> Pairs(Exposed sample) => Pair().Matches(sample.Labels).Select(match => match.Value);

        [GeneratedRegex("""^\s*(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)\s*(\{\s*((?<label>[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*")\s*,?\s*)*\})?\s*$""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
        private static partial Regex Written();

        [GeneratedRegex("[a-zA-Z_][a-zA-Z0-9_]*=\"([^\"\\\\]|\\\\.)*\"", RegexOptions.NonBacktracking)]
        private static partial Regex Pair();
    }
}
