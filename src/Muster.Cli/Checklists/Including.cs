using System.Text.RegularExpressions;

namespace Muster.Cli.Checklists;

/// <summary>The line that brings the controls into the document. Where it cannot be added without touching anything else, it is proposed.</summary>
static partial class Including
{
    /// <summary>A document for a checklist that has none yet: one environment, one gate, which requires every control.</summary>
    public static string NewDocument(string folder, string checklist, string? title, string controls)
    {
        var name = System(folder);
        return $$"""
            # Begun by muster import. `muster lint` tells what is wrong with it, `muster report` where the launch stands; docs/document.md is the language.
            muster: 1
            system: {{name}}
            title: {{ControlText.Scalar(title ?? $"{name} launch checklist")}}
            owner: someone   # who decides about softenings; name them under people

            include:
              - {{ControlText.Scalar(controls)}}   # from {{Spoken.Shown(checklist, 300)}}

            environments:
              production: {}

            gates:
              go-live: { environment: production, require: all }

            """.ReplaceLineEndings("\n");
    }

    static string System(string folder)
    {
        var name = new string([.. Path.GetFileName(folder).Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_').Take(60)]).TrimStart('-', '_');
        return name.Length == 0 ? "system" : name;
    }

    /// <summary>The document with the include in it, or null if that is a person's work.</summary>
    public static string? With(string document, string controls)
    {
        var lines = new YamlLines(document);
        var open = lines.LineOfOpenKey("include");
        if (open > 0)
        {
            // A list of items, each on its line: one more below the last.
            var last = 0;
            for (var line = open + 1; line <= lines.Count && (lines[line].Trim() is "" or ['#', ..] || Item().IsMatch(lines[line])); line++)
                if (Item().IsMatch(lines[line])) last = line;
            if (last == 0) return null;
            lines.InsertAfter(last, $"{Item().Match(lines[last]).Value}{ControlText.Scalar(controls)}\n");
            return lines.ToString();
        }

        if (lines.HasKey("include")) return InFlow(lines, controls);
        lines.InsertAfter(lines.Count, $"\ninclude:\n  - {ControlText.Scalar(controls)}\n");
        return lines.ToString();
    }

    /// <summary><c>include: [ a, b ]</c> on one line.</summary>
    static string? InFlow(YamlLines lines, string controls)
    {
        for (var line = 1; line <= lines.Count; line++)
            if (Flow().Match(lines[line]) is { Success: true } flow)
            {
                var items = flow.Groups["items"].Value.Trim();
                return lines.ReplaceLine(line, lines[line].Trim(), $"include: [ {(items.Length == 0 ? "" : items + ", ")}{ControlText.Scalar(controls)} ]{flow.Groups["rest"].Value.TrimEnd()}") ? lines.ToString() : null;
            }

        return null;
    }

    [GeneratedRegex(@"^ *- +(?=[^ ])")]
    private static partial Regex Item();

    [GeneratedRegex(@"^include: *\[(?<items>[^\[\]{}#]*)\](?<rest> *(#.*)?)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Flow();
}
