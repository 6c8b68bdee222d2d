using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

static class HttpProbe
{
    const int MostRedirects = 10;
    internal const int MostBody = 1024 * 1024;
    static readonly UTF8Encoding Strict = new(false, true);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var line = HttpRequestLine.Read(question);
        var follow = given.Count("follow", 0, MostRedirects);
        var mostBody = given.Count("most_body", MostBody, 16 * MostBody);
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var began = context.Clock.GetTimestamp();
        var redirects = new List<Value>();
        var answer = await HttpExchange.Send(line, trust, context, mostBody, cancel);
        while (Next(line, answer) is { } to && redirects.Count < follow)
        {
            redirects.Add(Value.Of(("status", answer.Status), ("from", line.Url.AbsoluteUri), ("to", to.AbsoluteUri)));
            line = line.Redirected(answer.Status, to);
            answer = await HttpExchange.Send(line, trust, context, mostBody, cancel);
        }

        return new()
        {
            Observation = Observation(answer, redirects, given.Text("read"), context.Clock.GetElapsedTime(began)),
            Population = 1,
            Before = answer.Identity,
            After = answer.Identity,
        };
    }

    /// <summary>Where the answer sends us. A scheme that is not the web's is no place to go.</summary>
    static Uri? Next(HttpRequestLine line, HttpExchange answer) =>
        answer is { Status: 301 or 302 or 303 or 307 or 308, Location: { } location }
        && Uri.TryCreate(line.Url, location, out var to) && to.Scheme is "http" or "https" && to.UserInfo.Length == 0 ? to : null;

    static Value.Fields Observation(HttpExchange answer, List<Value> redirects, string? read, TimeSpan duration)
    {
        List<KeyValuePair<string, Value>> seen =
        [
            new("status", answer.Status), new("reason", answer.Reason), new("version", answer.Version.ToString()), new("duration", Seconds(duration)),
            new("headers", answer.Headers), new("redirects", Value.List(redirects)),
            new("timings", Value.Of(("connect", Seconds(answer.Peer.Connect)), ("first_byte", Seconds(answer.FirstByte)), ("whole", Seconds(answer.Duration)))),
        ];
        if (answer.Peer is { Leaf: { } leaf, TlsVersion: { } version }) seen.Add(new("tls", Value.Of(("version", version), ("sha256", leaf))));
        if (answer.Body.Whole) AddBody(seen, answer, read);
        else seen.Add(new("cut", Value.Of(("body", Value.Of(("size_over", answer.Body.Bytes.Length))))));
        return new(seen);
    }

    static void AddBody(List<KeyValuePair<string, Value>> seen, HttpExchange answer, string? read)
    {
        seen.Add(new("size", answer.Body.Bytes.Length));
        seen.Add(new("sha256", answer.Body.Sha256));
        if (Text(answer.Body.Bytes) is { } text) seen.Add(new("body", text));
        if (Json(answer) is not { } json) return;
        seen.Add(new("json", json));
        if (read is not null && JsonPointer.Find(json, read) is { } value) seen.Add(new("value", value));
    }

    /// <summary>To the microsecond; more digits than that are noise.</summary>
    internal static Value Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 6);

    internal static string? Text(byte[] bytes)
    {
        if (bytes.AsSpan().Contains((byte)0)) return null; // UTF-16 or binary, in which every word would be missing.
        try { return Strict.GetString(bytes); }
        catch (DecoderFallbackException) { return null; } // Not text: then no text was seen.
    }

    /// <summary>The body as JSON when it says that it is, or looks so; null when it cannot be read strictly, and then no JSON was seen.</summary>
    internal static Value? Json(HttpExchange answer)
    {
        var bytes = answer.Body.Bytes.AsSpan().TrimStart(" \t\r\n"u8);
        var says = answer.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) == true;
        if (bytes.IsEmpty || !says && bytes[0] is not ((byte)'{' or (byte)'[')) return null;
        try { return Value.Parse(bytes); }
        catch (JsonException) { return null; } // Said to be JSON and is not: unobserved, hence unproven.
        catch (InvalidOperationException) { return null; } // A string that is not UTF-8.
    }
}
