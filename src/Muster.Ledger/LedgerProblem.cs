namespace Muster.Ledger;

/// <summary>What can be wrong with a ledger, its keys or what is asked of it. Names are shown and may only grow.</summary>
public enum LedgerFault
{
    Missing, Busy, Damaged, RolledBack, UnknownKey, UnsafeKey, BadKey, WrongPassphrase, KeyExists, TooLarge, UnknownFact, Unwritable, Broken,
}

/// <summary>One fault, with everything its reader needs.</summary>
/// <param name="Place">A file, relative to the .muster folder, with the offset or entry index where there is one.</param>
/// <param name="Says">What is wrong, in a sentence.</param>
/// <param name="Fix">What to do, in a sentence.</param>
public sealed record LedgerProblem(LedgerFault Fault, string Place, string Says, string Fix)
{
    public override string ToString() => $"{Place}: {Says} {Fix}";
}

/// <summary>Thrown while entries are being read, where no value can carry the problem. The edge turns it into words and an exit code.</summary>
public sealed class LedgerException(LedgerProblem problem) : Exception(problem.ToString())
{
    public LedgerProblem Problem { get; } = problem;
}
