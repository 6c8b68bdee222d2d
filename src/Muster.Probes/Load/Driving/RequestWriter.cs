using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Muster.Probes.Load;

/// <summary>
/// Requests as bytes. Those without placeholders are written once for the whole run. A host that was not admitted before the run is never sent to, whatever a template or a redirect comes to.
/// </summary>
sealed class RequestWriter
{
    const int MostUrl = 16 * 1024;
    readonly LoadPlan _plan;
    readonly FrozenDictionary<string, Origin> _origins;
    readonly (Origin Origin, string Path, byte[] Bytes, int BodyAt)?[][] _fixed;
    readonly bool[][] _readsBody;
    readonly string _agent;
    readonly Origin _target;

    /// <param name="origins">By scheme, host and port, as <see cref="Uri.GetLeftPart"/> gives them.</param>
    public RequestWriter(LoadPlan plan, IEnumerable<KeyValuePair<string, Origin>> origins, string agent)
    {
        (_plan, _agent) = (plan, agent);
        _origins = origins.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        var (buffer, exchange) = (new ArrayBufferWriter<byte>(), new Exchange { User = null! });
        var nobody = new UserVariables();
        _target = _origins[Key(plan.Target)];
        _readsBody = [.. plan.Scenarios.Select(scenario => scenario.Requests.Select(step => step.ReadsBody).ToArray())];
        _fixed = [.. plan.Scenarios.Select(scenario => scenario.Requests.Select(step => scenario.Cookies ? null : Prepare(step)).ToArray())];

        (Origin, string, byte[], int)? Prepare(RequestStep step)
        {
            if (step.Socket is not null || step.Url.Fixed is null || step.Body is { Fixed: null } || step.Headers.Any(header => header.Text.Fixed is null)) return null;
            if (Write(step, nobody, exchange, buffer) is not null) return null;
            return (exchange.Origin, exchange.Path, exchange.Bytes.ToArray(), exchange.BodyAt);
        }
    }

    /// <summary>Fills the exchange; a sentence if the request cannot be written.</summary>
    public string? Write(int scenario, int step, UserVariables user, Exchange exchange, ArrayBufferWriter<byte> buffer)
    {
        var request = _plan.Scenarios[scenario].Requests[step];
        exchange.ReadBody = _readsBody[scenario][step];
        if (_fixed[scenario][step] is not { } known) return Write(request, user, exchange, buffer);
        (exchange.Origin, exchange.Path, exchange.Bytes, exchange.BodyAt) = (known.Origin, known.Path, known.Bytes, known.BodyAt);
        exchange.Method = request.Method;
        return null;
    }

    /// <summary>The request that the answer leads to (RFC 9110, 15.4), if it leads to a host that was admitted. What a header told one origin, no other is told.</summary>
    public bool Redirected(Exchange exchange, ArrayBufferWriter<byte> buffer)
    {
        var status = exchange.Answer.Status;
        if (status is not (301 or 302 or 303 or 307 or 308) || AnswerHead.Find(exchange.Answer.Head.Span, "location"u8) is not { } location) return false;
        // Not resolved against the origin: an earlier answer may have led to a path such as //host:x, which would be read as another place, or as none.
        if (!Uri.TryCreate($"{Scheme(exchange.Origin)}://{exchange.Origin.Authority}{exchange.Path}", UriKind.Absolute, out var from)) return false;
        if (location.Length > MostUrl || !Uri.TryCreate(from, location, out var to) || !_origins.TryGetValue(Key(to), out var origin)) return false;
        var same = ReferenceEquals(origin, exchange.Origin);
        var keeps = same && (status is 307 or 308 || exchange.Method is not "POST" && status != 303);
        var body = keeps ? exchange.Bytes[exchange.BodyAt..].ToArray() : [];
        var method = keeps || exchange.Method == "HEAD" ? exchange.Method : "GET";
        var lines = same ? Lines(exchange.Bytes.Span[..exchange.BodyAt], body.Length > 0) : "";
        buffer.ResetWrittenCount();
        Head(method, to.PathAndQuery, origin, buffer);
        Put(lines, buffer);
        End(body, method, buffer);
        exchange.Origin = origin;
        exchange.Path = to.PathAndQuery;
        exchange.Method = method;
        exchange.Bytes = buffer.WrittenMemory;
        exchange.BodyAt = buffer.WrittenCount - body.Length;
        return true;
    }

