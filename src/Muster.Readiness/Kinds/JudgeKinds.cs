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

    public static readonly Kind Drill = new()
    {
        Name = "drill",
        Says = "Holds when a person has gone through a rehearsal by its runbook, timed and written down step by step, another has witnessed it, and that was recently enough.",
        Target = TargetShape.Statement,
        Parameters =
        [
            new("by", Shape.Text, "The role whose people run it.") { Required = true },
            new("runbook", Shape.Text, "The file that is followed, relative to the document. A drill by another wording of it counts for nothing.") { Required = true },
            new("witness", Shape.Text, "The role whose people witness it; anybody else of the document unless said."),
            new("written_by", Shape.List, "The people who wrote the runbook, by their names in the document."),
            new("stages", Shape.List, "What it must come to, each the beginning of a step that is stamped: [ granted, announced, expired, reviewed ]."),
            new("least", Shape.Duration, "Nobody can do it in less; one that took less was not done."),
        ],
        Fields =
        [
            new("outcome", Shape.Text, "passed or failed, as the person who ran it signed it."),
            new("ran_by", Shape.Text, "Who ran and signed it."),
            new("witnessed_by", Shape.List, "Who else signed that it went so."),
            new("witnessed", Shape.Truth, "True when somebody did; not observed before."),
            new("by_author", Shape.Truth, "Whether who ran it is among those who wrote the runbook; not observed without \"written_by\"."),
            new("runbook", Shape.Map, "What was followed.")
            {
                Of = [new("path", Shape.Text, "Its file."), new("digest", Shape.Text, "Its SHA-256."), new("revision", Shape.Text, "The commit at which it was followed; not observed where the folder is no repository.")],
            },
            new("started", Shape.Instant, "When it began."),
            new("duration", Shape.Duration, "From its beginning to its end, by a clock that nobody sets."),
            new("steps", Shape.Number, "Steps that were stamped."),
            new("transcript", Shape.List, "Each step and note: at, after (seconds since the beginning), kind (step, note, deviation), says."),
            new("deviations", Shape.List, "Where the runbook was not followed, in the words of who ran it."),
            new("missed", Shape.List, "Stages that no step begins with."),
            new("rto", Shape.Duration, "How long recovery took, as signed."),
            new("rpo", Shape.Duration, "How much was lost, as signed."),
        ],
        Holds = Value.Of(("outcome", "passed"), ("witnessed", true), ("missed", Value.Of(("count", 0)))),
        Population = "drills",
        JudgeOnly = true,
        Pitfalls =
        [
            "It proves that two people signed for it, not that it went so. Where a probe can measure the same, let it run beside: postgres.restore_drill, redis.restore_drill, files.restore_drill.",
            "Who ran it cannot witness it, whatever keys they have; and neither may sign off the gate that counts it.",
            "The runbook's content is part of the question: whoever changes a word of it asks for a new drill. It is part of the document's digest too, so that sign-offs over the old one are void.",
            "Say binds: environment and fresh: 92d for a rehearsal of every quarter, or each release asks for one. When it is overdue, it is unproven by itself.",
            "A drill whose steps were all stamped within a second, or that took less than \"least\", is not taken for one.",
        ],
        Example = "check: { drill: The standby takes over, by: on-call, runbook: docs/failover.md, least: 5m, binds: environment, fresh: 92d, expect: { rto: at most 15m } }",
    };

    public static readonly ImmutableArray<Kind> All = [States, Attestation, Drill];
}
