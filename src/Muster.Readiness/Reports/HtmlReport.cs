using System.Text;

namespace Muster.Readiness;

/// <summary>
/// A decision as one page for people who decide: self-contained, no script, nothing loaded from anywhere, light and dark, from a telephone to paper.
/// The page reports; the launch certificate proves.
/// </summary>
public static class HtmlReport
{
    public static string Render(Decision decision, HtmlExtras? extras = null)
    {
        var with = extras ?? new HtmlExtras();
        (string Id, string Name, Html Body)[] sections =
        [
            .. new[]
            {
                ("criteria", "Criteria", HtmlMatrix.Of(decision)),
                ("open", "Open items", HtmlOpenItems.Of(decision)),
                ("time", "Time to ready", HtmlTimeToReady.Of(decision)),
                ("risk", "Risk while blockers are open", HtmlRisk.Of(decision)),
                ("conditions", "Conditions", HtmlPromises.Conditions(decision)),
                ("waivers", "Waivers", HtmlPromises.Waivers(decision)),
                ("signoffs", "Sign-offs", HtmlPeople.SignOffs(decision)),
                ("rejections", "Rejections", HtmlPeople.Rejections(decision)),
                ("drills", "Drills", HtmlDrills.Of(decision, with.Drills)),
                ("softenings", "Softenings", HtmlChanges.Softenings(decision)),
                ("changes", "Since the last opening", HtmlChanges.Changes(decision)),
                ("timeline", "Timeline", HtmlTimeline.Of(decision)),
                ("notcounted", "Runs that did not count", HtmlChanges.NotCounted(decision)),
                ("controls", "Every control", HtmlControls.Of(decision, with)),
            }.Where(section => !section.Item3.IsEmpty),
        ];
        var name = decision.Title.Length == 0 ? decision.System : decision.Title;
        var title = $"{VerdictWords.Of(decision.Verdict)}{(decision.OpenedByBreakGlass is null ? "" : ", opened by break-glass")}: {name}, {decision.Gate}";
        return HtmlPage.Of(decision, name, title, sections, HtmlFoot.Of(decision, with)).ToString();
    }

    /// <summary>The policy's source expression for a style of ours; nothing else is allowed on the page.</summary>
    internal static string StyleHash => "sha256-" + Convert.ToBase64String(Digest.Of(Encoding.UTF8.GetBytes(HtmlStyle.Sheet.ToString())).Hash());
}
