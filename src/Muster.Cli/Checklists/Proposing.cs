using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Cli.Checklists;

/// <summary>
/// A check where the sentence plainly names what to look at: one address, one command. It only ever proposes; a person reads it and takes the mark away.
/// What carries credentials or a query is left alone, and so is anything with a shell's signs in it.
/// </summary>
static partial class Proposing
{
    public static Proposed? Of(string words, IReadOnlyList<string> code)
    {
        foreach (var text in code)
            if (OneLine(text) is { } line && (Curl(line) ?? Connect(line) ?? Lookup(line)) is { } known) return Expecting(known, words);
        var urls = Url().Matches(words).Select(match => match.Value.TrimEnd('.')).Distinct(StringComparer.Ordinal).ToList();
        if (urls is [var url] && words.Split("://").Length == 2 && IsSound(url))
        {
            if (url.StartsWith("https:", StringComparison.Ordinal) && Certificate().IsMatch(words)) return Tls(url);
            if (Answers().IsMatch(words)) return Http(url, words);
        }

        return code.Select(OneLine).OfType<string>().Where(line => Program().IsMatch(line)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(Command).FirstOrDefault();
    }

    static string? OneLine(string code) =>
        code.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [{ Length: <= 300 } only] ? (only.StartsWith("$ ", StringComparison.Ordinal) ? only[2..].Trim() : only) : null;

    static Proposed? Curl(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["curl", ..]) return null;
        var rest = words.Skip(1).Select(word => word.Trim('"', '\'')).Where(word => !HarmlessFlag().IsMatch(word)).ToList();
        return rest is [var url] && Url().Match(url) is { Success: true } match && match.Value == url && IsSound(url) ? new("http", url) : null;
    }

    static Proposed? Connect(string line)
    {
        if (Open().Match(line) is { Success: true } open && Port(open.Groups["port"].Value) is { } port) return new("tcp", $"{{ tcp: \"{open.Groups["host"].Value}:{port}\" }}");
        return Shake().Match(line) is { Success: true } shake && Port(shake.Groups["port"].Value) is { } secure ? Tls($"{shake.Groups["host"].Value}:{secure}") : null;
    }

    static Proposed? Lookup(string line)
    {
        if (Dig().Match(line) is not { Success: true } dig) return null;
        var type = dig.Groups["type"].Value.ToUpperInvariant();
        return new("dns", $"{{ dns: {dig.Groups["name"].Value}{(type.Length > 0 ? $", type: {type}" : "")} }}");
    }

    static Proposed Tls(string target) => new("tls.endpoint", $"{{ tls.endpoint: \"{target}\" }}");

    static Proposed Expecting(Proposed known, string words) => known.Kind == "http" ? Http(known.Check, words) : known;

    static Proposed Http(string url, string words)
    {
        var named = Status().Matches(words).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();
        return new("http", named is [var status] ? $"{{ http: \"{url}\", expect: {{ status: {status} }} }}" : $"{{ http: \"{url}\" }}");
    }

    static Proposed Command(string[] words) => new("command", $"{{ command: [ {string.Join(", ", words)} ] }}");

    static bool IsSound(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Host.Length > 0 && parsed.UserInfo.Length == 0;

    static int? Port(string digits) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : null;

    [GeneratedRegex(@"\bhttps?://[A-Za-z0-9][A-Za-z0-9.-]{0,200}(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]{0,300})?(?![A-Za-z0-9@?#&=%$({\[:/._~-])", RegexOptions.ExplicitCapture)]
    private static partial Regex Url();

    [GeneratedRegex(@"\b(answers?|returns?|responds?|replies|reachable|available|up|healthy|loads|serves?|status)\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Answers();

    [GeneratedRegex(@"\b(certificates?|cert|tls|ssl)\b", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Certificate();

    [GeneratedRegex(@"(?<![0-9.:/-])[2345][0-9]{2}(?![0-9.%]|\s?(ms|s|m|h|d|MB|GB|%)\b)", RegexOptions.ExplicitCapture)]
    private static partial Regex Status();

    [GeneratedRegex(@"^(-[fsSkLv]+|--fail|--silent|--show-error|--location)$", RegexOptions.ExplicitCapture)]
    private static partial Regex HarmlessFlag();

    [GeneratedRegex(@"^(nc( -[vz]+)+|telnet) (?<host>[A-Za-z0-9][A-Za-z0-9.-]{0,200}) (?<port>[0-9]{1,5})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Open();

    [GeneratedRegex(@"^openssl s_client (-[a-z_]+ )*-connect (?<host>[A-Za-z0-9][A-Za-z0-9.-]{0,200}):(?<port>[0-9]{1,5})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Shake();

    [GeneratedRegex(@"^(dig|host|nslookup)( \+short)? (?<name>[A-Za-z0-9][A-Za-z0-9-]{0,60}(\.[A-Za-z0-9][A-Za-z0-9-]{0,60})+)( (?<type>A|AAAA|CNAME|MX|TXT|CAA|NS))?( \+short)?$", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase)]
    private static partial Regex Dig();

    [GeneratedRegex(@"^\./[A-Za-z0-9][A-Za-z0-9._/-]*( [A-Za-z0-9._/=+-]+)*$", RegexOptions.ExplicitCapture)]
    private static partial Regex Program();
}
