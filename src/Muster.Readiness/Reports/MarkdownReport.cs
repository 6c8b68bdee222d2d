using System.Text;

namespace Muster.Readiness;

/// <summary>A decision for a pull request or a job's summary, in the Markdown that GitHub and GitLab share. Lines end in LF.</summary>
public static class MarkdownReport
{
    public static string Render(Decision decision)
    {
        var to = new StringBuilder();
        Headline(to, decision);
        MarkdownSections.Reasons(to, decision);
        to.Append($"<details><summary>{Behind(decision)}</summary>\n\n");
        MarkdownSections.Criteria(to, decision);
        MarkdownSections.Open(to, decision);
        MarkdownSections.Conditions(to, decision);
        MarkdownSections.Waivers(to, decision);
        MarkdownSections.SignOffs(to, decision);
        MarkdownSections.Rejections(to, decision);
        MarkdownSections.Softenings(to, decision);
        MarkdownSections.Changes(to, decision);
        MarkdownSections.NotCounted(to, decision);
        to.Append("</details>\n\n");
        to.Append($"<sub>Decided for {InstantWords.Exact(decision.At)} over {CountWords.Of(decision.Over, "ledger entry", "ledger entries")}. ")
            .Append($"Document `{decision.Document}`, release `{decision.Release}`.</sub>\n");
        return to.ToString();
    }

    static void Headline(StringBuilder to, Decision decision)
    {
        var name = decision.Title.Length == 0 ? decision.System : decision.Title;
        to.Append($"## {Mark(decision.Verdict)} {VerdictWords.Of(decision.Verdict)}: {MarkdownText.Of(name)}\n\n");
        to.Append($"{MarkdownText.Of(VerdictWords.Meaning(decision))} Gate {MarkdownText.Code(decision.Gate)} in {MarkdownText.Code(decision.Environment)}");
        to.Append(decision.Standing ? ", standing.\n\n" : ".\n\n");
        if (VerdictWords.BreakGlass(decision) is { } glass) to.Append($"> **{MarkdownText.Of(glass)}**\n\n");
        if (VerdictWords.Held(decision) is { } held) to.Append(MarkdownText.Of(held)).Append("\n\n");
        var tally = Tally.Count(decision);
        to.Append($"**{tally.Headline}**").Append(tally.Rest.Length == 0 ? ".\n\n" : $": {tally.Rest}.\n\n");
    }

    /// <summary>What is folded, in numbers, so that a reader knows whether to unfold it. Words of ours alone: the line is HTML.</summary>
    static string Behind(Decision decision)
    {
        (int Count, string One)[] parts =
        [
            (OpenItems.Of(decision).Length, "open item"), (decision.Conditions.Length, "condition"), (decision.Waivers.Length, "waiver"), (decision.SignOffs.Length, "sign-off"),
            (decision.Rejections.Length, "rejection"), (decision.Softenings.Length, "softening"), (decision.Changes.Length, "change"), (decision.NotCounted.Sum(dropped => dropped.Count), "run that did not count"),
        ];
        var said = parts.Where(part => part.Count > 0).Select(part => part.One.StartsWith("run ", StringComparison.Ordinal) ? CountWords.Of(part.Count, part.One, "runs that did not count") : CountWords.Of(part.Count, part.One)).ToList();
        return said.Count == 0 ? "Everything behind it" : "Everything behind it: " + Listed.And(said);
    }

    /// <summary>The word stands beside it, so that a reader who cannot see the sign loses nothing.</summary>
    public static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.NoGo => "❌",
        Verdict.Undecided => "❔",
        Verdict.Held => "✋",
        Verdict.ConditionalGo => "⚠️",
        _ => "✅",
    };
}
