using System.Text;

namespace Muster.Readiness;

/// <summary>The sections of the Markdown report; each writes nothing when it has nothing to say.</summary>
static class MarkdownSections
{
    /// <summary>Comments and summaries have a largest size, beyond which they are refused whole; what is left out is counted.</summary>
    const int MostReasons = 20, MostRows = 100, MostBullets = 50;

    public static void Reasons(StringBuilder to, Decision decision)
    {
        foreach (var reason in decision.Reasons.Take(MostReasons))
            to.Append($"- {MarkdownText.Code(reason.Subject)}: {MarkdownText.Of(reason.Says)} (line {CountWords.Number(reason.Line)}){Fix(decision, reason)}\n");
        if (decision.Reasons.Length > MostReasons) to.Append($"- and {CountWords.Of(decision.Reasons.Length - MostReasons, "more reason")}\n");
        if (!decision.Reasons.IsEmpty) to.Append('\n');
    }

    /// <summary>What to do stands beside why: a reader of the first screen needs no other.</summary>
    static string Fix(Decision decision, Because reason) =>
        reason.Line <= 9 && decision.Controls.FirstOrDefault(control => control.Id == reason.Subject) is { State: not Readiness.State.Met, Fix: { } fix } ? $"<br>**Fix:** {MarkdownText.Of(fix)}" : "";

    public static void Criteria(StringBuilder to, Decision decision)
    {
        if (decision.Criteria.IsEmpty) return;
        to.Append("### Criteria\n\n");
        MarkdownTable.Write(to, ["Criterion", "Met", "Verdict"], decision.Criteria.Select(criterion => new[]
        {
            MarkdownText.Of(criterion.Name), $"{CountWords.Number(criterion.Met)} of {CountWords.Number(criterion.Of)}", $"{MarkdownReport.Mark(criterion.Verdict)} {VerdictWords.Of(criterion.Verdict)}",
        }));
    }

    public static void Open(StringBuilder to, Decision decision)
    {
        var open = OpenItems.Of(decision);
        if (open.IsEmpty) return;
        to.Append("### Open items\n\n");
        MarkdownTable.Write(to, ["Control", "State", "Because", "Fix", "Owner", "Estimate"], open.Take(MostRows).Select(control => new[]
        {
            $"{MarkdownText.Code(control.Id)}<br>{MarkdownText.Of(control.Title)}", State(control), MarkdownText.Of(control.Because), MarkdownText.Of(control.Fix ?? ""),
            MarkdownText.Of(control.Owner ?? ""), control.Estimate is { } span ? DurationWords.Of(span) : "",
        }));
        if (open.Length > MostRows) to.Append($"And {CountWords.Of(open.Length - MostRows, "more open item")}, which the other formats list.\n\n");
        var ready = TimeToReady.Of(decision);
        if (ready.Blockers > 0) to.Append($"Time to ready: **{ready.Says}**. {TimeToReady.How}\n\n");
    }

    public static void Conditions(StringBuilder to, Decision decision)
    {
        if (decision.Conditions.IsEmpty) return;
        to.Append("### Conditions\n\n");
        MarkdownTable.Write(to, ["Control", "What is left", "Owner", "Due"], decision.Conditions.Select(condition => new[]
        {
            MarkdownText.Code(OpenItems.Subject(condition)), MarkdownText.Of(condition.Says), MarkdownText.Of(OpenItems.Owner(condition)), InstantWords.Of(condition.Due) + (condition.Overdue ? " **overdue**" : ""),
        }));
    }

    public static void Waivers(StringBuilder to, Decision decision)
    {
        if (decision.Waivers.IsEmpty) return;
        to.Append("### Waivers\n\n");
        MarkdownTable.Write(to, ["Control", "Counts", "Because", "Asked by", "Approved by", "Expires"], decision.Waivers.Select(waiver => new[]
        {
            MarkdownText.Code(waiver.Control), Counts(waiver.Counts, waiver.WhyNot), MarkdownText.Of(waiver.Because), MarkdownText.Of(waiver.Requester), MarkdownText.Of(waiver.Approver),
            InstantWords.Of(waiver.Expires),
        }));
    }

    public static void SignOffs(StringBuilder to, Decision decision)
    {
        if (decision.SignOffs.IsEmpty && decision.ToSign.IsEmpty) return;
        to.Append("### Sign-offs\n\n");
        MarkdownTable.Write(to, ["Role", "Person", "Signed", "Counts"],
        [
            .. decision.SignOffs.Select(sign => new[] { MarkdownText.Of(sign.Role), MarkdownText.Of(sign.Person), InstantWords.Of(sign.At), Counts(sign.Counts, sign.WhyNot) }),
            .. decision.ToSign.Select(role => new[] { MarkdownText.Of(role.Role), $"{CountWords.Number(role.Count)} still to sign", "", "" }),
        ]);
    }

    public static void Rejections(StringBuilder to, Decision decision) => Bullets(to, "Rejections",
        decision.Rejections.Select(rejection => $"{MarkdownText.Of(rejection.Person)}, {InstantWords.Of(rejection.At)}: {MarkdownText.Of(rejection.Because)}"));

    public static void Softenings(StringBuilder to, Decision decision) => Bullets(to, "Softenings since the last opening",
        decision.Softenings.Select(softening => $"{MarkdownText.Code(softening.Subject)}: {MarkdownText.Of(softening.Says)} ({(softening.Accepted ? "accepted" : "**not accepted**")})"));

    public static void Changes(StringBuilder to, Decision decision) =>
        Bullets(to, decision.LastOpened is { } opened ? $"Changed since the last opening, {InstantWords.Of(opened)}" : "Changed", decision.Changes.Select(MarkdownText.Of));

    public static void NotCounted(StringBuilder to, Decision decision) =>
        Bullets(to, "Runs that did not count", decision.NotCounted.Select(dropped => $"{CountWords.Number(dropped.Count)}: {MarkdownText.Of(dropped.Reason)}"));

    static void Bullets(StringBuilder to, string heading, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        var more = all.Count > MostBullets ? $"- and {CountWords.Number(all.Count - MostBullets)} more\n" : "";
        var written = string.Concat(all.Take(MostBullets).Select(line => $"- {line}\n")) + more;
        if (written.Length > 0) to.Append($"### {heading}\n\n{written}\n");
    }

    static string State(ControlShown control)
    {
        var beside = string.Join(", ", StateWords.Beside(control));
        return $"**{StateWords.Of(control.State)}**{(beside.Length == 0 ? "" : $" ({beside})")}";
    }

    static string Counts(bool counts, string? whyNot) => counts ? "yes" : "no" + (whyNot is null ? "" : ": " + MarkdownText.Of(whyNot));
}
