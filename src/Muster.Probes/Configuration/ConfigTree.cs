using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A file of settings as a value: JSON and YAML as they are; env, properties, INI and the simple part of TOML as names with texts, each section a map.</summary>
static class ConfigTree
{
    public static readonly string[] Forms = ["json", "yaml", "env", "properties", "ini", "toml"];

    public static string? FormOf(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".json" => "json",
        ".yaml" or ".yml" => "yaml",
        ".properties" => "properties",
        ".ini" or ".cfg" or ".cnf" or ".conf" => "ini",
        ".toml" => "toml",
        ".env" => "env",
        _ => Path.GetFileName(name).StartsWith(".env", StringComparison.Ordinal) ? "env" : null,
    };

    /// <exception cref="Unseen">It cannot be read, or sets one name twice.</exception>
    public static Value Read(string form, byte[] bytes, string name)
    {
        if (form is "json" or "yaml") return FileTree.Read(form, bytes, name);
        string text;
        try { text = new UTF8Encoding(false, true).GetString(bytes).TrimStart('\uFEFF'); }
        catch (DecoderFallbackException) { throw new Unseen(Blind.Unreadable, $"{name} is not UTF-8"); }
        var sections = new Dictionary<string, Dictionary<string, Value>>(StringComparer.Ordinal) { [""] = [] };
        var into = sections[""];
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            var bare = line.Trim();
            if (bare.Length == 0 || bare[0] is '#' || bare[0] is ';' && form == "ini" || bare[0] is '!' && form == "properties") continue;
            if (form is "ini" or "toml" && bare[0] == '[')
            {
                if (bare[^1] != ']' || bare.StartsWith("[[", StringComparison.Ordinal)) throw Wrong(number, "is a section that is not read here");
                var section = bare[1..^1].Trim();
                if (!sections.TryGetValue(section, out into!)) into = sections[section] = [];
                continue;
            }

            var (key, value) = Pair(bare, form) ?? throw Wrong(number, "is no setting");
            if (!into.TryAdd(key, value)) throw Wrong(number, $"sets {key} a second time");
        }

        var all = sections[""];
        foreach (var (section, settings) in sections)
            if (section.Length > 0 && !all.TryAdd(section, new Value.Fields(settings))) throw Wrong(number, $"has {section} both as a setting and as a section");
        return new Value.Fields(all);

        Unseen Wrong(int at, string says) => new(Blind.Unreadable, $"line {at} of {name} {says}");
    }

    static (string, Value)? Pair(string line, string form)
    {
        if (form == "env" && line.StartsWith("export ", StringComparison.Ordinal)) line = line[7..].TrimStart();
        var at = form == "properties" ? line.AsSpan().IndexOfAny('=', ':') : line.IndexOf('=', StringComparison.Ordinal);
        if (at <= 0) return null;
        var (key, value) = (line[..at].TrimEnd().Trim('"'), line[(at + 1)..].Trim());
        if (key.Length == 0) return null;
        if (form is "properties" or "ini") return (key, value);
        if (value.Length > 1 && value[0] is '"' or '\'')
        {
            var end = value.IndexOf(value[0], 1);
            // Multi-line and escaped texts are another language; half of one would be another value.
            if (end < 0 || value.Contains('\\', StringComparison.Ordinal) || value[(end + 1)..].TrimStart() is { Length: > 0 } rest && rest[0] != '#') return null;
            return (key, value[1..end]);
        }

        if (value.IndexOf(" #", StringComparison.Ordinal) is var comment and >= 0) value = value[..comment].TrimEnd();
        if (form == "toml")
        {
            if (value is "true" or "false") return (key, value == "true");
            if (value.Length == 0 || value[0] is '[' or '{') return null;
        }

        return (key, value);
    }
}
