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
        var longest = TimeSpan.FromSeconds(given.Seconds("wait", 60));
        ImmutableArray<CanaryRecord> records = [];
        var lag = await Waiting.Until(async () => Bearing(records = await sink.Records(cancel), find).Count > 0, longest, context, cancel);
        if (lag is not null && secret is not null && longest > Straggling)
        {
            await Task.Delay(Straggling, context.Clock, cancel); // What leaks may come in a line of its own, just after.
            records = await sink.Records(cancel);
        }

        return new() { Observation = Seen(answer.Status, accepted, lag, records, find, secret), Population = 1, Before = Identity(api.First, sink.First), After = Identity(api.Last, sink.Last) };
    }

    static Value.Fields Seen(int status, bool accepted, TimeSpan? lag, ImmutableArray<CanaryRecord> records, string find, string? secret)
    {
        var bearing = Bearing(records, find);
        var redacted = secret is null ? (bool?)null : !records.Any(record => Leaks(record.Text, secret));
        var seen = Value.Of(("round_trip", accepted && lag is not null && redacted is not false), ("accepted", accepted), ("status", status), ("found", lag is not null), ("records", bearing.Count));
        if (lag is not { } took) return seen;
        seen = seen.With("lag", HttpProbe.Seconds(took));
        if (redacted is { } hidden) seen = seen.With("redacted", hidden);
        return bearing is [var first, ..] ? seen.With("record", first.Shown) : seen;
    }

    static List<CanaryRecord> Bearing(ImmutableArray<CanaryRecord> records, string words) => [.. records.Where(record => record.Text.Contains(words, StringComparison.Ordinal))];

    /// <summary>In base64 a text looks three ways, as it begins at the first, second or third byte of a group; its middle is the same whatever stands around it.</summary>
    static bool Leaks(string text, string secret)
    {
        if (text.Contains(secret, StringComparison.Ordinal)) return true;
        var bytes = Encoding.UTF8.GetBytes(secret);
        for (var before = 0; before < 3; before++)
        {
            var whole = bytes.AsSpan(before, (bytes.Length - before) / 3 * 3);
            if (text.Contains(Convert.ToBase64String(whole), StringComparison.Ordinal)) return true;
        }

        return false;
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
