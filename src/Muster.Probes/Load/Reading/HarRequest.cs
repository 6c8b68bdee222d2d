using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>One request of a recording as a request of a scenario, without anything that opens doors.</summary>
sealed class HarRequest(Value.Fields request, Uri url, int status, HarNotes notes)
{
    const int LongestHeader = 2000;
    const int LongestBody = 1 << 20;

    /// <summary>Of the connection, or counted anew.</summary>
    static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "host", "content-length", "connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "expect", "accept-encoding", "proxy-connection", "http2-settings", "upgrade-insecure-requests", "alt-used",
    };

    /// <summary>Of what the browser knew then.</summary>
    static readonly HashSet<string> Then = new(StringComparer.OrdinalIgnoreCase) { "if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "if-range", "referer", "priority", "x-client-data" };

    /// <summary>Null if it cannot be taken, which is said.</summary>
    public Value.Fields? Read(bool whole)
    {
        var method = (request["method"] as Value.Text)?.Is.ToUpperInvariant() ?? "GET";
        if (method.Length is 0 or > 32 || method.Any(letter => !char.IsAsciiLetterUpper(letter)) || method == "CONNECT") return Left("requests with a method that cannot be sent");
        var path = Address();
        var taken = Value.Of((method is "GET" or "POST" or "PUT" or "PATCH" or "DELETE" or "HEAD" or "OPTIONS" ? method.ToLowerInvariant() : "url", whole || path.StartsWith("//", StringComparison.Ordinal) ? HarRecording.OriginOf(url) + path : path));
        if (taken["url"] is not null) taken = taken.With("method", method);
        var body = request["postData"] as Value.Fields;
        if (Headers(body) is { Count: > 0 } headers) taken = taken.With("headers", headers);
        if (body is not null && method is not ("GET" or "HEAD") && Body(body, path) is { } carried) taken = taken.With(carried.Kind, carried.Body);
        // Without what made the answer short it may come whole.
        if (status is 304) taken = taken.With("expect", Value.Of(("status", Value.List([200, 304]))));
        else if (status > 0) taken = taken.With("expect", Value.Of(("status", status)));
        return taken;
    }

    /// <summary>Path and query as they were written, so that no escape changes.</summary>
    string Address()
    {
        var path = new StringBuilder();
        foreach (var part in url.AbsolutePath.Split('/').Skip(1)) path.Append('/').Append(Sensitive.IsValue(Uri.UnescapeDataString(part)) ? Gone("path", "a part that looks like a credential") : part);
        if (url.Query.Length > 1)
        {
            var pairs = url.Query[1..].Split('&').Select(pair =>
            {
                var equals = pair.IndexOf('=', StringComparison.Ordinal);
                var name = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
                if (equals < 0 && Sensitive.IsValue(name)) return Gone("query", "a part that looks like a credential");
                return equals >= 0 && (Sensitive.IsName(name) || Sensitive.IsValue(Uri.UnescapeDataString(pair[(equals + 1)..]))) ? $"{pair[..equals]}={Gone("query", name)}" : pair;
            });
            path.Append('?').AppendJoin('&', pairs);
        }

        return path.Replace("$(", "%24(").ToString();
    }

    Value.Fields Headers(Value.Fields? body)
    {
        var taken = new Dictionary<string, Value>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in (request["headers"] as Value.Items)?.Are ?? [])
        {
            if (header is not Value.Fields fields || fields["name"] is not Value.Text { Is: var name } || fields["value"] is not Value.Text { Is: var value }) continue;
            if (name.StartsWith(':') || name.StartsWith("sec-", StringComparison.OrdinalIgnoreCase) || Own.Contains(name) || Then.Contains(name)) notes.Removed("headers of the browser or its connection", name.ToLowerInvariant());
            else if (Sensitive.IsName(name) || Sensitive.IsValue(value)) notes.Removed("headers that may open doors", name.ToLowerInvariant());
            else if (!IsToken(name) || value.Length > LongestHeader || value.Any(char.IsControl) || value.Contains("$(", StringComparison.Ordinal)) notes.Removed("headers that cannot be sent as they stand", name.ToLowerInvariant());
            // A body says its type itself where its form does; a boundary belongs to a body that is not taken.
            else if (name.Equals("content-type", StringComparison.OrdinalIgnoreCase) && (body is null || value.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))) notes.Removed("headers of the browser or its connection", "content-type");
            else if (!taken.TryAdd(name, value)) notes.Removed("headers that stood twice", name.ToLowerInvariant());
        }

        return new(taken);
    }

    (string Kind, Value Body)? Body(Value.Fields data, string path)
    {
        var type = ((data["mimeType"] as Value.Text)?.Is ?? "").Split(';')[0].Trim().ToLowerInvariant();
        var text = (data["text"] as Value.Text)?.Is ?? "";
        if (type == "application/x-www-form-urlencoded") return Form(data, text);
        if (text.Length == 0) return null;
        if (text.Length <= LongestBody && !text.Contains("$(", StringComparison.Ordinal))
        {
            if (type.EndsWith("json", StringComparison.Ordinal) && Json(text) is { } json) return ("json", Sensitive.Clean(json, name => notes.Removed("body", name)));
            if (type.StartsWith("text/", StringComparison.Ordinal) && !IsSuspect(text)) return ("body", text);
        }

        notes.Add($"A body of {text.Length} characters ({K6Options.Clean(type.Length == 0 ? "no type" : type)}) was left out of {K6Options.Clean(path.Split('?')[0])}: it may hold credentials, or cannot be written as it stands. Put it into a file: {{ file: body.bin }}.");
        return null;
    }

    (string, Value)? Form(Value.Fields data, string text)
    {
        var pairs = data["params"] is Value.Items { Are: { IsEmpty: false } written }
            ? written.OfType<Value.Fields>().Select(param => ((param["name"] as Value.Text)?.Is ?? "", (param["value"] as Value.Text)?.Is ?? "")).ToList()
            : [.. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => (Plain(pair[0]), pair.Length > 1 ? Plain(pair[1]) : ""))];
        var form = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            if (value.Contains("$(", StringComparison.Ordinal)) notes.Removed("body, since it would be read as a placeholder", name);
            else if (!form.TryAdd(name, Sensitive.IsName(name) || Sensitive.IsValue(value) ? Gone("body", name) : value)) notes.Removed("body, since it stood twice", name);
        }

        return form.Count == 0 ? null : ("form", new Value.Fields(form));
    }

    string Gone(string where, string name)
    {
        notes.Removed(where, name);
        return Sensitive.Removed;
    }

    Value.Fields? Left(string what)
    {
        notes.Left(what);
        return null;
    }

    static Value? Json(string text)
    {
        try
        {
            var json = Value.Parse(Encoding.UTF8.GetBytes(text), depth: 40);
            return json.ToString().Contains("$(", StringComparison.Ordinal) ? null : json;
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException)
        {
            return null; // a body that only says it is JSON; it is left out, and said
        }
    }

    static bool IsSuspect(string text) => text.Split([' ', '\n', '\r', '\t', '=', ':', '"', '&', ';', ',', '<', '>'], StringSplitOptions.RemoveEmptyEntries).Any(word => Sensitive.IsName(word) || Sensitive.IsValue(word));

    static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    static bool IsToken(string name) => name.Length is > 0 and <= 256 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || "!#$%&'*+-.^_`|~".Contains(letter, StringComparison.Ordinal));
}
