using System.Diagnostics;
using Muster.Ledger;

namespace Muster.Bench;

static class Ledgers
{
    /// <summary>A new ledger in the scratch folder, open for writing.</summary>
    public static LedgerFolder New(string name) => Open(Scratch.Fresh("ledger-" + name), LedgerMode.Write);

    public static LedgerFolder Open(string muster, LedgerMode mode) => LedgerFolder.Open(muster, mode, TimeProvider.System) switch
    {
        LedgerOpening.Opened { Ledger: var ledger } => ledger,
        LedgerOpening.Refused { Problem: var problem } => throw new InvalidOperationException($"{problem.Place}: {problem.Says}"),
        _ => throw new UnreachableException(),
    };
}
