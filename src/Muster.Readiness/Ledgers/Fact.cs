using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Muster.Readiness;

/// <summary>
/// What a ledger entry says. Names and discriminators are written to disk for ever: the list may only grow.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "fact")]
[JsonDerivedType(typeof(Ran), "run")]
[JsonDerivedType(typeof(Attested), "attestation")]
[JsonDerivedType(typeof(SignedOff), "sign-off")]
[JsonDerivedType(typeof(Rejected), "rejection")]
[JsonDerivedType(typeof(Withdrawn), "withdrawal")]
[JsonDerivedType(typeof(Waived), "waiver")]
[JsonDerivedType(typeof(GlassBroken), "break-glass")]
[JsonDerivedType(typeof(Accepted), "acceptance")]
[JsonDerivedType(typeof(Decided), "verdict")]
[JsonDerivedType(typeof(Proved), "prove")]
[JsonDerivedType(typeof(Arrived), "arrival")]
[JsonDerivedType(typeof(Revoked), "revocation")]
[JsonDerivedType(typeof(WaiverRequested), "waiver-request")]
[JsonDerivedType(typeof(Drilled), "drill")]
[JsonDerivedType(typeof(DrillWitnessed), "drill-witness")]
public abstract record Fact
{
    Fact() { }

    public sealed record Ran(Run Run) : Fact;

    /// <summary>A person's word on a control of kind <c>attestation</c>. The signer is who says it.</summary>
    public sealed record Attested(Digest Question, string Control, string Environment, Digest Release, string Statement, string Role, DateTimeOffset At) : Fact;

    /// <summary>A person's signature over exactly what was shown.</summary>
    public sealed record SignedOff(string Gate, string Role, Shown Shown, DateTimeOffset At) : Fact;

    public sealed record Rejected(string Gate, Digest Release, string Because, DateTimeOffset At) : Fact;

    /// <summary>Takes back what the signer signed before, named by the digest of its entry.</summary>
    public sealed record Withdrawn(Digest Entry, string Because, DateTimeOffset At) : Fact;

    public sealed record Waived(Waiver Waiver) : Fact;

    /// <summary>One of the two people; it counts when two entries by different people agree on all but the signer.</summary>
    public sealed record GlassBroken(string Gate, Digest Release, string Because, DateTimeOffset Expires, DateTimeOffset At) : Fact;

    /// <summary>The gate's owner accepts the softenings between two documents.</summary>
    public sealed record Accepted(string Gate, Digest From, Digest To, string Because, DateTimeOffset At) : Fact;

    /// <summary>A verdict as it was given. <see cref="Statement"/> and <see cref="Document"/> are blobs.</summary>
    public sealed record Decided(string Gate, string Environment, Digest Release, Digest Document, Digest Statement, Verdict Verdict, DateTimeOffset At) : Fact
    {
        /// <summary>What the verdict leaves open, so that a deadline can be found without opening the statement.</summary>
        public ImmutableArray<string> Open { get; init; } = [];

        /// <summary>True for a standing decision after launch; it never opens.</summary>
        public bool Standing { get; init; }

        /// <summary>The number of ledger entries that it was decided over.</summary>
        public long Over { get; init; }
    }

    /// <summary>A kind's failing fixture was run, and whether it was seen failing.</summary>
    public sealed record Proved(string Kind, string Fixture, bool SeenFailing, string Detail, string By, DateTimeOffset At) : Fact;

    /// <summary>
    /// Entries that others signed were taken in; they stand right behind this one, byte for byte as they were signed. That they arrived says nothing of what they are worth.
    /// </summary>
    /// <param name="Manifest">A blob: what arrived, as its sender signed it, or the bytes of the file itself where nobody signed for the whole.</param>
    /// <param name="Ledger">Key id of the runner whose ledger it comes from; "" for a person's signature that comes from none.</param>
    /// <param name="Keys">Public keys (PEM) of signers that the document may not name, so that the ledger can be verified by itself.</param>
    /// <param name="Entries">How many entries were new here.</param>
    /// <param name="Known">How many were here already.</param>
    public sealed record Arrived(Digest Manifest, string Ledger, ImmutableArray<string> Keys, long Entries, long Known, DateTimeOffset At) : Fact;

    /// <summary>From here on nothing that this key signed counts, but its rejections stand. Signed by its owner, or by the document's.</summary>
    public sealed record Revoked(string KeyId, string Because, DateTimeOffset At) : Fact;

    /// <summary>Somebody asks for a waiver, word for word as it is to be approved. It covers nothing by itself.</summary>
    public sealed record WaiverRequested(Waiver Waiver, DateTimeOffset At) : Fact;

    /// <summary>A rehearsal that a person went through, by a control of kind <c>drill</c>. The signer is who ran it.</summary>
    /// <param name="Seen">What was written down on the way: outcome, runbook, transcript, duration.</param>
    public sealed record Drilled(Digest Question, string Control, string Environment, Digest Release, string Role, Value.Fields Seen, DateTimeOffset Started, DateTimeOffset At) : Fact;

    /// <summary>Somebody else was there, and it went so. Names the drill's entry.</summary>
    public sealed record DrillWitnessed(Digest Drill, string Control, DateTimeOffset At) : Fact;
}

/// <summary>What a signer was shown: nothing worse may be true later.</summary>
public sealed record Shown
{
    public required Digest Document { get; init; }
    public required Digest Release { get; init; }
    public required ImmutableArray<ShownControl> Controls { get; init; }
    public ImmutableArray<Digest> Waivers { get; init; } = [];
    public ImmutableArray<string> Conditions { get; init; } = [];
}

/// <summary>A control's state, the digests of the evidence entries behind it, and the digest of its targets' identities.</summary>
public sealed record ShownControl(string Id, State State, ImmutableArray<Digest> Evidence, Digest Targets);

/// <summary>A risk accepted. It counts only while everything that it names is still so (house rule, line 4).</summary>
public sealed record Waiver
{
    public required string Control { get; init; }
    public required Digest ControlText { get; init; }
    public required string Environment { get; init; }

    /// <summary>The releases it is for; empty means the one of <see cref="Release"/>.</summary>
    public required ImmutableArray<Digest> Releases { get; init; }

    /// <summary>The matchers that fail and are accepted, as <c>part[cell]:path</c>, or <c>path</c> where the check has no name.</summary>
    public required ImmutableArray<string> Matchers { get; init; }

    public bool CoversUnproven { get; init; }
    public required string Requester { get; init; }
    public required string Because { get; init; }
    public string? CompensatingControl { get; init; }
    public required DateTimeOffset From { get; init; }
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The entry of the request that it approves, signed by the requester; null where the approver alone names who asked.</summary>
    public Digest? Request { get; init; }

    /// <summary>Who closes the condition that it leaves, a person or a role; null is the control's owner.</summary>
    public string? Owner { get; init; }
}

/// <summary>An entry of the ledger as the judge reads it: verified by the record before it gets here.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Id">The digest of the entry's bytes.</param>
/// <param name="Time">When it was appended.</param>
/// <param name="Signer">Key id of the signer, see <see cref="Person.KeyId"/>.</param>
public sealed record Entry(long Index, Digest Id, DateTimeOffset Time, string Signer, Fact Fact);
