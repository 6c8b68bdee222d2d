using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The kinds that look at nothing: they are judged from other states, or from people's signed words.</summary>
public static class JudgeKinds
{
    public static readonly Kind States = new()
    {
        Name = "states",
        Says = "Holds when other controls are met.",
        Target = TargetShape.Selectors,
        Fields =
        [
            new("met", Shape.List, "Ids of the selected controls that are met."),
            new("failed", Shape.List, "Ids of those that failed."),
            new("unproven", Shape.List, "Ids of those that are unproven or unmeasured."),
            new("all_met", Shape.Truth, "True when every selected control is met."),
        ],
        Holds = Value.Of(("all_met", true)),
        Population = "controls",
        JudgeOnly = true,
        Pitfalls = ["A waived control is still failed here: a waiver never turns into a pass by being looked at from elsewhere."],
        Example = "check: { states: [ edge.*, \"section:Data\" ] }",
    };

    public static readonly Kind Attestation = new()
    {
        Name = "attestation",
        Says = "Holds when a person in a named role has signed the statement, for this environment and release, recently enough.",
        Target = TargetShape.Statement,
        Parameters = [new("by", Shape.Text, "The role that may say it.") { Required = true }],
        Fields =
        [
            new("statement", Shape.Text, "The statement as signed."),
            new("by", Shape.Text, "The person who signed."),
            new("role", Shape.Text, "The role that the person signed in."),
            new("signed", Shape.Truth, "True when such a signature is in the ledger."),
        ],
        Holds = Value.Of(("signed", true)),
        Population = "signatures",
        JudgeOnly = true,
        Pitfalls = ["It proves that somebody said so, not that it is so. Whoever attests may not sign off the gate that counts it."],
        Example = "check: { attestation: The on-call rota covers the launch weekend, by: devops-lead }",
    };

    public static readonly ImmutableArray<Kind> All = [States, Attestation];
}
