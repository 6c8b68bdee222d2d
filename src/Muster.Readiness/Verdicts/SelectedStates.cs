using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The kind <c>states</c>: a check over the states of other controls. A waived control is still failed here.</summary>
static class SelectedStates
{
    public static PartFound Of(Case @case, PartQuestion asked)
    {
        var step = asked.Part.Steps[0];
        var selected = Selected(@case.Document, asked, step).ToList();
        List<ControlFound> met = [], failed = [], open = [];
        foreach (var control in selected)
        {
            if (@case.Excuse(control) is not null) continue;
            if (@case.Found(control, asked.Environment) is not { } found)
                return new(asked, State.Unproven, $"{control.Id} looks back at {asked.Control.Id}, or too far") { Why = Why.NoReference };
            (found.State switch { State.Met => met, State.Failed => failed, _ => open }).Add(found);
        }

        var sight = new Sight { Observation = Observed(met, failed, open), Population = selected.Count(control => !Excusing.IsExcusable(@case, control)) };
        var outcome = Weigh.Of(step, sight, JudgeKinds.States, new() { LeastPopulation = asked.Part.LeastPopulation ?? 1, Part = asked.Short });
        var (state, why, says) = outcome switch
        {
            Outcome.Fail fail => (State.Failed, (Why?)null, failed.Count > 0 ? "failed: " + Ids(failed) : fail.Says),
            Outcome.Unproven unproven => (State.Unproven, unproven.Why, open.Count > 0 ? "not proven: " + Ids(open) : unproven.Says),
            _ => (State.Met, null, "all that is expected was seen"),
        };
        var behind = met.Concat(failed).Concat(open).SelectMany(found => found.Parts).ToList();
        return new(asked, state, says)
        {
            Why = why,
            Compared = outcome.Compared,
            Environment = asked.Environment,
            SeenAt = behind.Min(part => part.SeenAt),
            Targets = behind.TrueForAll(part => part.Targets is not null) ? Value.List(behind.Select(part => part.Targets!)) : null,
            Signers = [.. behind.SelectMany(part => part.Signers).Distinct()],
        };
    }

    /// <summary>The controls that it looks at.</summary>
    public static IEnumerable<Control> Selected(Document document, PartQuestion asked, Step step) =>
        document.Controls.Where(control => control.Id != asked.Control.Id && Selects(step.Parameters["target"], control));

    // "All met" is only known to be false once one has failed: of what is unproven nothing is known.
    static Value.Fields Observed(List<ControlFound> met, List<ControlFound> failed, List<ControlFound> open)
    {
        var lists = Value.Of(("met", List(met)), ("failed", List(failed)), ("unproven", List(open)));
        return failed.Count == 0 && open.Count > 0 ? lists : lists.With("all_met", failed.Count == 0);
    }

    static Value.Items List(List<ControlFound> found) => Value.Texts(found.Select(one => one.Control.Id).Order(StringComparer.Ordinal));

    static string Ids(List<ControlFound> found) => string.Join(", ", found.Select(one => one.Control.Id).Order(StringComparer.Ordinal));

    static bool Selects(Value? selectors, Control control) => selectors switch
    {
        Value.Text text => Selects(text.Is, control),
        Value.Items items => items.Are.Any(item => Selects(item, control)),
        _ => false,
    };

    /// <summary><c>all</c>, an id, <c>prefix.*</c>, <c>section:Name</c> or <c>tag:name</c>, as gates select.</summary>
    internal static bool Selects(string selector, Control control) =>
        selector == "all" || selector == control.Id
        || selector.EndsWith(".*", StringComparison.Ordinal) && control.Id.StartsWith(selector[..^1], StringComparison.Ordinal)
        || selector.StartsWith("section:", StringComparison.Ordinal) && control.Section == selector["section:".Length..]
        || selector.StartsWith("tag:", StringComparison.Ordinal) && control.Tags.Contains(selector["tag:".Length..]);
}
