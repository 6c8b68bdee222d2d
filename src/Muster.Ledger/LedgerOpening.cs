using System.Collections.Immutable;

namespace Muster.Ledger;

public enum LedgerMode { Read, Write }

/// <summary>What opening a ledger gives.</summary>
public abstract record LedgerOpening
{
    LedgerOpening() { }

    /// <param name="Repairs">What was mended or left out, each a sentence; never silently.</param>
    /// <param name="Trusted">What was believed without proof: the last published checkpoint. `ledger verify` proves the rest.</param>
    public sealed record Opened(LedgerFolder Ledger, ImmutableArray<string> Repairs, string Trusted) : LedgerOpening;

    public sealed record Refused(LedgerProblem Problem) : LedgerOpening;
}

public abstract record LedgerAppend
{
    LedgerAppend() { }

    /// <summary>Durable, in the order they were given.</summary>
    public sealed record Appended(ImmutableArray<Readiness.Entry> Entries) : LedgerAppend;

    /// <summary>Nothing of the group is in the ledger.</summary>
    public sealed record NotAppended(LedgerProblem Problem) : LedgerAppend;
}
