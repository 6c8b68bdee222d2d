namespace Muster.Readiness;

/// <summary>What makes two results of different days the same result: the control in its gate, not the line that it stands in nor what was seen.</summary>
static class Fingerprint
{
    public static string Of(Decision decision, ControlShown control) => Digest.Of(Value.Of(
        ("control", PlainText.Of(control.Id)), ("environment", PlainText.Of(decision.Environment)), ("gate", PlainText.Of(decision.Gate)), ("system", PlainText.Of(decision.System)))).Hex;
}
