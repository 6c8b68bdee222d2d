using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Requirements beside the controls of one document, in the states that its gates see them in. A pure function, as the verdicts that it reads.</summary>
public static class Requirements
{
    /// <summary>The lines alone: nothing is known of them.</summary>
    public static ImmutableArray<RequirementShown> Of(IEnumerable<Requirement> requirements) => [.. requirements.Select(requirement => new RequirementShown(requirement, null, []))];

    /// <param name="decisions">What each gate says; a control counts as each gate that requires it has it.</param>
    public static ImmutableArray<RequirementShown> Of(IEnumerable<Requirement> requirements, Document document, IReadOnlyCollection<Decision> decisions)
    {
        var behind = (from control in document.Controls from id in control.Proves.Distinct() from one in Behind(control, decisions) select (id, one)).ToLookup(pair => pair.id, pair => pair.one, StringComparer.Ordinal);
        return [.. requirements.Select(requirement => Shown(requirement, [.. behind[requirement.Id]]))];
    }

    static RequirementShown Shown(Requirement requirement, ImmutableArray<ControlBehind> controls) =>
        new(requirement, controls.IsEmpty ? RequirementState.Unclaimed : controls.Min(control => control.Says), controls);

    static IEnumerable<ControlBehind> Behind(Control control, IReadOnlyCollection<Decision> decisions)
    {
        var found = (from decision in decisions from shown in decision.Controls where shown.Id == control.Id select (decision, shown)).ToList();
        if (found.Count == 0)
        {
            yield return control.Cells.IsEmpty ? new(control.Id, null, State.Unmeasured, "no check measures it") : new(control.Id, null, State.Unproven, "no gate requires it");
            yield break;
        }

        foreach (var (decision, shown) in found)
            yield return new(control.Id, decision.Gate, shown.State, shown.Out ?? shown.Because) { Out = shown.Out is not null, Waived = shown.Waived, Parts = shown.Parts };
    }
}
