using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>Items as the YAML that a person goes on writing, and the list of what is no control.</summary>
static partial class ControlText
{
    public const string ListBegins = "# ---- What is no control, and what somebody said of it: written anew by each import. Write above this line. ----";
    public const string ListEnds = "# ---- The end of it. ----";

    /// <summary>Text to Muster, and something else to other readers of YAML.</summary>
    static readonly ImmutableArray<string> Misread = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"];

    public static string Head(string file) =>
        $"""
        # The sentences of {Comment(file)} as controls. They are yours: add checks, change titles and ids, move them. A new import adds what is new and
        # changes nothing here but line numbers. A sentence that changed makes its control unproven until somebody takes it in with --accept.

        """.ReplaceLineEndings("\n");

    /// <summary>One control, without a blank line around it.</summary>
    public static string Of(string id, Item item, string file, string indent, bool proposing)
    {
        var to = new StringBuilder();
        Line($"{id}:");
        Line($"  title: {Scalar(item.Title)}");
        if (item.Section is { } section) Line($"  section: {Scalar(section)}");
        if (item.Owner is { } owner) Line($"  owner: {Scalar(owner)}");
        if (item.Severity is { } severity) Line($"  severity: {severity}");
        Line($"  sentence: {{ file: {Scalar(file)}, line: {item.Line.ToString(CultureInfo.InvariantCulture)}, text: {item.Text} }}");
        switch (item.Proposed)
        {
            case { IsComment: true } program: Line($"  # Proposed, and it runs a program: check: {program.Check}"); break;
            case { } proposed when proposing:
                Line("  unreviewed: true   # proposed from the sentence: read it, mend it, then take this line away");
                Line($"  check: {proposed.Check}");
                break;
        }

        return to.ToString();

        void Line(string line) => to.Append(indent).Append(line).Append('\n');
    }

    /// <summary>The lines that are no control, and what somebody said of those that are.</summary>
    public static string List(Checklist checklist)
    {
        var said = checklist.Items.Where(item => item.SomebodysWord is not null).Select(item => (item.Line, Says: $"{Quote(item.SomebodysWord!)}: somebody's word, and no evidence"));
        var to = new StringBuilder().Append(ListBegins).Append('\n');
        foreach (var (line, says) in checklist.Others.Select(other => (other.Line, Says: $"{other.Because}: {other.Text}")).Concat(said).OrderBy(one => one.Line))
            to.Append(CultureInfo.InvariantCulture, $"# {line,5}  {Comment(says)}\n");
        return to.Append(ListEnds).Append('\n').ToString();
    }

    static string Quote(string words) => words == "ticked" ? words : $"\"{words}\"";

    static string Comment(string text) => Spoken.Shown(text, 240);

    /// <summary>Plain where nobody could read it in another way; else in double quotes.</summary>
    public static string Scalar(string text)
    {
        // $(…) is a placeholder in a document, and a title has none.
        var bare = Spoken.Shown(text, 400).Replace("$(", "$ (", StringComparison.Ordinal);
        return Plain().IsMatch(bare) && !Misread.Contains(bare.ToLowerInvariant()) ? bare : $"\"{bare.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    [GeneratedRegex(@"^[A-Za-z]([A-Za-z0-9 .()'/+-]*[A-Za-z0-9.)])?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();
}
