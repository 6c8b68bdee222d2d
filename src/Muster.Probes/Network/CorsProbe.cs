using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Decides as a browser would (the Fetch standard, 3.3 and 4.8) from the answer and the preflight.</summary>
sealed class CorsProbe
{
    const int MostOrigins = 100;
    static readonly string[] FormMethods = ["GET", "HEAD", "POST"];
    static readonly string[] FormTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

    /// <summary>What a page cannot set, or may set without asking.</summary>
    static readonly string[] Unasked = ["accept", "accept-language", "content-language", "range", "host", "user-agent", "referer", "connection", "accept-encoding", "accept-charset", "date", "dnt", "expect", "te", "trailer", "transfer-encoding", "upgrade", "via", "origin"];

    readonly string _method;
    readonly bool _credentials;
    readonly (string Name, string Text)[] _headers;
    readonly string[] _asked;
    readonly Func<string, HttpMethod, (string, string)[], Task<HttpExchange>> _ask;

    CorsProbe(Given given, TrustAnchors trust, ProbeContext context, CancellationToken cancel)
    {
        _method = (given.Text("method") ?? "GET").ToUpperInvariant();
        _credentials = given.Truth("credentials", false);
        _headers = [.. given.Pairs("headers")];
        _asked = [.. _headers.Where(IsAsked).Select(header => header.Name.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)];
        var url = HttpRequestLine.UrlOf(given.Target, given.Text("path") ?? "/");
        _ask = (origin, method, headers) => HttpExchange.Send(new(method, url, [.. headers, ("Origin", origin)], null, null, System.Net.HttpVersion.Version11), trust, context, HttpProbe.MostBody, cancel);
    }

    bool NeedsPreflight => _asked.Length > 0 || !FormMethods.Contains(_method);

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var origins = given.Texts("origins");
        if (origins.IsEmpty) throw Given.Wrong("origins", "is empty: foreign ones are shown only beside one that is let in");
        var foreign = origins.SelectMany(Foreign).Concat(given.Texts("foreign")).Append("null").Append("https://muster.invalid").Distinct().Except(origins).ToList();
        if (origins.Length + foreign.Count > MostOrigins) throw Given.Wrong("origins", $"come with the foreign ones to more than {MostOrigins}");
        var probe = new CorsProbe(given, await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel), context, cancel);
        var (let, kept, wrongly) = (new List<string>(), new List<string>(), new List<string>());
        var (credentials, anybody, varies) = (false, false, true);
        HttpExchange? first = null, last = null;
        foreach (var origin in origins.Concat(foreign))
        {
            var (answer, preflight) = await probe.Ask(origin);
            first ??= answer;
            last = preflight;
            anybody |= Allowed(answer) == "*" || Allowed(preflight) == "*";
            if (!origins.Contains(origin))
            {
                if (Names(answer, origin) || Names(preflight, origin)) wrongly.Add(origin);
                continue;
            }

            var lets = probe.LetsRead(answer, origin) && (!probe.NeedsPreflight || probe.LetsAsk(preflight, origin));
            (lets ? let : kept).Add(origin);
            credentials |= Allowed(answer) == origin && WithCookies(answer);
            varies &= !lets || answer.Headers.Text("vary")?.Contains("origin", StringComparison.OrdinalIgnoreCase) == true;
        }

        return new()
        {
            Observation = Value.Of(("let_in", Value.Texts(let)), ("kept_out", Value.Texts(kept)), ("wrongly_let_in", Value.Texts(wrongly)), ("wrong", kept.Count + wrongly.Count), ("credentials", credentials), ("anybody", anybody), ("varies", varies)),
            Population = origins.Length + foreign.Count, Before = first!.Identity, After = last!.Identity,
        };
    }

    /// <summary>A GET with all of the headers, and a preflight for the method and those that need it, which bears neither them nor credentials.</summary>
    async Task<(HttpExchange Answer, HttpExchange Preflight)> Ask(string origin)
    {
        var answer = await _ask(origin, HttpMethod.Get, _headers);
        List<(string, string)> asks = [.. _headers.Where(header => !IsAsked(header) && !header.Name.Equals("cookie", StringComparison.OrdinalIgnoreCase)), ("Access-Control-Request-Method", _method)];
        if (_asked.Length > 0) asks.Add(("Access-Control-Request-Headers", string.Join(',', _asked)));
        return (answer, await _ask(origin, HttpMethod.Options, [.. asks]));
    }

    bool LetsRead(HttpExchange answer, string origin) => _credentials ? Allowed(answer) == origin && WithCookies(answer) : Names(answer, origin);

    bool LetsAsk(HttpExchange preflight, string origin)
    {
        if (preflight.Status is < 200 or > 299 || !LetsRead(preflight, origin)) return false;
        var (methods, headers) = (List(preflight, "access-control-allow-methods"), List(preflight, "access-control-allow-headers"));
        // With credentials a star is a name like any other, and for Authorization it never stands.
        return (FormMethods.Contains(_method) || methods.Contains(_method, StringComparer.Ordinal) || !_credentials && methods.Contains("*"))
            && _asked.All(name => headers.Contains(name, StringComparer.OrdinalIgnoreCase) || !_credentials && name != "authorization" && headers.Contains("*"));
    }

    static string? Allowed(HttpExchange answer) => answer.Headers.Text("access-control-allow-origin");

    static bool Names(HttpExchange answer, string origin) => Allowed(answer) is { } allowed && (allowed == "*" || allowed == origin);

    static bool WithCookies(HttpExchange answer) => answer.Headers.Text("access-control-allow-credentials") == "true";

    static string[] List(HttpExchange answer, string name) => answer.Headers.Text(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    static bool IsAsked((string Name, string Text) header)
    {
        var name = header.Name.ToLowerInvariant();
        if (name == "content-type") return !FormTypes.Contains(header.Text.Split(';')[0].Trim().ToLowerInvariant());
        return name != "cookie" && !Unasked.Contains(name) && !name.StartsWith("sec-", StringComparison.Ordinal) && !name.StartsWith("proxy-", StringComparison.Ordinal);
    }

    static IEnumerable<string> Foreign(string origin)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var url) || url.Host.Length == 0) throw Given.Wrong("origins", $"has what is no origin, as https://shop.test: {Bounded.Start(origin, 60)}");
        yield return $"{url.Scheme}://{url.Host}.muster.invalid";
        yield return $"{url.Scheme}://muster{url.Host}";
        if (url.Scheme == "https") yield return $"http://{url.Authority}";
        yield return $"{url.Scheme}://{url.Host}:{(url.Port == 8443 ? 8444 : 8443)}";
    }
}
