using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads one request of an iteration.</summary>
static class RequestReader
{
    const int MostRedirects = 20;
    const int LongestName = 120;
    static readonly string[] Methods = ["get", "post", "put", "patch", "delete", "head", "options"];
    static readonly System.Buffers.SearchValues<char> MethodLetters = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

    /// <summary>Whether the keys of a request stand here.</summary>
    public static bool Begins(FormKeys keys) => Methods.Concat(["method", "url", "websocket"]).Any(name => keys.Fields[name] is not null);

    /// <param name="single">The request's keys stand in the scenario itself, whose think and tags are then its own.</param>
    public static RequestStep Read(FormKeys keys, StepScope scope, HashSet<string> names, bool single)
    {
        var (method, url, written) = Line(keys, scope);
        var socket = keys.Has("websocket") ? SocketReader.Read(keys, scope) : null;
        var headers = HeaderReader.Read(keys.Inner("headers"), scope);
        var (body, type) = BodyReader.Read(keys, scope);
        if (body is not null && (socket is not null || method is "GET" or "HEAD")) keys.Wrong("", $"A {(socket is null ? method : "WebSocket")} request carries no body.", socket is null ? "Write post: or put:, or leave the body out." : "Write send: [ … ].");
        foreach (var name in (ReadOnlySpan<string>)["send", "await", "between", "stay"])
            if (keys.Has(name) && socket is null) keys.Wrong(name, $"\"{name}\" belongs to a WebSocket.", "Write websocket: /path beside it.");
        if (type is not null && !headers.Any(header => header.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase)))
            headers = headers.Add(("Content-Type", Template.Of(System.Text.Encoding.ASCII.GetBytes(type))));
        // The target's headers carry its secrets, which are for no other origin.
        if (url.IsOwn) headers = [.. scope.Plan.Target.Headers.Where(common => !headers.Any(own => own.Name.Equals(common.Name, StringComparison.OrdinalIgnoreCase))), .. headers];
        var step = new RequestStep
        {
            Name = Name(keys, written, names),
            Method = method,
            Url = url.Template,
            Headers = headers,
            Body = body,
            Socket = socket,
            Checks = CheckReader.Read(keys.Inner("check")),
            Expected = Expected(keys.Inner("expect")),
            Redirects = (int)(keys.Whole("follow", 0, MostRedirects) ?? 0),
            Timeout = keys.Duration("timeout", TimeSpan.FromHours(1)) ?? TimeSpan.FromSeconds(60),
            Save = SaveReader.Read(keys.Inner("save"), scope),
        };
        if (socket is not null && (keys.Has("save") || keys.Has("check") || keys.Has("follow"))) keys.Wrong("", "What a WebSocket says is neither saved nor checked, and its opening follows no redirect.", "Leave save:, check: and follow: out; await: true waits for an answer to each message.");
        if (single) return step;
        step = step with { Think = keys.Pause("think"), Tags = ScenarioReader.Tags(keys.Inner("tags")) };
        keys.Done("a request");
        return step;
    }

    static (string Method, (Template Template, bool IsOwn) Url, string Written) Line(FormKeys keys, StepScope scope)
    {
        string[] said = [.. Methods.Append("url").Append("websocket").Where(keys.Has)];
        if (said.Length != 1)
        {
            keys.Has("method");
            keys.Wrong("", said.Length == 0 ? "The request does not say what it asks for." : $"\"{said[0]}\" and \"{said[1]}\" stand in one request.", said.Length == 0 ? "Write get: /path." : "Make two requests of them.");
            return ("GET", (Template.Of([]), true), "");
        }

        var method = said[0] is "url" or "websocket" ? "GET" : said[0].ToUpperInvariant();
        if (keys.Has("method") && said[0] != "url") keys.Wrong("method", $"\"method\" and \"{said[0]}\" stand together.", "Write url: with method:.");
        else if (keys.Has("method") && keys.Text("method") is { } own)
        {
            method = own.ToUpperInvariant();
            if (method.Length is 0 or > 32 || method.AsSpan().ContainsAnyExcept(MethodLetters) || method == "CONNECT") keys.Wrong("method", $"\"{Bounded.Start(own, 40)}\" is no method that can be sent.", "Write GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or another word in letters.");
        }

        var written = keys.Text(said[0]) ?? "";
        return (method, UrlReader.Read(written, keys.At(said[0]), scope, said[0] == "websocket"), $"{(said[0] == "websocket" ? "WS" : method)} {written}");
    }

    /// <summary>What stands in reports and thresholds; two requests that are written alike are numbered.</summary>
    static string Name(FormKeys keys, string written, HashSet<string> names)
    {
        if (keys.Text("name") is { } own)
        {
            if (own.Length is 0 or > LongestName || own.Any(char.IsControl)) keys.Wrong("name", "The name is empty, too long, or holds a line end.", $"Write up to {LongestName} characters on one line.");
            else if (!names.Add(own)) keys.Wrong("name", $"Two requests of the scenario are called \"{own}\".", "Give each its own name.");
            return own;
        }

        var name = Bounded.Start(written, LongestName);
        for (var i = 2; !names.Add(name); i++) name = $"{Bounded.Start(written, LongestName)} {i}";
        return name;
    }

    static StatusSet Expected(FormKeys? keys)
    {
        if (keys is null) return StatusSet.Default;
        var set = keys.Take("status") is { } status ? StatusReader.Read(status, keys.At("status"), keys.Problems) : null;
        keys.Done("expect");
        if (!keys.Has("status")) keys.Wrong("", "It does not say what is expected.", "Write expect: { status: 200 }; what must hold of the answer besides goes into check:.");
        return set ?? StatusSet.Default;
    }
}
