using System.Text;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>A pack as an included file of a document's own: its comments stay, its settings are written out, and its targets have the document's names.</summary>
static partial class PackCopy
{
    /// <param name="with">Ours for the pack's targets, and values for its settings.</param>
    public static string Of(string name, string text, PackOutline pack, IReadOnlyDictionary<string, string> with)
    {
        var copy = new StringBuilder();
        copy.Append(System.Globalization.CultureInfo.InvariantCulture, $"# Copied from the pack {name}. It is yours now: change what does not fit, and take away what you do not need.\n");
        copy.Append(System.Globalization.CultureInfo.InvariantCulture, $"section: {pack.Title}\n\n");
        var keeps = false;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (TopLevel().Match(line) is { Success: true } key) keeps = key.Groups[1].Value == "controls";
            if (keeps) copy.Append(line).Append('\n');
        }

        foreach (var setting in pack.Settings) copy.Replace($"$({setting.Name})", with.GetValueOrDefault(setting.Name) ?? setting.Is ?? $"$({setting.Name})");
        var whole = copy.ToString().TrimEnd('\n') + "\n";
        foreach (var (target, _) in pack.Needs)
            if (with.GetValueOrDefault(target) is { } ours) whole = new Regex($@"(?<=[a-z0-9_.]+: ){Regex.Escape(target)}(?=\s*[,}}\n])").Replace(whole, ours);
        return whole;
    }

    /// <summary>A key at the left edge; comments before it belong to what came before.</summary>
    [GeneratedRegex("^([a-z]+):")]
    private static partial Regex TopLevel();
}
