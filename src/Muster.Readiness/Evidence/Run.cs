using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>How evidence came to be. Only the first three can count, and a control says which it accepts.</summary>
public enum Origin { Live, Imported, Attested, DryRun, Simulated }

/// <summary>Why nothing was seen. Names are written to the ledger: the list may only grow.</summary>
public enum Blind
{
    /// <summary>The deadline passed.</summary>
    Deadline,

    /// <summary>The name did not resolve.</summary>
    NoSuchHost,

    /// <summary>No connection, or it broke.</summary>
    Unreachable,

    /// <summary>The outbound guard refused the address.</summary>
    Refused,

    /// <summary>An answer that could not be read.</summary>
    Unreadable,

    /// <summary>More than the bound of the response.</summary>
    TooLarge,

    /// <summary>The environment gives no consent for this hazard.</summary>
    NoConsent,

    /// <summary>Nobody can look from this vantage.</summary>
    NoVantage,

    /// <summary>A secret that the target names is not there.</summary>
    NoSecret,

    /// <summary>A capability of this machine is lacking; the detail names it.</summary>
    NotCapable,

    /// <summary>The probe itself broke: a bug of ours, recorded as such.</summary>
    Crashed,

    /// <summary>An earlier step was not seen.</summary>
    NotReached,

    /// <summary>The question cannot be asked as it is written: a parameter or a target that is none.</summary>
    BadQuestion,

    /// <summary>A report of something else than this release, or of nothing that it names.</summary>
    OtherSubject,

    /// <summary>The other side answered and did not admit us: it refused the credentials that the target names, or asked for some where none are named.</summary>
    NotAdmitted,
}

/// <summary>The outcome of one look, before any judgement.</summary>
public sealed record Sight
{
    /// <summary>The step's name; "" for the only one.</summary>
    public string Step { get; init; } = "";

    /// <summary>What was seen; null exactly if <see cref="Blind"/> says why not.</summary>
    public Value.Fields? Observation { get; init; }

    public Blind? Blind { get; init; }

    /// <summary>In words, without any secret.</summary>
    public string? Detail { get; init; }

    /// <summary>How many things were looked at, in the kind's own unit.</summary>
    public long Population { get; init; }

    /// <summary>The target's identity (resolved address, certificate digest, process start …) before and after; they must be equal.</summary>
    public Value? Before { get; init; }

    public Value? After { get; init; }

    /// <summary>How often it was asked; more than once only under <c>within</c> or a retry, never hidden.</summary>
    public int Attempts { get; init; } = 1;
}

/// <summary>One execution: a stored, content-addressed record of a question asked and what was seen. Times are UTC, cut to milliseconds.</summary>
public sealed record Run
{
    public required Digest Question { get; init; }

    /// <summary>The checks it was asked for, as <c>control/part[cell]</c>; for people, never for judging.</summary>
    public ImmutableArray<string> Cells { get; init; } = [];

    public required string Environment { get; init; }

    /// <summary>The release's digest, or the document's when there is no release.</summary>
    public required Digest Release { get; init; }

    public required Origin Origin { get; init; }
    public required DateTimeOffset Started { get; init; }
    public required DateTimeOffset Finished { get; init; }

    /// <summary>An import without a time of its own; it never counts.</summary>
    public bool Undated { get; init; }

    public required ImmutableArray<Sight> Sights { get; init; }

    /// <summary>How many secrets were taken out of what was seen.</summary>
    public int Redactions { get; init; }

    /// <summary>Version of the program that looked.</summary>
    public string By { get; init; } = "";
}
