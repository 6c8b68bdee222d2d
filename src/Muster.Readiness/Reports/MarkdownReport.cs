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
        MarkdownSections.Criteria(to, decision);
        MarkdownSections.Open(to, decision);
        MarkdownSections.Conditions(to, decision);
        MarkdownSections.Waivers(to, decision);
        MarkdownSections.SignOffs(to, decision);
        MarkdownSections.Rejections(to, decision);
        MarkdownSections.Softenings(to, decision);
        MarkdownSections.Changes(to, decision);
        MarkdownSections.NotCounted(to, decision);
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
