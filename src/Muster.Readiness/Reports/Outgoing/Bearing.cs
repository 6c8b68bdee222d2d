namespace Muster.Readiness;

/// <summary>What a control's state does to the verdict, for tools that know less than the rule: a test viewer, a code scanner, an annotation.</summary>
enum Bearing
{
    /// <summary>In the gate's set, and met.</summary>
    Met,

    /// <summary>Not met, in mode block, and no waiver counts: it keeps the gate shut.</summary>
    Blocks,

    /// <summary>Not met, in mode warn: a condition.</summary>
    Warns,

    /// <summary>Not met, and accepted by people until a date: a condition.</summary>
    Waived,

    /// <summary>Not met, in mode observe: it never counts and is always shown.</summary>
    Observed,

    /// <summary>Not applicable or deferred.</summary>
    Out,
}

static class Bearings
{
    public static Bearing Of(ControlShown control) => control switch
    {
        { Out: not null } => Bearing.Out,
        { State: State.Met } => Bearing.Met,
        { Mode: Mode.Observe } => Bearing.Observed,
        { Waived: true } => Bearing.Waived,
        { Mode: Mode.Warn } => Bearing.Warns,
        _ => Bearing.Blocks,
    };

    /// <summary><c>failed</c>, <c>unproven (stale)</c>, <c>failed (waived)</c>.</summary>
    public static string Says(ControlShown control)
    {
        var beside = string.Join(", ", StateWords.Beside(control));
        return beside.Length == 0 ? StateWords.Of(control.State) : $"{StateWords.Of(control.State)} ({beside})";
    }
}
