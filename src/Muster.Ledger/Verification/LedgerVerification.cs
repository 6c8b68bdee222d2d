using System.Collections.Immutable;

namespace Muster.Ledger;

/// <summary>One thing that is not as it must be.</summary>
/// <param name="File">Relative to the .muster folder.</param>
/// <param name="Offset">In bytes; null where the whole file is meant.</param>
/// <param name="Entry">Its index, where it is known.</param>
public sealed record LedgerFinding(LedgerFault Fault, string File, long? Offset, long? Entry, string Says)
{
    public override string ToString() =>
        File + (Offset is { } offset ? $" at byte {offset}" : "") + (Entry is { } entry ? $" (entry {entry})" : "") + ": " + Says;
}

/// <summary>What a full verification saw.</summary>
/// <param name="Entries">How many entries were read whole.</param>
/// <param name="Findings">Empty exactly if everything holds.</param>
/// <param name="Checked">What was proven, in sentences.</param>
/// <param name="NotChecked">What this folder alone cannot prove.</param>
public sealed record LedgerVerification(long Entries, Checkpoint? Head, ImmutableArray<LedgerFinding> Findings, ImmutableArray<string> Checked, ImmutableArray<string> NotChecked)
{
    public bool Holds => Findings.IsEmpty;
}
