// Appends to the ledger of the folder in args[0] until it is killed, or until the disk is full, and prints each acknowledged entry: its index and its digest.
// Started by the crash tests, which kill it at any moment and then ask for everything that was printed.

using Muster.Ledger;
using Muster.Readiness;

var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = false };
if (LedgerFolder.Open(args[0], LedgerMode.Write, TimeProvider.System) is not LedgerOpening.Opened { Ledger: var ledger, Repairs: var repairs })
{
    output.WriteLine("refused");
    output.Flush();
    return 4;
}

using var open = ledger;
foreach (var repair in repairs) output.WriteLine("repair " + repair);
for (var round = 0; ; round++)
{
    var facts = new Fact[1 + round % 9];
    for (var i = 0; i < facts.Length; i++) facts[i] = new Fact.Rejected("go-live", default, new string('x', 37 * (round % 50) + i), TimeProvider.System.GetUtcNow());
    if (ledger.Append(facts, ledger.Runner!) is not LedgerAppend.Appended { Entries: var entries })
    {
        output.WriteLine("full");
        output.Flush();
        return 1;
    }

    foreach (var entry in entries) output.WriteLine($"{entry.Index} {entry.Id}");
    output.Flush();
    if (round % 40 == 39) ledger.Publish();
}
