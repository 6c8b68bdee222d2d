using System.Buffers;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Takes out of values what a search for secrets would find in them, so that the rest may be shown. It takes more than the search reports: a finding must be one, and what is shown must be none.
/// </summary>
sealed partial class SecretMask(Action<string> hide)
{
    /// <summary>Shorter texts stand in too many places to be taken out of everything.</summary>
    const int Telling = 4;
    const int Deepest = 64;
    static readonly SearchValues<char> Ends = SearchValues.Create(" \t\r\n;&\"'");
    readonly SecretEngine _engine = new(SecretRules.Ours);

    /// <param name="secret">Whether what it is called says that it is one.</param>
    public Value Shown(Value value, bool secret) => Shown(value, secret, 0);

    Value Shown(Value value, bool secret, int depth)
    {
        if (depth > Deepest) return Redactor.Mask;
        return value switch
        {
            Value.Items items => new Value.Items([.. items.Are.Select(item => Shown(item, secret, depth + 1))]),
            Value.Fields fields => new Value.Fields(fields.Select(field => KeyValuePair.Create(Name(field.Key), Shown(field.Value, secret || SecretNames.Holds(Naming(fields, field.Key)), depth + 1)))),
            Value.Nothing => value,
            _ when secret => Hidden(value is Value.Text all ? all.Is : value.ToString()),
            Value.Text text => Shown(text.Is),
            _ => value,
        };
    }

    /// <summary>As a container's environment is written, the name of a value stands beside it.</summary>
    static string Naming(Value.Fields fields, string key) => key == "value" ? fields.Text("name") ?? "" : key;

    /// <summary>A name may be a secret too. It stays what it is here, where two that are masked would be one; whatever is kept of the question has it taken out.</summary>
    string Name(string key)
    {
        Shown(key);
        return key;
    }

    public string Shown(string text)
    {
        var found = new List<string>();
        var hits = new List<(SecretHit Hit, bool ByName)>();
        _engine.Raw(text, settings: true, hits);
        found.AddRange(hits.Select(hit => hit.Hit.Value));
        foreach (Match name in Named().Matches(text))
            if (SecretNames.Holds(name.Groups["name"].Value) && Assigned(text, name.Index + name.Length) is { Length: > 0 } value) found.Add(value);
        foreach (Match address in Addresses().Matches(text)) found.AddRange(UserInfo(address.Groups["scheme"].Value, address.Groups["rest"].Value));
        foreach (var value in found.Where(value => value.Length > 0).Distinct().OrderByDescending(value => value.Length)) text = Without(text, value);
        return text;
    }

    string Without(string text, string value)
    {
        if (value.Length < Telling) return text.Replace($":{value}@", $":{Redactor.Mask}@", StringComparison.Ordinal).Replace($"={value}", $"={Redactor.Mask}", StringComparison.Ordinal);
        hide(value);
        if (Uri.UnescapeDataString(value) is { Length: >= Telling } plain && plain != value) hide(plain);
        return text.Replace(value, Redactor.Mask, StringComparison.Ordinal);
    }

    /// <summary>The value behind a name and its sign: what stands in quotes, or all to the next sign that ends a setting.</summary>
    static string Assigned(string text, int from)
    {
        var rest = text.AsSpan(from);
        if (rest.StartsWith("//")) return ""; // The scheme of an address.
        if (rest.Length > 1 && rest[0] is '"' or '\'' && rest[1..].IndexOf(rest[0]) is var close and >= 0) return rest.Slice(1, close).ToString();
        var end = rest.IndexOfAny(Ends);
        return (end < 0 ? rest : rest[..end]).ToString();
    }

    /// <summary>What an address says before its host that is not a name: a password, or over HTTP whoever stands alone, which is mostly a token.</summary>
    static IEnumerable<string> UserInfo(string scheme, string rest)
    {
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        var authority = end < 0 ? rest : rest[..end];
        // A password may hold a stroke that nobody has escaped; then its colon stands before, and its end is further on.
        var at = authority.LastIndexOf('@') is var within and >= 0 ? within : authority.Contains(':', StringComparison.Ordinal) && !Port().IsMatch(authority) ? rest.LastIndexOf('@') : -1;
        if (at < 0) yield break;
        var said = rest[..at];
        var colon = said.IndexOf(':', StringComparison.Ordinal);
        var web = scheme is "http" or "https";
        if (colon >= 0) yield return said[(colon + 1)..];
        if (web) yield return colon < 0 ? said : said[..colon];
    }

    string Hidden(string value)
    {
        if (value.Length >= Telling) hide(value);
        return Redactor.Mask;
    }

    [GeneratedRegex("""(?<name>[A-Za-z0-9_.-]{2,80})["']?[ \t]{0,8}[=:][ \t]{0,8}""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Named();

    [GeneratedRegex("""(?<scheme>[A-Za-z][A-Za-z0-9+.-]{0,40})://(?<rest>[^\s"'<>]{1,2000})""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Addresses();

    [GeneratedRegex(@":[0-9]{1,5}\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Port();
}
