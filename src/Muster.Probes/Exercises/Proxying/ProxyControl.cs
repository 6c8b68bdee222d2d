using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The control socket, in the HTTP API that Toxiproxy published and that its clients speak. "seen" beside each proxy is ours: what it did.</summary>
sealed class ProxyControl(FaultProxies proxies)
{
    const string Version = "2.9.0"; // Of the API.

    public async Task<SiteResponse> Answer(SiteRequest request, CancellationToken stop)
    {
        // A page in a browser of this machine could be made to ask; no tool does in this way.
        if (request.Headers.ContainsKey("origin") || request.Headers.GetValueOrDefault("user-agent")?.StartsWith("Mozilla/", StringComparison.Ordinal) == true || !IsOurs(request.Headers.GetValueOrDefault("host")))
            return Wrong(403, "not asked by a browser, and by the name of this machine alone");
        Value? body = null;
        if (request.Body.Length > 0)
            try { body = Value.Parse(Encoding.UTF8.GetBytes(request.Body)); }
            catch (Exception unread) when (unread is JsonException or InvalidOperationException) { return Wrong(400, $"bad request body: {unread.Message}"); }
        string[] path = [.. request.Path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
        try
        {
            return (request.Method, path) switch
            {
                ("GET", ["version"]) => Json(200, Value.Of(("version", Version))),
                ("GET", ["proxies"]) => Json(200, new Value.Fields(proxies.All.Select(proxy => KeyValuePair.Create<string, Value>(proxy.Name, proxy.Written)))),
                // What is not understood is refused: a fault that was never put on would be taken for one that is borne.
                ("POST", ["populate"]) when body is not Value.Items { Are: var all } || !all.All(one => one is Value.Fields) => Wrong(400, "bad request body: no list of proxies"),
                ("POST" or "PATCH", ["proxies", ..]) when body is not Value.Fields => Wrong(400, "bad request body: no map"),
                ("POST", ["proxies"]) => await Make((Value.Fields)body!),
                ("POST", ["populate"]) => await Populate((Value.Items)body!),
                ("POST", ["reset"]) => await Reset(),
                (_, ["proxies", var name, ..]) when proxies.Find(name) is null => Wrong(404, "proxy not found"),
                (_, ["proxies", var name, .. var rest]) => await OfProxy(request.Method, proxies.Find(name)!, rest, body as Value.Fields ?? Value.Fields.Empty),
                _ => new(404, "404 page not found\n"),
            };
        }
        catch (SocketException taken) { return Wrong(500, taken.Message); }
    }

    async Task<SiteResponse> OfProxy(string method, FaultProxy proxy, string[] rest, Value.Fields body) => (method, rest) switch
    {
        ("GET", []) => Json(200, proxy.Written),
        ("POST" or "PATCH", []) => await Change(proxy, body),
        ("DELETE", []) => await Delete(proxy),
        ("GET", ["toxics"]) => Json(200, Value.List(proxy.Toxics.Select(toxic => (Value)toxic.Written))),
        ("POST", ["toxics"]) => Put(proxy, body, null),
        (_, ["toxics", var name]) when proxy.Toxics.FirstOrDefault(toxic => toxic.Name == name) is not { } => Wrong(404, "toxic not found"),
        ("GET", ["toxics", var name]) => Json(200, proxy.Toxics.First(toxic => toxic.Name == name).Written),
        ("POST" or "PATCH", ["toxics", var name]) => Put(proxy, body, proxy.Toxics.First(toxic => toxic.Name == name)),
        ("DELETE", ["toxics", var name]) => proxy.Remove(name) ? new(204) : Wrong(404, "toxic not found"),
        _ => new(404, "404 page not found\n"),
    };

    async Task<SiteResponse> Make(Value.Fields body)
    {
        if (Invalid(body) is { } invalid) return Wrong(400, invalid);
        var (name, upstream) = (Text(body, "name")!, Text(body, "upstream")!);
        TryPort(Text(body, "listen") ?? "127.0.0.1:0", out var port);
        var (_, wrong) = await proxies.Add(name, port, upstream, body["enabled"] is not Value.Truth { Is: false });
        return wrong is null ? Json(201, proxies.Find(name)!.Written) : Wrong(wrong.EndsWith("already exists", StringComparison.Ordinal) ? 409 : wrong.StartsWith("listen", StringComparison.Ordinal) ? 500 : 400, wrong);
    }

    /// <summary>Those that are there and the same stay; others of the name are made anew.</summary>
    async Task<SiteResponse> Populate(Value.Items body)
    {
        // All of them before any: one that cannot be made must not take away what is there.
        if (body.Are.Cast<Value.Fields>().Select(Invalid).FirstOrDefault(wrong => wrong is not null) is { } invalid) return Wrong(400, invalid);
        var made = new List<Value>();
        foreach (var one in body.Are.Cast<Value.Fields>())
        {
            if (Text(one, "name") is { } name && proxies.Find(name) is { } there)
                // It may be off on purpose: a service that starts in the middle of an outage asks for its proxies too.
                if (there.Upstream != Text(one, "upstream") || !TryPort(Text(one, "listen") ?? "", out var port) || port != there.Port) await proxies.Remove(name);
            if (Text(one, "name") is not { } same || proxies.Find(same) is null)
                if (await Make(one) is { Status: not 201 } wrong) return wrong;
            made.Add(proxies.Find(Text(one, "name")!)!.Written);
        }

        return Json(201, Value.Of(("proxies", Value.List(made))));
    }

    static async Task<SiteResponse> Change(FaultProxy proxy, Value.Fields body)
    {
        if (Mistyped(body) is { } mistyped) return Wrong(400, mistyped);
        var enabled = body["enabled"] is Value.Truth says ? says.Is : proxy.Enabled;
        var (upstream, port) = (Text(body, "upstream") is { Length: > 0 } said ? said : proxy.Upstream, proxy.Port);
        if (Text(body, "listen") is { Length: > 0 } listen && !TryPort(listen, out port)) return Wrong(400, "bad request body: listen is no port of 127.0.0.1");
        if (upstream != proxy.Upstream || port != proxy.Port)
            try { await proxy.Move(port, upstream); }
            catch (Unseen) { return Wrong(400, $"bad request body: the upstream is not host:port: {upstream}"); }
        await proxy.Enable(enabled);
        return Json(200, proxy.Written);
    }

    static SiteResponse Put(FaultProxy proxy, Value.Fields body, Toxic? now)
    {
        var (toxic, wrong) = Toxic.Read(body, now);
        if (toxic is null) return Wrong(400, wrong!);
        return proxy.Put(toxic, replaces: now is not null) is { } against ? Wrong(against.EndsWith("already exists", StringComparison.Ordinal) ? 409 : 400, against) : Json(200, toxic.Written);
    }

    async Task<SiteResponse> Delete(FaultProxy proxy)
    {
        await proxies.Remove(proxy.Name);
        return new(204);
    }

    async Task<SiteResponse> Reset()
    {
        await proxies.Reset();
        return new(204);
    }

    /// <summary>A name that leads to this machine only because somebody's name server says so is not ours.</summary>
    static bool IsOurs(string? host) => host is not null && (host[..(host.LastIndexOf(':') is > 0 and var colon ? colon : host.Length)] is "localhost" or "127.0.0.1" or "[::1]");

    static string? Invalid(Value.Fields body)
    {
        if (Mistyped(body) is { } mistyped) return mistyped;
        if (((string[])["name", "upstream"]).FirstOrDefault(name => string.IsNullOrEmpty(Text(body, name))) is { } missing) return $"missing required field: {missing}";
        if (!TryPort(Text(body, "listen") ?? "127.0.0.1:0", out _)) return "bad request body: listen is no port of 127.0.0.1";
        try { HostAndPort.Read(Text(body, "upstream")!, null); }
        catch (Unseen) { return $"bad request body: the upstream is not host:port: {Text(body, "upstream")}"; }
        return null;
    }

    /// <summary>Whatever has a name of ours and is of another type.</summary>
    static string? Mistyped(Value.Fields body) =>
        body["enabled"] is not (null or Value.Nothing or Value.Truth) ? "bad request body: enabled is neither true nor false"
        : ((string[])["name", "listen", "upstream"]).FirstOrDefault(name => body[name] is not (null or Value.Nothing or Value.Text)) is { } odd ? $"bad request body: {odd} is no text" : null;

    static string? Text(Value.Fields body, string name) => (body[name] as Value.Text)?.Is;

    /// <summary>Listening is for this machine's own services alone.</summary>
    internal static bool TryPort(string listen, out int port)
    {
        port = 0;
        var colon = listen.LastIndexOf(':');
        return listen[..Math.Max(0, colon)] is "" or "localhost" or "127.0.0.1" && int.TryParse(listen[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
    }

    static SiteResponse Json(int status, Value value) => SiteResponse.Json(status, CanonicalJson.Text(value) + "\n");

    static SiteResponse Wrong(int status, string says) => Json(status, Value.Of(("error", says), ("status", status)));
}
