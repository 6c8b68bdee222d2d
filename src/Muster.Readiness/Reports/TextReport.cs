namespace Muster.Readiness;

/// <summary>A decision as it is printed in a terminal. Lines end in LF; the last one too.</summary>
public static class TextReport
{
    /// <summary>The board: verdict and reasons, every control with its state, and all that stands beside the verdict.</summary>
    /// <param name="drills">What was rehearsed, for the section that shows how its times have gone.</param>
    public static string Render(Decision decision, TextStyle style, System.Collections.Immutable.ImmutableArray<DrillShown> drills = default)
    {
        var page = new TextPage(style);
        TextHeadline.Write(page, decision);
        foreach (var group in ControlGroup.Of(decision)) TextControls.Write(page, decision, group);
        TextBeside.Write(page, decision);
        TextDrills.Write(page, decision, drills);
        TextFooter.Write(page, decision);
        return page.ToString();
    }

    /// <summary>
    /// One control in full: expected beside observed, its evidence, the rule line that decided, the fix. Null if the gate has no control of that id.
    /// <paramref name="parameters"/> are those of each part as resolved, by the part's name, secrets already masked by whoever resolved them.
    /// </summary>
    public static string? Why(Decision decision, string controlId, TextStyle style, IReadOnlyDictionary<string, Value>? parameters = null)
    {
        if (decision.Controls.FirstOrDefault(control => control.Id == controlId) is not { } control) return null;
        var page = new TextPage(style);
        TextWhy.Write(page, decision, control, parameters);
        return page.ToString();
    }
}
