using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

static class RatelimitHttpKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "ratelimit.http",
        Says = "Asks an endpoint faster than it allows, within a bound, and sees from when on it refuses, with what, whom, and until when.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Parameters =
        [
            new("path", Shape.Text, "The path to GET.") { Default = "/" },
            new("requests", Shape.Number, "How many requests, at most 2,000.") { Default = 50 },
            new("at_once", Shape.Number, "How many of them at the same time, at most 32.") { Default = 4 },
            new("as", Shape.Text, "The identity of the target that asks; nobody unless said."),
            new("other", Shape.Text, "Another identity of the target, which must still be admitted when the first is refused."),
            new("recovers", Shape.Duration, "How long after the last request the first must be admitted again, at most 5 m."),
            new("refusal", Shape.Number, "The status of a refusal.") { Default = 429 },
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("sent", Shape.Number, "Requests that were sent."),
            new("admitted", Shape.Number, "Requests that were answered with less than 400."),
            new("limited", Shape.Number, "Requests that were refused for their rate."),
            new("unclear", Shape.Number, "Requests that came to anything else."),
            new("first_limited", Shape.Number, "Which request was the first to be refused."),
            new("retry_after", Shape.Duration, "How long the refusals ask to wait (Retry-After), at the most."),
            new("retry_after_said", Shape.Truth, "Whether every refusal says when to come back (Retry-After), in seconds or as a date; not observed where nothing was refused."),
            new("rate", Shape.Rate, "How many requests a second were sent."),
            new("other_admitted", Shape.Truth, "Under \"other\": whether that one was admitted meanwhile."),
            new("recovered", Shape.Truth, "Under \"recovers\": whether the first was admitted again."),
            new("statuses", Shape.Map, "How many answers there were of each status."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("limited", "at least 1"), ("admitted", "at least 1"), ("unclear", 0)),
        Population = "requests",
        Deadline = TimeSpan.FromMinutes(3),
        Pitfalls =
        [
            "A limiter in each replica multiplies by their number; first_limited tells what really holds.",
            "503 is no refusal for rate, unless refusal says so; an overloaded server looks the same.",
            "Whether one key's requests are counted apart from another's shows only with other.",
            "It sends real requests: name an endpoint that does nothing dear.",
        ],
        Example = "check: { ratelimit.http: api, path: /search, requests: 100, expect: { first_limited: between 10 and 60, retry_after_said: true } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, RatelimitHttpProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var sick = LoopbackSite.Start();
        await using var well = LoopbackSite.Start();
        var count = 0;
        sick.Otherwise = _ => new(200);
        well.Otherwise = _ => new(Interlocked.Increment(ref count) > 10 ? 429 : 200);
        Task<Witnessed> Look(LoopbackSite site) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("requests", 20)), cancel, Stage.Over("limited", 0, Shape.Number), Stage.Over("admitted", 0, Shape.Number));
        return new("ratelimit.http", "an endpoint without any limit, beside one with one", await Look(sick), await Look(well));
    }
}

static class RatelimitHttpProbe
{
    const int MostBody = 64 * 1024;
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (requests, atOnce, refusal) = (given.Count("requests", 50, 2000), given.Count("at_once", 4, 32), given.Count("refusal", 429, 599));
        if (requests == 0 || atOnce == 0) throw Given.Wrong("requests", "is 0, or at_once is");
        var identities = Identities.Read(given, context);
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        Task<HttpExchange> Ask(string? who)
        {
            if (who is not null && !identities.Has(who)) throw Given.Wrong("as", $"names \"{who}\", and the target has no such identity; it has {string.Join(", ", identities.Names)}");
            return HttpExchange.Send(new(HttpMethod.Get, HttpRequestLine.UrlOf(given.Target, given.Text("path") ?? "/"), [.. given.Pairs("headers"), .. who is null ? [] : identities[who]], null, null, System.Net.HttpVersion.Version11), trust, context, MostBody, cancel);
        }

        var answers = new HttpExchange[requests];
        var next = -1;
        var began = context.Clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < requests;) answers[i] = await Ask(given.Text("as"));
        }));
        var took = context.Clock.GetElapsedTime(began);
        var limited = answers.Where(answer => answer.Status == refusal).ToList();
        var admitted = answers.Count(answer => answer.Status < 400);
        var seen = Value.Of(("sent", requests), ("admitted", admitted), ("limited", limited.Count), ("unclear", requests - admitted - limited.Count), ("rate", Math.Round(requests / Math.Max(took.TotalSeconds, 0.001), 1)),
            ("statuses", new Value.Fields(answers.GroupBy(answer => answer.Status).Select(status => KeyValuePair.Create<string, Value>(status.Key.ToString(CultureInfo.InvariantCulture), status.Count())))));
        if (limited.Count > 0) seen = seen.With("first_limited", Array.FindIndex(answers, answer => answer.Status == refusal) + 1).With("retry_after_said", limited.All(answer => Wait(answer, context) is not null));
        if (limited.Select(answer => Wait(answer, context)).OfType<double>().ToList() is { Count: > 0 } waits) seen = seen.With("retry_after", waits.Max());
        if (given.Text("other") is { } other) seen = seen.With("other_admitted", (await Ask(other)).Status < 400);
        if (given["recovers"] is not null)
        {
            var pause = TimeSpan.FromSeconds(given.Seconds("recovers", 0));
            if (pause > LongestPause) throw Given.Wrong("recovers", "is longer than 5m");
            await Task.Delay(pause, context.Clock, cancel);
            seen = seen.With("recovered", (await Ask(given.Text("as"))).Status < 400);
        }

        return new() { Observation = seen, Population = requests, Before = answers[0].Identity, After = answers[^1].Identity };
    }

    /// <summary>RFC 9110, 10.2.3: a number of seconds, or a date.</summary>
    static double? Wait(HttpExchange answer, ProbeContext context) => answer.Headers.Text("retry-after") switch
    {
        { } text when double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) => seconds,
        { } text when DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) => Math.Max(0, Math.Round((date - context.Clock.GetUtcNow()).TotalSeconds)),
        _ => null,
    };
}
