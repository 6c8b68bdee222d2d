using System.Text;

namespace Muster.Readiness;

/// <summary>What moved between two verdicts, for a pull request or a job's summary. Lines end in LF.</summary>
public static class MarkdownDifference
{
    /// <summary>Comments have a largest size, beyond which they are refused whole; what is left out is counted.</summary>
    const int MostRows = 100, MostBullets = 50;

    public static string Render(Difference difference)
    {
        var (before, after) = (difference.Before, difference.After);
        var to = new StringBuilder();
        to.Append($"## {MarkdownReport.Mark(after.Verdict)} {VerdictWords.Of(before.Verdict)} → {VerdictWords.Of(after.Verdict)}: {MarkdownText.Of(after.Title.Length == 0 ? after.System : after.Title)}\n\n");
        to.Append($"Gate {MarkdownText.Code(after.Gate)} in {MarkdownText.Code(after.Environment)}, from {InstantWords.Exact(before.At)} to {InstantWords.Exact(after.At)}.{(difference.IsEmpty ? " Nothing moved." : "")}\n\n");
        Bullets(to, null, difference.Because.Select(MarkdownText.Of));
        if (!difference.Controls.IsEmpty)
        {
            to.Append("### Controls\n\n");
            MarkdownTable.Write(to, ["Control", "Was", "Is", "How"], difference.Controls.Take(MostRows).Select(move => new[]
            {
                $"{MarkdownText.Code(move.Id)}<br>{MarkdownText.Of(move.Title)}", State(move.Before), State(move.After), MarkdownText.Of(move.Says),
            }));
            if (difference.Controls.Length > MostRows) to.Append($"And {CountWords.Of(difference.Controls.Length - MostRows, "more control")}, which the other formats list.\n\n");
        }

        if (!difference.Renewed.IsEmpty) to.Append($"{CountWords.Of(difference.Renewed.Length, "control")} in the same state on other evidence.\n\n");
        Moves(to, "Waivers", difference.Waivers);
        Moves(to, "Conditions", difference.Conditions);
        Moves(to, "Sign-offs", difference.SignOffs);
        Moves(to, "Rejections", difference.Rejections);
        Moves(to, "Softenings", [.. difference.Softenings.Select(softening => new Move(softening.Subject, Direction.Worse, softening.Says))]);
        Moves(to, "Document", difference.Document);
        Moves(to, "Release", difference.Artifacts);
        Bullets(to, "Could not be compared", difference.NotCompared.Select(MarkdownText.Of));
        to.Append($"<sub>Document `{before.Document}` → `{after.Document}`, release `{before.Release}` → `{after.Release}`.</sub>\n");
        return to.ToString();
    }

    static string State(ControlShown? control) => control is null ? "" : control.Out is not null ? "not in set" : StateWords.Of(control.State) + (control.Waived ? ", waived" : "");

    static void Moves(StringBuilder to, string title, IReadOnlyCollection<Move> moves) => Bullets(to, title, moves.Select(move => $"{MarkdownText.Code(move.Subject)} {MarkdownText.Of(move.Says)}"));

    static void Bullets(StringBuilder to, string? title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0) return;
        if (title is not null) to.Append($"### {title}\n\n");
        foreach (var line in all.Take(MostBullets)) to.Append($"- {line}\n");
        if (all.Count > MostBullets) to.Append($"- and {CountWords.Number(all.Count - MostBullets)} more\n");
        to.Append('\n');
    }
}
