using System.Text;

namespace Muster.Probes.Load;

/// <summary>Reads where a request goes: a path beneath the target, or a whole URL whose origin is fixed, so that the run's consent can name it.</summary>
static class UrlReader
{
    const int Longest = 16 * 1024;

    public static (Template Template, bool IsOwn) Read(string text, string path, StepScope scope, bool socket)
    {
        var none = (Template.Of("/"u8.ToArray()), true);
        if (text.Length > Longest || text.Any(char.IsControl)) return Wrong(scope, path, "The URL is longer than 16 KiB or holds a control character.", "Write it on one line.", none);
        if (text.Contains('#', StringComparison.Ordinal)) return Wrong(scope, path, "The URL holds a fragment, which is never sent.", "Leave out what begins with \"#\"; write %23 where the sign itself is meant.", none);
        if (text.StartsWith("//", StringComparison.Ordinal)) return Wrong(scope, path, "The path begins with \"//\", which may be read as another host.", "Write one \"/\", or the whole URL.", none);
        if (text.StartsWith('/')) return (TemplateReader.Read(scope.Plan.Target.Base + text, TemplatePlace.Percent, path, scope, Written), true);
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0) return Wrong(scope, path, $"\"{Bounded.Start(text, 80)}\" is neither a path nor a whole URL.", text.StartsWith("$(", StringComparison.Ordinal) ? "A path begins with \"/\": write /$(…)." : $"Write /{Bounded.Start(text.TrimStart('.', '/'), 80)}.", none);
        var end = text.AsSpan(scheme + 3).IndexOfAny('/', '?') is var at and >= 0 ? at + scheme + 3 : text.Length;
        var origin = text[..end];
        if (origin.Contains("$(", StringComparison.Ordinal)) return Wrong(scope, path, "The host of a whole URL holds a placeholder, so that nobody could consent to where it goes.", "Write the host as it is.", none);
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var url) || url.UserInfo.Length > 0 || url.Host.Length == 0 || !(socket ? url.Scheme is "ws" or "wss" or "http" or "https" : url.Scheme is "http" or "https"))
            return Wrong(scope, path, $"The URL is none of {(socket ? "ws or wss" : "http or https")} without user and password.", "Write a path, as /items, or https://host/items.", none);
        var own = scope.Plan.Target.IsOwn(url);
        if (!own) scope.Plan.Target.Others.Add(new($"{url.Scheme}://{url.Authority}/"));
        var rest = text[end..];
        return (TemplateReader.Read(origin + (rest.StartsWith('/') ? rest : "/" + rest), TemplatePlace.Percent, path, scope, Written), own);
    }

    /// <summary>What the writer wrote stays, but for what cannot stand in a request line: it is percent-encoded.</summary>
    static string Written(string piece)
    {
        if (piece.All(letter => letter is > ' ' and < '\u007f' and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}'))) return piece;
        var written = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(piece))
            if (one is > 32 and < 127 && !"\"<>\\^`{|}"u8.Contains(one)) written.Append((char)one);
            else written.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        return written.ToString();
    }

    static T Wrong<T>(StepScope scope, string path, string says, string fix, T otherwise)
    {
        scope.Problems.Add(path, says, fix);
        return otherwise;
    }
}
