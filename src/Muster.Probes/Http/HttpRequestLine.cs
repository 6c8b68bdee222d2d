using System.Net.Http.Headers;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What is sent, read from the parameters: method and path in either form, headers, and a body as JSON or as text.</summary>
sealed record HttpRequestLine(HttpMethod Method, Uri Url, (string Name, string Text)[] Headers, byte[]? Body, string? BodyType, Version Version)
{
    static readonly string[] Forms = ["get", "head", "post", "put", "patch", "delete"];

    public static bool Writes(Asked asked) =>
        Forms.Skip(2).Any(form => asked.Parameters[form] is not null)
        || asked.Parameters["method"] is Value.Text method && method.Is.ToUpperInvariant() is not ("GET" or "HEAD" or "OPTIONS");

    public static HttpRequestLine Read(Asked asked)
    {
        var given = new Given(asked);
        var form = Forms.FirstOrDefault(name => asked.Parameters[name] is not null);
        var method = form ?? given.Text("method") ?? "get";
        var path = form is null ? given.Text("path") : given.Text(form);
        var url = UrlOf(given.Target, path, given.Text("scheme"), given.Count("port", 0, 65535));
        var json = asked.Parameters["json"];
        var text = given.Text("body");
        if (json is not null && text is not null) throw Given.Wrong("body", "stands beside \"json\"; a request has one body");
        var body = json is not null ? CanonicalJson.Bytes(json) : text is null ? null : Encoding.UTF8.GetBytes(text);
        var version = given.Text("http_version") switch
        {
            null or "1.1" => System.Net.HttpVersion.Version11,
            "2" => System.Net.HttpVersion.Version20,
            _ => throw Given.Wrong("http_version", "is neither \"1.1\" nor \"2\""),
        };
        return new(new(method.ToUpperInvariant()), url, [.. given.Pairs("headers")], body, json is not null ? "application/json" : null, version);
    }

    /// <summary>The path beneath the target, which may have a path of its own; a path never changes the host.</summary>
    /// <param name="scheme">Takes the place of the target's, and its own port that of the target's.</param>
    /// <param name="port">Takes the place of the target's; 0 leaves it.</param>
    public static Uri UrlOf(string target, string? path, string? scheme = null, int port = 0)
    {
        if (!Uri.TryCreate(target, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw Given.Wrong("target", $"is not an http or https URL: {target}");
        if (url.UserInfo.Length > 0) throw Given.Wrong("target", "carries a user name; send it as a header of the target");
        if (scheme is not (null or "http" or "https")) throw Given.Wrong("scheme", "is neither http nor https");
        if (scheme is not null && scheme != url.Scheme) url = new UriBuilder(url) { Scheme = scheme, Port = -1 }.Uri;
        if (port > 0) url = new UriBuilder(url) { Port = port }.Uri;
        if (path is null) return url;
        if (!path.StartsWith('/')) throw Given.Wrong("path", $"does not begin with \"/\": {path}");
        return Uri.TryCreate(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + path, UriKind.Absolute, out var whole) ? whole : throw Given.Wrong("path", $"is not a path: {path}");
    }

    public HttpRequestMessage Message()
    {
        var message = new HttpRequestMessage(Method, Url) { Version = Version, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        if (Body is not null) message.Content = new ByteArrayContent(Body);
        if (BodyType is not null) message.Content!.Headers.ContentType = new MediaTypeHeaderValue(BodyType);
        if (!Headers.Any(header => header.Name.Equals("user-agent", StringComparison.OrdinalIgnoreCase))) message.Headers.TryAddWithoutValidation("User-Agent", "muster");
        foreach (var (name, text) in Headers)
        {
            if (message.Content is { } content && name.StartsWith("content-", StringComparison.OrdinalIgnoreCase)) content.Headers.Remove(name);
            if (text.AsSpan().ContainsAny('\r', '\n') || !message.Headers.TryAddWithoutValidation(name, text) && message.Content?.Headers.TryAddWithoutValidation(name, text) != true)
                throw Given.Wrong("headers", $"cannot be sent: {name}");
        }

        return message;
    }

    /// <summary>The request that a redirect asks for (RFC 9110, 15.4). Headers stay behind when the origin changes: they may be credentials.</summary>
    public HttpRequestLine Redirected(int status, Uri to)
    {
        var sameOrigin = to.GetLeftPart(UriPartial.Authority).Equals(Url.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);
        var keepsBody = status is 307 or 308 || Method != HttpMethod.Post && status != 303;
        var next = this with { Url = to, Headers = sameOrigin ? Headers : [] };
        if (!keepsBody && Method != HttpMethod.Head) next = next with { Method = HttpMethod.Get, Body = null, BodyType = null };
        return sameOrigin ? next : next with { Body = null, BodyType = null };
    }
}
