using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Another program's HTTP API with JSON answers, as a probe asks it: beneath the target, with the target's <c>headers</c>, <c>user</c> and <c>password</c> or <c>token</c>, and <c>trust</c>.
/// Whoever asks several times sees in <see cref="Identity"/> whether the same server answered the first and the last time.
/// </summary>
sealed class HttpApi
{
    const int MostBody = 8 * 1024 * 1024;
    readonly string _target;
    readonly (string, string)[] _headers;
    readonly TrustAnchors _trust;
    readonly ProbeContext _context;
    readonly string? _local;

    HttpApi(string target, (string, string)[] headers, TrustAnchors trust, ProbeContext context, string? local = null) => (_target, _headers, _trust, _context, _local) = (target, headers, trust, context, local);

    /// <summary>The parameters that <see cref="Of"/> reads, for the declarations of kinds that ask such an API.</summary>
    public static readonly Parameter[] Connection =
    [
        new("headers", Shape.Map, "Request headers, mostly from the target."),
        new("user", Shape.Text, "The user of basic authentication, mostly from the target."),
        new("password", Shape.Text, "Its password; only under targets."),
        new("token", Shape.Text, "A bearer token; only under targets."),
        new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
    ];

    /// <summary>The API of a program of this machine, by the path of its socket.</summary>
    public static HttpApi OfLocal(string path, ProbeContext context)
    {
        context.OnlyHere($"a socket in this machine's file system, {path}; ask the program over the network");
        return new("http://localhost", [], TrustAnchors.System, context, path);
    }

    /// <summary>The PEM file that this API's connections are trusted by; null for this machine's roots.</summary>
    public string? TrustNamed { get; private init; }

    /// <summary>Who answered the first request; null before any.</summary>
    public Value? First { get; private set; }

    /// <summary>Who answered the last request; null before any.</summary>
    public Value? Last { get; private set; }

    public static async Task<HttpApi> Of(Given given, ProbeContext context, CancellationToken cancel) =>
        new(given.Target, [.. HeadersOf(given)], await TrustAnchors.Read(given.Text("trust"), context.Folder, cancel), context) { TrustNamed = given.Text("trust") };

    /// <summary>The target's headers and credentials, as they are sent.</summary>
    public static List<(string Name, string Text)> HeadersOf(Given given)
    {
        var headers = given.Pairs("headers").ToList();
        if (given.Text("token") is { } token) headers.Add(("Authorization", $"Bearer {token}"));
        else if (given.Text("user") is { } user) headers.Add(("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{given.Text("password")}"))));
        return headers;
    }

    /// <summary>The answer, whatever its status is.</summary>
    /// <param name="path">Beneath the target, with its query.</param>
    public Task<HttpExchange> Ask(HttpMethod method, string path, Value? json, CancellationToken cancel) =>
        Send(method, path, json is null ? null : CanonicalJson.Bytes(json), json is null ? null : "application/json", [], cancel);

    /// <summary>The answer to a body of any type, with headers of this request alone beside the target's.</summary>
    public async Task<HttpExchange> Send(HttpMethod method, string path, byte[]? body, string? type, (string Name, string Text)[] more, CancellationToken cancel)
    {
        var line = new HttpRequestLine(method, HttpRequestLine.UrlOf(_target, path), [.. _headers, .. more], body, type, System.Net.HttpVersion.Version11);
        var answer = await HttpExchange.Send(line, _trust, _context, MostBody, cancel, _local);
        First ??= answer.Identity;
        Last = answer.Identity;
        if (!answer.Body.Whole) throw new Unseen(Blind.TooLarge, $"{path} answers more than {MostBody} bytes");
        return answer;
    }

    /// <summary>The JSON of an answer of 200. Anything else is no observation of this path.</summary>
    public async Task<Value> Get(string path, CancellationToken cancel) => Read(path, await Ask(HttpMethod.Get, path, null, cancel));

    /// <summary>The JSON of the answer of 200, or the reason why there is none.</summary>
    public static Value Read(string path, HttpExchange answer)
    {
        if (answer.Status is 401 or 403) throw new Unseen(Blind.NotAdmitted, $"{path} answers {answer.Status}: the target's credentials are not admitted, or are missing (user and password, or token)");
        if (answer.Status is not 200) throw new Unseen(Blind.Unreadable, $"{path} answers {answer.Status} where 200 was expected{(HttpProbe.Text(answer.Body.Bytes) is { Length: > 0 } says ? $": {Bounded.Start(says.Trim(), 200)}" : "")}");
        return HttpProbe.Json(answer) ?? throw new Unseen(Blind.Unreadable, $"{path} answers 200 with {answer.ContentType ?? "no content type"}, which is not JSON; is the target the right server?");
    }
}
