using System.Diagnostics;

namespace Muster.Readiness;

/// <summary>States and classes of requirements in the words of the house, and how many there are of each.</summary>
public static class RequirementWords
{
    public static readonly IReadOnlyList<RequirementState> BestFirst = [RequirementState.Proven, RequirementState.Failed, RequirementState.Unproven, RequirementState.Unmeasured, RequirementState.Unclaimed];

    public static string Of(RequirementState state) => state switch
    {
        RequirementState.Proven => "proven",
        RequirementState.Failed => "failed",
        RequirementState.Unproven => "unproven",
        RequirementState.Unmeasured => "unmeasured",
        RequirementState.Unclaimed => "unclaimed",
        _ => throw new UnreachableException(),
    };

    public static string Of(RequirementClass of) => of switch
    {
        RequirementClass.A => "a machine tells",
        RequirementClass.S => "a machine tells, people the rest",
        RequirementClass.P => "people tell",
        _ => throw new UnreachableException(),
    };

    /// <summary><c>60 of 367 requirements proven: 2 failed, 305 unclaimed</c>; without states, only how many there are.</summary>
    public static string Tally(IReadOnlyCollection<RequirementShown> shown)
    {
        var all = CountWords.Of(shown.Count, "requirement");
        if (!shown.Any(one => one.State is not null)) return all;
        var rest = string.Join(", ", BestFirst.Skip(1).Select(state => (state, count: shown.Count(one => one.State == state))).Where(one => one.count > 0).Select(one => $"{CountWords.Number(one.count)} {Of(one.state)}"));
        return $"{CountWords.Number(shown.Count(one => one.State == RequirementState.Proven))} of {all} proven{(rest.Length == 0 ? "" : ": " + rest)}";
    }

    /// <summary>The control with its gate and, where it is not simply met, why.</summary>
    internal static string Beside(ControlBehind control)
    {
        var gate = control.Gate is { } name ? $" in {name}" : "";
        return control.Says == RequirementState.Proven ? $"{StateWords.Of(State.Met)}{gate}" : $"{(control.Out ? "not in the set" : StateWords.Of(control.State))}{gate}{(control.Waived ? ", waived" : "")}: {control.Because}";
    }
}
