using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The headers of a request.</summary>
static class HeaderReader
{
    const int Most = 200;
    const int Longest = 16 * 1024;
    static readonly System.Buffers.SearchValues<char> Token = System.Buffers.SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    static readonly Dictionary<string, string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        ["host"] = "It comes from the URL; leave it out.",
        ["content-length"] = "It is counted from the body; leave it out.",
        ["transfer-encoding"] = "Bodies are sent with their length; leave it out.",
        ["connection"] = "Write http: { reuse: always|iteration|never } to say how connections are kept.",
        ["keep-alive"] = "Write http: { reuse: always|iteration|never } to say how connections are kept.",
        ["upgrade"] = "Write websocket: /path for a WebSocket.",
        ["expect"] = "Bodies are sent at once; leave it out.",
        ["te"] = "Trailers are not read; leave it out.",
        ["trailer"] = "Trailers are not sent; leave it out.",
        ["accept-encoding"] = "Write http: { compression: true } to let answers come compressed.",
    };

    public static ImmutableArray<(string Name, Template Text)> Read(FormKeys? keys, StepScope scope)
    {
        if (keys is null) return [];
        var read = ImmutableArray.CreateBuilder<(string, Template)>();
        if (keys.Fields.Count > Most) keys.Wrong("", $"There are {keys.Fields.Count} headers.", $"Write at most {Most}.");
        foreach (var (name, value) in keys.Fields)
        {
            var at = keys.At(name);
            if (!Name(name, at, keys.Problems)) continue;
            if (read.Any(other => other.Item1.Equals(name, StringComparison.OrdinalIgnoreCase))) keys.Problems.Add(at, $"The header \"{name}\" stands twice, since its case says nothing.", "Write it once.");
            if (FormTyped.Text(value, at, keys.Problems) is { } text && Value(text, at, keys.Problems))
                read.Add((name, TemplateReader.Read(text, TemplatePlace.Header, at, scope)));
        }

        return read.DrainToImmutable();
    }

    public static bool Name(string name, string at, FormProblems problems)
    {
        if (name.Length is 0 or > 256 || name.AsSpan().ContainsAnyExcept(Token)) problems.Add(at, $"\"{Bounded.Start(name, 80)}\" cannot be a header's name.", "Use letters, digits and \"-\".");
        else if (Own.TryGetValue(name, out var fix)) problems.Add(at, $"The header \"{name}\" is the engine's own.", fix);
        else return true;
        return false;
    }

    public static bool Value(string text, string at, FormProblems problems)
    {
        if (text.Length > Longest) problems.Add(at, $"The header is longer than {Longest} characters.", "Make it shorter.");
        else if (text.AsSpan().ContainsAnyInRange('\0', '\u001f') || text.Contains('\u007f', StringComparison.Ordinal)) problems.Add(at, "The header holds a line end or another control character.", "Write it on one line.");
        else return true;
        return false;
    }
}
