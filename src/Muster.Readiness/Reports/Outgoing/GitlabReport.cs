namespace Muster.Readiness;

/// <summary>A decision as a code quality report of GitLab, which a merge request shows at the control's line: what is not met, with the same fingerprints as SARIF.</summary>
public static class GitlabReport
{
    public static string Render(Decision decision, Places places) => JsonReport.Indent(Value.List(
        OpenItems.Of(decision).Concat(decision.Controls.Where(control => Bearings.Of(control) == Bearing.Observed)).Select(control => (Value)Value.Of(
            ("check_name", ControlText.Line(control.Id)), ("description", $"{ControlText.Line(control.Id)} {Bearings.Says(control)}: {ControlText.Short(control)}"),
            ("fingerprint", Fingerprint.Of(decision, control)), ("severity", Severity(control)),
            ("location", Value.Of(("path", ControlText.Line(places.Of(control.Id).File)), ("lines", Value.Of(("begin", places.Of(control.Id).Line)))))))));

    static string Severity(ControlShown control) => Bearings.Of(control) switch
    {
        Bearing.Blocks => control.State == State.Failed ? "blocker" : "critical",
        Bearing.Warns => "major",
        Bearing.Waived => "minor",
        _ => "info",
    };
}
