using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// The verdict statement: what was decided, over what, and why, line by line. Its canonical bytes are the payload of certificates and of <c>replay</c>.
/// Two deciders with the same inputs produce the same bytes.
/// </summary>
public sealed record Decision
{
    public const string CurrentForm = "muster/verdict/1";

    public string Form { get; init; } = CurrentForm;
    public required string System { get; init; }
    public string Title { get; init; } = "";
    public required string Gate { get; init; }
    public required string Environment { get; init; }
    public required Digest Release { get; init; }
    public required Digest Document { get; init; }

    /// <summary>T: the instant that it is decided for.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The number of ledger entries that it was decided over; the log's root at that size stands in the checkpoint.</summary>
    public required long Over { get; init; }

    public bool Standing { get; init; }
    public required Verdict Verdict { get; init; }

    /// <summary>Two people opened the gate without proof; the verdict stays.</summary>
    public BreakGlassShown? OpenedByBreakGlass { get; init; }

    /// <summary>While HELD: what it would be without line 8, and until when if time alone lifts it.</summary>
    public Verdict? WouldBe { get; init; }
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>What decided: the lines of the rule that applied, worst first, each with its subject and a sentence.</summary>
    public ImmutableArray<Because> Reasons { get; init; } = [];

    /// <summary>Every control of the gate, met or not, and those that left its set, with the reason.</summary>
    public ImmutableArray<ControlShown> Controls { get; init; } = [];

    public int BlockingMet { get; init; }
    public int Blocking { get; init; }
    public ImmutableArray<CriterionShown> Criteria { get; init; } = [];
    public ImmutableArray<ConditionShown> Conditions { get; init; } = [];
    public ImmutableArray<WaiverShown> Waivers { get; init; } = [];
    public ImmutableArray<SignOffShown> SignOffs { get; init; } = [];

    /// <summary>Roles still to sign, with how many.</summary>
    public ImmutableArray<RoleCount> ToSign { get; init; } = [];
    public ImmutableArray<RejectionShown> Rejections { get; init; } = [];

    /// <summary>Softenings since the last opening; those not accepted hold the gate.</summary>
    public ImmutableArray<SofteningShown> Softenings { get; init; } = [];

    /// <summary>What is different from the last opening of this gate, each a sentence.</summary>
    public ImmutableArray<string> Changes { get; init; } = [];
    public DateTimeOffset? LastOpened { get; init; }

    /// <summary>Runs that did not count, by reason; nothing is dropped in silence.</summary>
    public ImmutableArray<NotCounted> NotCounted { get; init; } = [];
}

/// <summary>The rule line (1–15), what it speaks of (a control's id, a role, a gate) and why, in a sentence.</summary>
public sealed record Because(int Line, string Subject, string Says);

public sealed record ControlShown
{
    public required string Id { get; init; }
    public string Title { get; init; } = "";
    public string? Section { get; init; }

    /// <summary>The gate's criterion that it stands in; null while the gate has none.</summary>
    public string? Criterion { get; init; }
    public string? Owner { get; init; }
    public string? Severity { get; init; }
    public string? Impact { get; init; }
    public Span? Estimate { get; init; }
    public required State State { get; init; }
    public Why? Why { get; init; }
    public required Mode Mode { get; init; }

    /// <summary>Null while it is in the set; else why it is out: not applicable, deferred.</summary>
    public string? Out { get; init; }
    public bool Waived { get; init; }
    public bool Stale { get; init; }

    /// <summary>The rule line that decided its state.</summary>
    public required int Line { get; init; }
    public required string Because { get; init; }
    public string? Fix { get; init; }

    /// <summary>The worst parts under it, all of them, in the document's order.</summary>
    public ImmutableArray<PartShown> Parts { get; init; } = [];

    /// <summary>Digest of its targets' identities, for line 12.</summary>
    public Digest Targets { get; init; }
}

public sealed record PartShown
{
    /// <summary><c>control/part[cell]</c>, as evidence is named.</summary>
    public required string Name { get; init; }
    public required string Kind { get; init; }
    public required State State { get; init; }
    public Why? Why { get; init; }
    public required string Because { get; init; }

    /// <summary>Expected beside observed, for each matcher.</summary>
    public ImmutableArray<Compared> Compared { get; init; } = [];
    public Digest? Question { get; init; }

    /// <summary>The entry that carries it, its environment and age.</summary>
    public Digest? Evidence { get; init; }
    public string? Environment { get; init; }
    public DateTimeOffset? SeenAt { get; init; }
    public DateTimeOffset? FreshUntil { get; init; }
    public Origin? Origin { get; init; }

    /// <summary>Who looked, where that was another than this ledger's own runner: the name of the document's runner, or the key id.</summary>
    public string? By { get; init; }
    public ImmutableArray<string> Loosens { get; init; } = [];

    /// <summary>When its kind was last seen failing on its fixture, by the ledger.</summary>
    public DateTimeOffset? KindSeenFailing { get; init; }
}

/// <summary>
/// One matcher beside what was seen. <see cref="Holds"/> is null if it could not be told.
/// <see cref="Name"/> is what a waiver names: <c>part[cell]:path</c>, or <c>path</c> where the check has no name.
/// </summary>
public sealed record Compared(string Name, string Expected, string Observed, bool? Holds = null);

public sealed record CriterionShown(string Name, int Met, int Of, Verdict Verdict);

public sealed record ConditionShown(string Id, string Control, string Owner, string Says, DateTimeOffset Due, bool Overdue);

public sealed record WaiverShown(Digest Entry, string Control, string Requester, string Approver, string Because, DateTimeOffset Expires, bool Counts, string? WhyNot = null)
{
    /// <summary>Who closes the condition that it leaves, where it says so.</summary>
    public string? Owner { get; init; }

    /// <summary>How often this control had been waived in this environment before; null where the gate does not bound it.</summary>
    public int? Renewals { get; init; }
}

public sealed record SignOffShown(Digest Entry, string Person, string Role, DateTimeOffset At, bool Counts, string? WhyNot = null);

public sealed record RejectionShown(Digest Entry, string Person, string Because, DateTimeOffset At);

public sealed record SofteningShown(string Subject, string Says, bool Accepted);

public sealed record BreakGlassShown(ImmutableArray<string> People, string Because, DateTimeOffset Expires);

public sealed record NotCounted(string Reason, int Count);
