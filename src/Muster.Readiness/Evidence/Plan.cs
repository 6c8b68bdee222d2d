using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One step that would run. <see cref="Address"/> is as resolved, with secrets as the references they are.</summary>
/// <param name="Consented">False if the environment gives no consent for this hazard; the step is then not run.</param>
public sealed record PlannedStep(
    ImmutableArray<string> Cells, string Step, string Kind, string Address, string Environment, string Vantage, Hazard Hazard, bool Consented);

/// <summary>What would run, against what, and with which consent. It contacts nothing.</summary>
public static class Plan
{
    public static ImmutableArray<PlannedStep> Of(Document document, ImmutableArray<Ask> asks, KindCatalogue kinds) =>
        [.. asks.SelectMany(ask => ask.Question.Steps.Select(step => Planned(document, ask, step, kinds)))];

    static PlannedStep Planned(Document document, Ask ask, Asked step, KindCatalogue kinds)
    {
        // A kind that is not known could do anything.
        var hazard = kinds.Find(step.Kind)?.HazardOf(step.Parameters) ?? Hazard.Destructive;
        var consented = hazard == Hazard.Passive || document.Environment(ask.Environment)?.Consent.Any(consent => consent >= hazard) == true;
        return new(ask.Cells, step.Name, step.Kind, Address(step.Parameters["target"]), ask.Environment, ask.Question.Vantage, hazard, consented);
    }

    static string Address(Value? target) => target switch
    {
        null => "",
        Value.Text text => text.Is,
        Value.Fields fields when fields["address"] is { } address => Address(address),
        Value.Items items => string.Join(' ', items.Are.Select(Address)),
        _ => target.ToString(),
    };
}
