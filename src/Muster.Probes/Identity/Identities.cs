using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Who asks: the target's identities by name, each with its headers, and anonymous, who has none.</summary>
sealed class Identities
{
    public const string Anonymous = "anonymous";
    readonly Dictionary<string, (string Name, string Text)[]> _headers = new(StringComparer.Ordinal) { [Anonymous] = [] };

    public IEnumerable<string> Names => _headers.Keys.Order(StringComparer.Ordinal);

    public (string Name, string Text)[] this[string name] => _headers[name];

    public bool Has(string name) => _headers.ContainsKey(name);

    /// <summary>A text is a bearer token, a map is headers.</summary>
    public static Identities Read(Given given, ProbeContext context)
    {
        var all = new Identities();
        foreach (var (name, value) in given["identities"] as Value.Fields ?? Value.Fields.Empty)
        {
            var headers = value is Value.Fields map ? map.Select(header => (header.Key, header.Value is Value.Text text ? text.Is : header.Value.ToString())).ToArray() : [("Authorization", $"Bearer {(value as Value.Text)?.Is}")];
            foreach (var (_, text) in headers) context.Hide(text.StartsWith("Bearer ", StringComparison.Ordinal) ? text["Bearer ".Length..] : text);
            all._headers[name] = headers;
        }

        return all;
    }
}

/// <summary>A method and a path, as <c>DELETE /items/1</c>; GET where only a path stands.</summary>
sealed record Endpoint(HttpMethod Method, string Path)
{
    public bool IsSafe => Method == HttpMethod.Get || Method == HttpMethod.Head || Method == HttpMethod.Options;

    public static Endpoint Read(string text, string parameter)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (method, path) = words switch { [var only] => ("GET", only), [var verb, var where] => (verb.ToUpperInvariant(), where), _ => ("", "") };
        return path.StartsWith('/') && method.Length is > 0 and < 20 && method.All(char.IsAsciiLetterUpper) ? new(new(method), path) : throw Given.Wrong(parameter, $"has what is no endpoint, as \"DELETE /items/1\": {Bounded.Start(text, 60)}");
    }

    public override string ToString() => $"{Method} {Path}";
}
