using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a question of <c>failover.drill</c> asks for.</summary>
sealed record FailoverPlan(Lever Kill)
{
    const int MostWriters = 32;
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(30), Overhead = TimeSpan.FromMinutes(1);

    const int MostWrites = 20_000;

    public Lever? Promote { get; private init; }
    public Lever? Start { get; private init; }
    public Lever? Restore { get; private init; }
    public int Writers { get; private init; }
    public TimeSpan WriteFor { get; private init; }
    public TimeSpan Wait { get; private init; }
    public TimeSpan Watch { get; private init; }
    public TimeSpan Patience { get; private init; }
    public TimeSpan AllowedLoss { get; private init; }

    public KillMoment Moment => new(WriteFor, AllowedLoss, MostWrites);

    public TimeSpan Limit => Overhead + Moment.Latest + Patience + Wait * (Restore is null ? 1 : 2) + Watch;

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
