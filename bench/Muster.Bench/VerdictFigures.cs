using System.Diagnostics;
using System.Globalization;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>One verdict over 10,000 controls and 1,000,000 runs: from a fold in memory, and by a process that begins with nothing.</summary>
static class VerdictFigures
{
    public const string Cold = "--cold-verdict";

    public static readonly IReadOnlyList<Contest> All =
    [
        new("verdict over 10,000 controls and 1,000,000 runs, folded in memory", new Goal.AtMost(0.100), null, () =>
        {
            var document = MillionRuns.Document();
            var folded = Fold(MillionRuns.Entries(document));
            return new(new("Muster", () => Timed(() => MillionRuns.Decide(document, folded), 3), Memory.Own), null, static () => { });
        }) { Rounds = 9 },
        new("the same, the document's first verdict: its questions are digested", new Goal.None(), null, () =>
        {
            var folded = Fold(MillionRuns.Entries(MillionRuns.Document()));
            return new(new("Muster", () =>
            {
                var document = MillionRuns.Document();
                return Timed(() => MillionRuns.Decide(document, folded), 1);
            }, Memory.Own), null, static () => { });
        }) { Rounds = 5 },
        new("the same, cold: a process starts, opens the ledger on disk, reads, folds, decides", new Goal.None(), null, () =>
        {
            var muster = MillionRuns.Folder();
            var sections = "";
            long? peak = null;
            return new(new("Muster", () =>
            {
                OutOfCache(Path.Combine(muster, "ledger", "log"));
                var watch = Stopwatch.StartNew();
                var said = Child.Run([Environment.ProcessPath!, Cold, muster]).Split('\n');
                (sections, peak) = (said[0], long.Parse(said[1], CultureInfo.InvariantCulture));
                return new(1, watch.Elapsed.TotalSeconds);
            }, () => peak) { Elsewhere = true }, null, static () => { }) { Note = () => $"Of the last round: {sections}. The log was not in the page cache." };
        }) { Rounds = 3, Warm = false },
    ];

    /// <summary>What the cold process does; it prints how long each part took, and its peak of memory.</summary>
    public static void ColdVerdict(string muster)
    {
        var watch = Stopwatch.StartNew();
        using var ledger = Ledgers.Open(muster, LedgerMode.Read);
        var opened = watch.Elapsed;
        var folded = Fold(ledger.Read());
        var read = watch.Elapsed;
        var decision = MillionRuns.Decide(MillionRuns.Document(), folded);
        Console.WriteLine($"opened in {Table.Time(opened.TotalSeconds)}, read and folded in {Table.Time((read - opened).TotalSeconds)}, decided {decision.BlockingMet:N0} controls in {Table.Time((watch.Elapsed - read).TotalSeconds)}");
        Console.WriteLine(Memory.Own());
    }

    public static Folded Fold(IEnumerable<Entry> entries)
    {
        var folded = new Folded(static _ => null);
        foreach (var entry in entries) folded.Add(entry);
        return folded;
    }

    public static Sample Timed(Action work, int times)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < times; i++) work();
        return new(times, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Asks the kernel to forget the file, which dd does when it copies nothing of it.</summary>
    public static void OutOfCache(string file) => Child.Run(["dd", $"if={file}", "iflag=nocache", "count=0", "status=none"]);
}
