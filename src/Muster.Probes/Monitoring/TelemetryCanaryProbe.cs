using System.Collections.Immutable;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

static class TelemetryCanaryProbe
{
    const int LeastWords = 12;
    static readonly TimeSpan Straggling = TimeSpan.FromSeconds(1);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (find, secret) = (given.Text("find")!, given.Text("secret"));
        if (find.Length < LeastWords) throw Given.Wrong("find", $"has fewer than {LeastWords} characters, so that something else could bear it; use $(nonce)");
        if (secret?.Length < LeastWords) throw Given.Wrong("secret", $"has fewer than {LeastWords} characters; use something with $(nonce)");
        var sent = Sent.Of(given, find, secret);
        var sink = await CanarySink.Of(given, context, cancel);
        if (Bearing(await sink.Records(cancel), find).Count > 0)
            throw new Unseen(Blind.BadQuestion, "the sink shows the words before anything was sent: it repeats the question, or they are not new in each run; \"read\" points to the records alone, and $(nonce) is new");

        var api = await HttpApi.Of(given, context, cancel);
        var answer = await api.Send(sent.Method, sent.Path, sent.Body, sent.Type, [], cancel);
        if (answer.Status is 401 or 403) throw new Unseen(Blind.NotAdmitted, $"{given.Text("path") ?? "/"} answers {answer.Status}: the target's credentials are not admitted, or are missing");
        var accepted = sent.Method == HttpMethod.Get || answer.Status is >= 200 and < 300;
        var least = Math.Max(1, given.Count("records", 1, 1000));
        var longest = TimeSpan.FromSeconds(given.Seconds("wait", 60));
        ImmutableArray<CanaryRecord> records = [];
        var lag = await Waiting.Until(async () => Bearing(records = await sink.Records(cancel), find).Count >= least, longest, context, cancel);
        if (lag is not null && secret is not null)
        {
            await Task.Delay(Straggling, context.Clock, cancel); // What leaks may come in a line of its own, just after.
            var later = await sink.Records(cancel);
            if (Bearing(later, find).Count < least) throw new Unseen(Blind.Unreadable, "what came out was gone a moment later, so that nothing can be said of what came with it");
            records = [.. records, .. later.Except(records)];
        }

        return new() { Observation = Seen(answer.Status, accepted, lag, records, find, secret, context.Hide), Population = 1, Before = Identity(api.First, sink.First), After = Identity(api.Last, sink.Last) };
    }

    static Value.Fields Seen(int status, bool accepted, TimeSpan? lag, ImmutableArray<CanaryRecord> records, string find, string? secret, Action<string> hide)
    {
        var bearing = Bearing(records, find);
        var redacted = secret is null ? (bool?)null : !records.Any(record => Leaks(record.Text, secret));
        var seen = Value.Of(("round_trip", accepted && lag is not null && redacted is not false), ("accepted", accepted), ("status", status), ("found", lag is not null), ("records", bearing.Count));
        if (lag is not { } took) return seen;
        seen = seen.With("lag", HttpProbe.Seconds(took));
        if (redacted is { } hidden) seen = seen.With("redacted", hidden);
        return bearing is [var first, ..] ? seen.With("record", new SecretMask(hide).Shown(first.Shown, secret: false)) : seen;
    }

    static List<CanaryRecord> Bearing(ImmutableArray<CanaryRecord> records, string words) => [.. records.Where(record => record.Text.Contains(words, StringComparison.Ordinal))];

    /// <summary>In every form in which what was seen is kept from showing a secret: as it is, escaped, in base64.</summary>
    static bool Leaks(string text, string secret)
    {
        var redactor = new Redactor();
        redactor.Add(secret);
        redactor.Clean(text);
        return redactor.Count > 0;
    }

    static Value.Fields Identity(Value? source, Value? sink) => Value.Of(("source", source ?? Value.Null), ("sink", sink ?? Value.Null));

    sealed record Sent(HttpMethod Method, string Path, byte[]? Body, string? Type)
    {
        public static Sent Of(Given given, string find, string? secret)
        {
            var (path, json, text) = (given.Text("path") ?? "/", given["json"], given.Text("body"));
            if (json is not null && text is not null) throw Given.Wrong("body", "stands beside \"json\"; one thing is sent");
            var body = json is not null ? CanonicalJson.Text(json) : text;
            var all = $"{path}\n{body}\n{string.Join('\n', given.Pairs("headers").Select(header => header.Text))}";
            if (!all.Contains(find, StringComparison.Ordinal)) throw Given.Wrong("find", "is not in what is sent: neither in path, json or body nor in headers, so that it can never come out");
            if (secret is not null && !all.Contains(secret, StringComparison.Ordinal)) throw Given.Wrong("secret", "is not in what is sent: neither in path, json or body nor in headers, so that it could never leak");
            return new(new(given.Text("method") ?? "POST"), path, body is null ? null : Encoding.UTF8.GetBytes(body), json is not null ? "application/json" : body is not null ? "text/plain; charset=utf-8" : null);
        }
    }
}
