using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

/// <summary>A .muster folder of its own, taken away afterwards; and facts to fill it with.</summary>
/// <param name="onDisk">Else it lies in memory where there is such a folder: most tests open and flush thousands of times, and none of them asks about power cuts.</param>
sealed class Scratch(bool onDisk = false) : IDisposable
{
    const string InMemory = "/dev/shm";

    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, 890, TimeSpan.Zero);

    public string Muster { get; } = Path.Combine(!onDisk && Directory.Exists(InMemory) ? InMemory : Path.GetTempPath(), "muster-ledger-" + Guid.NewGuid().ToString("N"));

    public FixedClock Clock { get; } = new();

    public string Log => Path.Combine(Muster, "ledger", "log");

    public string InLedger(string path) => Path.Combine(Muster, "ledger", path);

    public LedgerFolder Open(LedgerMode mode = LedgerMode.Write) => Opened(mode).Ledger;

    public LedgerOpening.Opened Opened(LedgerMode mode = LedgerMode.Write) => Assert.IsType<LedgerOpening.Opened>(Try(mode));

    public LedgerProblem Refused(LedgerMode mode = LedgerMode.Write) => Assert.IsType<LedgerOpening.Refused>(Try(mode)).Problem;

    public LedgerOpening Try(LedgerMode mode = LedgerMode.Write) => LedgerFolder.Open(Muster, mode, Clock, TimeSpan.Zero);

    public static ImmutableArray<Entry> Append(LedgerFolder ledger, params IReadOnlyList<Fact> facts) => Assert.IsType<LedgerAppend.Appended>(ledger.Append(facts, ledger.Runner!)).Entries;

    /// <summary>A ledger of that many entries, two by two, closed again.</summary>
    public Scratch Filled(int entries)
    {
        using var ledger = Open();
        for (var i = 0; i < entries; i += 2) Append(ledger, [.. Enumerable.Range(i, Math.Min(2, entries - i)).Select(Rejection)]);
        return this;
    }

    public static Fact Rejection(int number) => new Fact.Rejected("go-live", Digest.Of("release"u8), $"because {number}", Now);

    public void Dispose()
    {
        if (Directory.Exists(Muster)) Directory.Delete(Muster, recursive: true);
    }
}

sealed class FixedClock : TimeProvider
{
    public DateTimeOffset At { get; set; } = Scratch.Now;

    public override DateTimeOffset GetUtcNow() => At;
}
