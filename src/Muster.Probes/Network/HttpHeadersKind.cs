using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

static class HttpHeadersKind
{
    public static readonly string[] Usual = ["strict-transport-security", "x-content-type-options", "content-security-policy", "referrer-policy"];

    public static readonly Kind Declaration = new()
    {
        Name = "http.headers",
        Says = "Reads the headers of several pages, errors and redirects among them, and names those that lack protection or tell too much.",
        Target = TargetShape.Url,
        Parameters =
        [
            new("paths", Shape.List, "The pages; add one that is not there, since error pages often lack what others have.") { Default = Value.Texts(["/"]) },
            new("require", Shape.List, "Headers that every page must have; unless said: strict-transport-security where the target is https, x-content-type-options, content-security-policy, referrer-policy."),
            new("headers", Shape.Map, "Request headers; those of the target are sent too."),
            new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
        ],
        Fields =
        [
            new("missing", Shape.List, "What is lacking, as \"/login: referrer-policy\"."),
            new("missing_count", Shape.Number, "How many there are."),
            new("hsts_age", Shape.Duration, "The least max-age of Strict-Transport-Security; not observed where a page has none."),
            new("frames_refused", Shape.Truth, "Whether every page refuses to be framed, by frame-ancestors or X-Frame-Options."),
            new("unsafe_policy", Shape.List, "Pages whose content policy allows unsafe-inline or unsafe-eval for scripts, or everything."),
            new("weak_cookies", Shape.List, "Cookies without Secure (under https), HttpOnly or SameSite, as \"/login: sid without HttpOnly\"."),
            new("weak_cookies_count", Shape.Number, "How many there are."),
            new("versions", Shape.List, "Headers that tell which version of which software runs."),
            new("versions_count", Shape.Number, "How many there are."),
            new("pages", Shape.List, "Each page with its status and the names of its headers."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("missing_count", 0), ("weak_cookies_count", 0), ("versions_count", 0)),
        Population = "pages",
        Deadline = TimeSpan.FromSeconds(20),
        Pitfalls =
        [
            "One page says nothing of the others: error pages and redirects often come from somewhere else.",
            "A header that is there may be empty of sense; expect hsts_age, frames_refused and unsafe_policy too.",
            "Pages that only a signed-in user sees need the headers of the target.",
        ],
        Example = "check: { http.headers: { target: edge, paths: [ /, /login, /not-there ] }, expect: { hsts_age: at least 180d, frames_refused: true } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, HttpHeadersProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var site = LoopbackSite.Start();
        var well = new SiteResponse(200).With("X-Content-Type-Options", "nosniff").With("Content-Security-Policy", "default-src 'self'").With("Referrer-Policy", "no-referrer");
        site.Route("/well", _ => well).Route("/sick", _ => well.With("Set-Cookie", "sid=1").With("Server", "edge/1.22.1"));
        Task<Witnessed> Look(string path) => Stage.Look(Declaration, Value.Of(("target", site.Address.AbsoluteUri), ("paths", Value.Texts([path]))), cancel, Stage.Is("missing_count", 0, Shape.Number), Stage.Is("weak_cookies_count", 0, Shape.Number), Stage.Is("versions_count", 0, Shape.Number));
        return new("http.headers", "a page with a bare cookie and a version, beside one without", await Look("/sick"), await Look("/well"));
    }
}

static partial class HttpHeadersProbe
{
    const int MostPages = 50;
    static readonly string[] Telling = ["server", "x-powered-by", "x-aspnet-version", "x-aspnetmvc-version", "x-generator"];

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var paths = given.Texts("paths") is { IsEmpty: false } said ? said : ["/"];
        if (paths.Length > MostPages) throw Given.Wrong("paths", $"are more than {MostPages}");
        var trust = await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel);
        var pages = new List<(string Path, HttpExchange Answer)>();
        foreach (var path in paths) pages.Add((path, await HttpExchange.Send(new(HttpMethod.Get, HttpRequestLine.UrlOf(given.Target, path), [.. given.Pairs("headers")], null, null, System.Net.HttpVersion.Version11), trust, context, HttpProbe.MostBody, cancel)));
        var https = given.Target.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        var require = given.Texts("require") is { IsEmpty: false } names ? names.Select(name => name.ToLowerInvariant()) : HttpHeadersKind.Usual.Where(name => https || name != "strict-transport-security");
        var missing = pages.SelectMany(page => require.Where(name => Lacking(name, page.Answer.Headers.Text(name))).Select(name => $"{page.Path}: {name}")).ToList();
        var cookies = pages.SelectMany(page => Cookies(page.Answer).SelectMany(cookie => Lacks(cookie, https).Select(lack => $"{page.Path}: {cookie.Split('=')[0].Trim()} without {lack}"))).ToList();
        var versions = pages.SelectMany(page => Telling.Where(name => page.Answer.Headers.Text(name) is { } text && Version().IsMatch(text)).Select(name => $"{page.Path}: {name}")).ToList();
        var ages = pages.Select(page => Age(page.Answer.Headers.Text("strict-transport-security"))).ToList();
        var seen = Value.Of(("missing", Value.Texts(missing)), ("missing_count", missing.Count), ("weak_cookies", Value.Texts(cookies)), ("weak_cookies_count", cookies.Count), ("versions", Value.Texts(versions)), ("versions_count", versions.Count),
            ("frames_refused", pages.All(page => RefusesFrames(page.Answer))), ("unsafe_policy", Value.Texts(pages.Where(page => IsUnsafe(page.Answer.Headers.Text("content-security-policy"))).Select(page => page.Path))),
            ("pages", Value.List(pages.Select(page => (Value)Value.Of(("path", page.Path), ("status", page.Answer.Status), ("headers", Value.Texts(page.Answer.Headers.Select(header => header.Key))))))));
        if (ages.TrueForAll(age => age is not null)) seen = seen.With("hsts_age", ages.Min()!.Value);
        return new() { Observation = seen, Population = pages.Count, Before = pages[0].Answer.Identity, After = pages[^1].Answer.Identity };
    }

    /// <summary>Several cookies stand in one text, and a date in one of them has a comma too: each begins where a value was masked.</summary>
    static List<string> Cookies(HttpExchange answer)
    {
        var cookies = new List<string>();
        foreach (var part in answer.Headers.Text("set-cookie")?.Split(", ") ?? [])
            if (part.Contains("=" + Redactor.Mask, StringComparison.Ordinal) || cookies.Count == 0) cookies.Add(part);
            else cookies[^1] += ", " + part;
        return cookies;
    }

    /// <summary>One that is there and switches itself off is lacking too.</summary>
    static bool Lacking(string name, string? text) => string.IsNullOrWhiteSpace(text) || name switch
    {
        "strict-transport-security" => Age(text) is null or 0,
        "x-content-type-options" => !text.Trim().Equals("nosniff", StringComparison.OrdinalIgnoreCase),
        _ => false,
    };

    static IEnumerable<string> Lacks(string cookie, bool https)
    {
        var attributes = cookie.Split(';').Skip(1).Select(part => part.Split('=')[0].Trim().ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        if (https && !attributes.Contains("secure")) yield return "Secure";
        if (!attributes.Contains("httponly")) yield return "HttpOnly";
        if (!attributes.Contains("samesite")) yield return "SameSite";
    }

    static double? Age(string? hsts) => hsts is not null && MaxAge().Match(hsts) is { Success: true } match && double.TryParse(match.Groups["age"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var age) ? age : null;

    static bool RefusesFrames(HttpExchange answer) =>
        answer.Headers.Text("content-security-policy") is { } policy && Directives(policy).GetValueOrDefault("frame-ancestors") is { } ancestors && !ancestors.Any(word => word is "*" or "https:" or "http:") || answer.Headers.Text("x-frame-options")?.Trim().ToUpperInvariant() is "DENY" or "SAMEORIGIN";

    /// <summary>Each directive with its words; of two of one name the first counts (CSP 3, 2.2.1).</summary>
    static Dictionary<string, string[]> Directives(string policy) =>
        policy.Split(';').Select(part => part.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(part => part.Length > 0).GroupBy(part => part[0].ToLowerInvariant(), StringComparer.Ordinal).ToDictionary(part => part.Key, part => part.First(), StringComparer.Ordinal);

    static bool IsUnsafe(string? policy)
    {
        if (policy is null) return false;
        var directives = Directives(policy);
        // A policy that says nothing of scripts lets any of them run.
        return (directives.GetValueOrDefault("script-src") ?? directives.GetValueOrDefault("default-src")) is not { } scripts || scripts.Any(word => word is "*" or "https:" or "http:" or "'unsafe-inline'" or "'unsafe-eval'");
    }

    [GeneratedRegex("[0-9]+[.][0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Version();

    [GeneratedRegex("(?i)max-age *= *\"?(?<age>[0-9]{1,12})", RegexOptions.NonBacktracking)]
    private static partial Regex MaxAge();
}
