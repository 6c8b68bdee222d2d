using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Controls under one heading: the gate's criteria where it has them, else the document's sections. Order is the document's.</summary>
sealed record ControlGroup(string Name, ImmutableArray<ControlShown> Controls)
{
    public int InSet => Controls.Count(control => control.Out is null);

    public int Met => Controls.Count(control => control.Out is null && control.State == State.Met);

    public static ImmutableArray<ControlGroup> Of(Decision decision)
    {
        var byCriterion = decision.Controls.Any(control => control.Criterion is not null);
        string? Heading(ControlShown control) => byCriterion ? control.Criterion : control.Section;
        var rest = decision.Controls.Any(control => Heading(control) is not null) ? "Other controls" : "Controls";
        return [.. decision.Controls.GroupBy(control => Heading(control) ?? rest).Select(group => new ControlGroup(group.Key, [.. group]))];
    }
}
