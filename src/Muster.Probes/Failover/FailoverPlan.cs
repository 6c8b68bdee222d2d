using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a question of <c>failover.drill</c> asks for.</summary>
sealed record FailoverPlan(Lever Kill)
{
    const int MostWriters = 32;
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(30), Overhead = TimeSpan.FromMinutes(1);

    /// <summary>All of them are read back.</summary>
    public const int MostWrites = 20_000;

    public Lever? Promote { get; private init; }
    public Lever? Start { get; private init; }
    public Lever? Restore { get; private init; }
    public int Writers { get; private init; }
    public TimeSpan WriteFor { get; private init; }
    public TimeSpan Wait { get; private init; }
    public TimeSpan Watch { get; private init; }
    public TimeSpan Patience { get; private init; }
    public TimeSpan AllowedLoss { get; private init; }

    /// <summary>Between two writes of one writer, where it is the time that counts.</summary>
    public TimeSpan Pause => AllowedLoss > TimeSpan.Zero ? Most * Writers / MostWrites : TimeSpan.Zero;

    /// <summary>Where a loss is allowed, something must be older than that when the primary is killed: else none could be too old.</summary>
    TimeSpan Least => AllowedLoss > TimeSpan.Zero ? AllowedLoss * 1.5 : WriteFor * 0.2;

    TimeSpan Most => Least * 1.5 > WriteFor ? Least * 1.5 : WriteFor;

    /// <summary>A random moment, since one that is known beforehand meets the same state each time.</summary>
    public TimeSpan Moment() => Least + (Most - Least) * (RandomNumberGenerator.GetInt32(1000) / 1000d);

    public TimeSpan Limit => Overhead + Most + Patience + Wait * (Restore is null ? 1 : 2) + Watch;

    public static FailoverPlan Read(Given given, ProbeContext context)
    {
        TimeSpan Time(string name, double otherwise) => given.Seconds(name, otherwise) is var seconds && seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : throw Given.Wrong(name, $"is longer than {Longest.TotalMinutes} minutes");
        var kill = Lever.Read(given, "kill") ?? throw Given.Wrong("kill", "is missing: say how the primary is killed, as { signal: KILL, pid_file: run/postmaster.pid }");
        if (kill is Lever.Signalled { Signal: not (Signal.Kill or Signal.Quit) }) throw Given.Wrong("kill", "sends another signal than KILL or QUIT: a primary that is asked to end sends its standby first what that lacks, and nothing is shown of a loss");
        var writers = given.Count("writers", 4, MostWriters);
        if (writers == 0) throw Given.Wrong("writers", "is 0: nothing would be written");
        var (promote, start, restore) = (Lever.Read(given, "promote"), Lever.Read(given, "start"), Lever.Read(given, "restore"));
        // Before anything is killed: what cannot be gone on with is not begun.
        if (((Lever?[])[kill, promote, start, restore]).Any(lever => lever is Lever.Ran) && !context.MayRunCommands) throw new Unseen(Blind.NoConsent, "commands are not allowed in this run; allow them where muster is called");
        return new(kill)
        {
            Promote = promote, Start = start, Restore = restore, Writers = writers,
            WriteFor = Time("write_for", 1), Wait = Time("wait", 60), Watch = Time("watch", 5), Patience = Time("patience", 10), AllowedLoss = given["allowed_loss"] is null ? TimeSpan.Zero : Time("allowed_loss", 0),
        };
    }
}
