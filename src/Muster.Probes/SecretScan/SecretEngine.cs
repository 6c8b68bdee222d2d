using System.Text.RegularExpressions;

namespace Muster.Probes;

/// <summary>A secret where it stands. The value is for comparing only, and never goes further than a keyed fingerprint.</summary>
sealed record SecretHit(string Rule, int Line, string Value, string? Within = null);

/// <summary>
/// Finds secrets in one text. One vectorised search for the literals of all rules passes over what cannot hold any; only the few lines where one stands are asked the rules.
/// </summary>
sealed class SecretEngine(SecretRules rules)
{
    const int Before = 160, Behind = 1024, MostHits = 1000;
    static readonly string[] Settings = [".env", ".yaml", ".yml", ".properties", ".ini", ".conf", ".cfg", ".cnf", ".toml", ".tfvars", ".json", ".config", ".npmrc", ".netrc", ".pgpass", ".envrc"];

    public SecretTally Tally { get; } = new();

    /// <param name="name">The file's name, which says whether values stand in it without quotes.</param>
    public List<SecretHit> Scan(ReadOnlySpan<char> text, string name)
    {
        var hits = new List<SecretHit>();
        var raw = new List<(SecretHit Hit, bool ByName)>();
        Raw(text, IsSettings(name), raw);
        var manifest = ManifestSecrets.MayBe(text, name) ? new ManifestSecrets(this, hits) : null;
        manifest?.Read(text, name);
        foreach (var (hit, byName) in raw)
        {
            if (byName && manifest?.Knows(hit.Line) == true) continue;
            if (!hits.Any(other => other.Line == hit.Line && (other.Value == hit.Value || other.Value.Contains(hit.Value, StringComparison.Ordinal) || hit.Value.Contains(other.Value, StringComparison.Ordinal)))) hits.Add(hit);
        }

        return hits;
    }

    /// <summary>By the rules alone, as the text stands.</summary>
    public void Raw(ReadOnlySpan<char> text, bool settings, List<(SecretHit Hit, bool ByName)> into)
    {
        int line = 1, counted = 0;
        for (var from = 0; from < text.Length && into.Count < MostHits;)
        {
            var found = text[from..].IndexOfAny(rules.Literals);
            if (found < 0) return;
            var at = from + found;
            var begin = text[Math.Max(0, at - Before)..at].LastIndexOf('\n') is var newline and >= 0 ? Math.Max(0, at - Before) + newline + 1 : Math.Max(0, at - Before);
            var ahead = text[at..Math.Min(text.Length, at + Behind)];
            var end = at + (ahead.IndexOf('\n') is var stop and >= 0 ? stop : ahead.Length);
            foreach (var rule in rules.All)
            {
                if (rule.Plain && !settings) continue;
                var window = text[begin..(rule.Across ? at + ahead.Length : end)];
                if (!text[begin..end].ContainsAny(rule.Search) || !rule.Pattern.IsMatch(window)) continue;
                for (var match = rule.Pattern.Match(window.ToString()); match.Success; match = match.NextMatch())
                {
                    if (!Counts(rule, match)) continue;
                    line += text[counted..begin].Count('\n');
                    counted = begin;
                    var hit = new SecretHit(rule.Id, line + window[..match.Index].Count('\n'), Value(match));
                    if (!into.Any(other => other.Hit == hit)) into.Add((hit, rule.ByName));
                }
            }

            from = end > at ? end : at + 1;
        }
    }

    static string Value(Match match) => match.Groups["secret"] is { Success: true } group ? group.Value : match.Value;

    static bool Counts(SecretRule rule, Match match)
    {
        var value = Value(match);
        if (SecretValues.StandsIn(value) || SecretValues.Entropy(value) < rule.Entropy) return false;
        if (rule.Mixed && value.Length < 20 && SecretValues.Classes(value) < 2) return false;
        if (!rule.ByName) return true;
        return SecretNames.Holds(match.Groups["name"].Value) && !(rule.Plain ? SecretValues.IsCode(value) : value.AsSpan().ContainsAny("()") || value[0] == '/');
    }

    public static bool IsSettings(string name)
    {
        var file = Path.GetFileName(name.AsSpan());
        foreach (var ending in Settings)
            if (file.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) return true;
        return file.StartsWith(".env", StringComparison.OrdinalIgnoreCase) || file.StartsWith("Dockerfile", StringComparison.OrdinalIgnoreCase);
    }
}
