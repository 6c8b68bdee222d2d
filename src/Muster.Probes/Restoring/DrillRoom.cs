using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What every part of one drill shares.</summary>
sealed record DrillRoom(Given Given, ProbeContext Context, Scratch Scratch, DrillReport Report, FoundBackup Backup, RestoreManifest? Manifest)
{
    public const int Jobs = 2;

    /// <summary>The superuser of the scratch server: of the restored cluster, where files were backed up.</summary>
    public string Superuser { get; } = Given.Text("superuser") ?? "postgres";

    public string? Programs { get; } = Given.Text("programs");

    /// <summary>What a backup brings along may start any program, outside of the outbound guard.</summary>
    /// <exception cref="Unseen">In this run no program of the question's may be started.</exception>
    public static void NeedsCommands(ProbeContext context, string because)
    {
        if (!context.MayRunCommands) throw new Unseen(Blind.NoConsent, $"{because}, and commands are not allowed in this run; allow them where muster is called");
    }

    public Task<PostgresPrograms> Find(int? major, bool exactly, CancellationToken cancel) => PostgresPrograms.Find(Programs, major, exactly, Scratch, cancel);

    /// <summary>Told at most as often as anybody reads it; with the rate, and the time left where the whole is known.</summary>
    public Action<long> Telling(string doing, long all)
    {
        var (began, told) = (Context.Clock.GetTimestamp(), TimeSpan.Zero);
        return done =>
        {
            var took = Context.Clock.GetElapsedTime(began);
            if (took - told < TimeSpan.FromMilliseconds(500)) return;
            told = took;
            Context.Tell(Words(doing, done, all, took));
        };
    }

    /// <summary>"restoring, 1.2 of 5.0 GB, 180 MB/s, 21 s left".</summary>
    public static string Words(string doing, long done, long all, TimeSpan took)
    {
        var rate = took.TotalSeconds > 0 ? done / took.TotalSeconds : 0;
        return string.Create(CultureInfo.InvariantCulture, $"{doing}, {Size(done)}{(all > 0 ? $" of {Size(all)}" : "")}, {rate / 1e6:F0} MB/s{(all > done && rate > 0 ? string.Create(CultureInfo.InvariantCulture, $", {(all - done) / rate:F0} s left") : "")}");
    }

    static string Size(long bytes) => bytes < 1_000_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F1} GB");

    /// <summary>Whether the account that the tools run as may read it; else they are given a copy.</summary>
    public async Task<bool> IsReadable(string place, CancellationToken cancel) => Scratch.User is null || (await Scratch.Run("test", ["-r", place], cancel)).ExitCode == 0;
}

/// <summary>How one form of backup is read and comes to be a running server.</summary>
abstract class Restoring(DrillRoom room)
{
    protected DrillRoom Room => room;

    protected FoundBackup Backup => room.Backup;

    /// <summary>The database in which the rungs from the third on are climbed.</summary>
    public abstract string Database { get; }

    /// <summary>Whether what is restored is of the very moment that the manifest captured; if not, why.</summary>
    public abstract string? NotOfManifest { get; }

    /// <summary>Data of tables that are not in the log is not in such a backup.</summary>
    public virtual bool BringsUnlogged => true;

    public bool? Encrypted { get; protected set; }

    public string? ServerVersion { get; protected set; }

    /// <summary>When what it holds was so, and who says it.</summary>
    public virtual (DateTimeOffset At, string By) Made => (Backup.Made, Backup.MadeBy);

    /// <summary>Whether it was made before what the manifest captured: then the manifest is another moment's.</summary>
    public virtual bool IsBefore(RestoreManifest manifest) => false;

    /// <summary>The first rung: it is whole and can be read, as far as that can be seen without a server.</summary>
    /// <returns>What was seen, in words.</returns>
    /// <exception cref="RungFailed">It is not.</exception>
    public abstract Task<string> Read(CancellationToken cancel);

    /// <summary>The second rung up to a running server.</summary>
    /// <exception cref="RungFailed">It cannot be restored.</exception>
    public abstract Task<ScratchPostgres> Restore(CancellationToken cancel);
}
