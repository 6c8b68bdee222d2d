using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Bench;

/// <summary>Durable appends beside what the disk gives to fio, and the opening and reading of a large ledger.</summary>
static class LedgerFigures
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(1.5);

    public static readonly IReadOnlyList<Contest> All =
    [
        new("durable appends of 1 kB, one by one", new Goal.AtLeast(6_000), "entries", () => Prepared(1)) { Pinned = true },
        new("durable appends of 1 kB, groups of 64", new Goal.AtLeast(100_000), "entries", () => Prepared(64)) { Pinned = true },
        new("durable appends of runs, each signed, one by one", new Goal.None(), "entries", () => Signed(1)) { Pinned = true },
        new("durable appends of runs, each signed, groups of 64", new Goal.None(), "entries", () => Signed(64)) { Pinned = true },
        new("opening a ledger of 1,000,000 entries", new Goal.None(), null, () =>
        {
            var muster = MillionRuns.Folder();
            return new(new("Muster", () => VerdictFigures.Timed(() => Ledgers.Open(muster, LedgerMode.Read).Dispose(), 10), Memory.Own), null, static () => { });
        }) { Rounds = 9 },
        new("reading and folding a ledger of 1,000,000 entries", new Goal.None(), "entries", () =>
        {
            var muster = MillionRuns.Folder();
            return new(new("Muster", () =>
            {
                using var ledger = Ledgers.Open(muster, LedgerMode.Read);
                var watch = Stopwatch.StartNew();
                return new(VerdictFigures.Fold(ledger.Read()).Count, watch.Elapsed.TotalSeconds);
            }, Memory.Own), null, static () => { });
        }) { Rounds = 3, Warm = false },
    ];

    static Arena Prepared(int group)
    {
        var ledger = Ledgers.New("prepared");
        var random = new Random(1);
        var entries = new byte[group][];
        foreach (ref var entry in entries.AsSpan()) random.NextBytes(entry = new byte[1024]);
        return new(new("Muster", () => For(group, () => ledger.AppendPrepared(entries)), Memory.Own), Fio(group), ledger.Dispose) { Without = "fio is not installed" };
    }

    static Arena Signed(int group)
    {
        var ledger = Ledgers.New("signed");
        Fact[] facts = [.. MillionRuns.Facts(MillionRuns.Document()).Take(group)];
        return new(new("Muster", () => For(group, () =>
        {
            if (ledger.Append(facts, ledger.Runner!) is LedgerAppend.NotAppended refused) throw new InvalidOperationException(refused.Problem.Says);
        }), Memory.Own), null, ledger.Dispose);
    }

    static Sample For(int group, Action append)
    {
        var watch = Stopwatch.StartNew();
        long done = 0;
        while (watch.Elapsed < Long)
        {
            append();
            done += group;
        }

        return new(done, watch.Elapsed.TotalSeconds);
    }

    /// <summary>Blocks of the same size over a file that was written before, flushed one by one: no tree, no checksum, no signature.</summary>
    static Side? Fio(int group)
    {
        if (!Child.Has("fio")) return null;
        var folder = Scratch.Fresh("fio");
        string[] command =
        [
            "fio", "--name=append", "--filename=" + Path.Combine(folder, "file"), "--size=64m", string.Create(CultureInfo.InvariantCulture, $"--bs={group}k"), "--rw=write",
            "--fdatasync=1", "--overwrite=1", "--runtime=2", "--time_based", "--output-format=json",
        ];
        return new("fio, overwrite and fdatasync", () =>
        {
            using var said = JsonDocument.Parse(Child.Run(command, folder));
            return new(said.RootElement.GetProperty("jobs")[0].GetProperty("write").GetProperty("iops").GetDouble() * group, 1);
        }, static () => null);
    }
}
