using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What is left to do: controls in the gate's set that are not met and may hold it, worst first.</summary>
static class OpenItems
{
    public static string Owner(ConditionShown condition) => condition.Owner.Length > 0 ? condition.Owner : "nobody yet";

    /// <summary>What a condition is on: a control, or the glass that was broken.</summary>
    public static string Subject(ConditionShown condition) => condition.Control.Length > 0 ? condition.Control : condition.Id;

    public static ImmutableArray<ControlShown> Of(Decision decision) =>
        [.. decision.Controls
            .Where(control => control.Out is null && control.State != State.Met && control.Mode != Mode.Observe)
            .OrderBy(control => control.Mode).ThenBy(control => control.Waived).ThenBy(control => control.State).ThenBy(control => SeverityRank(control.Severity))];

    /// <summary>Those that keep the gate shut by themselves.</summary>
    public static ImmutableArray<ControlShown> Blockers(Decision decision) =>
        [.. Of(decision).Where(control => control.Mode == Mode.Block && !control.Waived)];

    /// <summary>A word that we do not know sorts first, since it may be someone's worst; none at all sorts last.</summary>
    static int SeverityRank(string? severity) => severity switch
    {
        null => 5,
        "low" => 4,
        "medium" => 3,
        "high" => 2,
        "critical" => 1,
        _ => 0,
    };
}