    /// <summary>The user's own header lines of a request that was written, without those that <see cref="Head"/> and <see cref="End"/> write.</summary>
    static string Lines(ReadOnlySpan<byte> head, bool body)
    {
        var kept = new StringBuilder();
        foreach (var line in Encoding.UTF8.GetString(head).Split("\r\n").Skip(1))
        {
            if (line.Length == 0 || Is(line, "host") || Is(line, "content-length") || Is(line, "user-agent") || Is(line, "accept-encoding") || Is(line, "connection")) continue;
            if (!body && line.StartsWith("content-", StringComparison.OrdinalIgnoreCase)) continue;
            kept.Append(line).Append("\r\n");
        }

        return kept.ToString();

        static bool Is(string line, string name) => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase);
    }

    string? Write(RequestStep step, UserVariables user, Exchange exchange, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        if (step.Url.Render(user, buffer) is { } missing) return $"$({missing}) has no value";
        if (buffer.WrittenCount > MostUrl) return $"the URL of {step.Name} is longer than {MostUrl} bytes";
        var url = Encoding.UTF8.GetString(buffer.WrittenSpan);
        if (Place(url) is not { } place) return $"the URL of {step.Name} is no path and leads to no host of the run";
        var body = Array.Empty<byte>();
        if (step.Body is { } template)
        {
            if (template.Fixed is { } bytes) body = bytes;
            else
            {
                buffer.ResetWrittenCount();
                if (template.Render(user, buffer) is { } unknown) return $"$({unknown}) has no value";
                body = buffer.WrittenSpan.ToArray();
            }
        }

        buffer.ResetWrittenCount();
        Head(step.Method, place.Path, step.Headers.Any(header => IsHost(header.Name)) ? null : place.Origin, buffer, step.Socket is not null);
        if (step.Socket is not null) buffer.Write(SocketOpening.Lines(exchange.Key = SocketOpening.NewKey(user.Random)));
        var agent = false;
        foreach (var (name, text) in step.Headers)
        {
            if (name.Equals("content-length", StringComparison.OrdinalIgnoreCase) || name.Equals("connection", StringComparison.OrdinalIgnoreCase)) continue;
            agent |= name.Equals("user-agent", StringComparison.OrdinalIgnoreCase);
            Put(name, buffer);
            buffer.Write(": "u8);
            var at = buffer.WrittenCount;
            if (text.Render(user, buffer) is { } unknown) return $"$({unknown}) has no value";
            if (buffer.WrittenSpan[at..].ContainsAny((byte)'\r', (byte)'\n')) return $"the header {name} of {step.Name} would break the request: what fills it holds a line break";
            buffer.Write("\r\n"u8);
        }

        // A cookie of the target is told to no other host.
        if (user.Cookies.Count > 0 && ReferenceEquals(place.Origin, _target))
        {
            buffer.Write("Cookie: "u8);
            CookieJar.Write(user, buffer);
            buffer.Write("\r\n"u8);
        }

        if (!agent) Put($"User-Agent: {_agent}\r\n", buffer);
        End(body, step.Method, buffer);
        exchange.Origin = place.Origin;
        exchange.Path = place.Path;
        exchange.Method = step.Method;
        exchange.Bytes = buffer.WrittenMemory;
        exchange.BodyAt = buffer.WrittenCount - body.Length;
        return null;
    }

    (Origin Origin, string Path)? Place(string url)
    {
        if (url.AsSpan().ContainsAnyInRange('\0', ' ')) return null;
        if (url.StartsWith('/')) return (_target, url);
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && _origins.TryGetValue(Key(uri), out var origin) ? (origin, uri.PathAndQuery) : null;
    }

    static bool IsHost(string name) => name.Equals("host", StringComparison.OrdinalIgnoreCase);

    /// <param name="host">Null if the request has a Host of its own.</param>
    /// <param name="upgrades">It says by itself what becomes of the connection.</param>
    void Head(string method, string path, Origin? host, ArrayBufferWriter<byte> buffer, bool upgrades = false)
    {
        Put($"{method} {path} HTTP/1.1\r\n", buffer);
        if (host is not null) Put($"Host: {host.Authority}\r\n", buffer);
        if (_plan.Wiring.Compression) buffer.Write("Accept-Encoding: gzip, deflate, br\r\n"u8);
        if (_plan.Wiring.Reuse == Reuse.Never && !upgrades) buffer.Write("Connection: close\r\n"u8);
    }

    static void End(byte[] body, string method, ArrayBufferWriter<byte> buffer)
    {
        if (body.Length > 0 || method is "POST" or "PUT" or "PATCH") Put($"Content-Length: {body.Length}\r\n", buffer);
        buffer.Write("\r\n"u8);
        buffer.Write(body);
    }

    static void Put(string text, ArrayBufferWriter<byte> buffer) => Encoding.UTF8.GetBytes(text, buffer);

    /// <summary>The key of <see cref="_origins"/>; ws is http and wss https, as their connections are.</summary>
    public static string Key(Uri url) => $"{(url.Scheme is "https" or "wss" ? "https" : "http")}://{url.IdnHost}:{url.Port}";

    static string Scheme(Origin origin) => origin.IsSecure ? "https" : "http";
}
