using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A query of the document with the answer that is known, for the set that must hold before traffic comes back.</summary>
sealed record KnownAnswer(Value Query, Value Is);

/// <summary>What a question of <c>crash.recovery</c> asks for.</summary>
/// <param name="PidFile">That of the process which the kill must end.</param>
sealed record CrashPlan(Lever Kill, string PidFile, Lever? Start)
{
    public const int MostKills = 1000, MostWriters = 32, MostQueries = 50;

    /// <summary>All of it is read back after every kill.</summary>
    const int MostWrites = 20_000, LeastWrites = 50;
    static readonly TimeSpan LongestRound = TimeSpan.FromMinutes(5), Overhead = TimeSpan.FromSeconds(30), Longest = TimeSpan.FromHours(12);

    public int Kills { get; private init; }
    public int Writers { get; private init; }
    public TimeSpan WriteFor { get; private init; }
    public TimeSpan Wait { get; private init; }
    public TimeSpan AllowedLoss { get; private init; }
    public bool InRecovery { get; private init; }
    public ImmutableArray<KnownAnswer> Smoke { get; private init; } = [];
    public ImmutableArray<Value> Same { get; private init; } = [];
    public Value? Traffic { get; private init; }

    int MostOfRound => Math.Max(LeastWrites, MostWrites / Kills);

    public KillMoment Moment => new(WriteFor, AllowedLoss, MostOfRound);

    /// <summary>How long all of it may take.</summary>
    public TimeSpan Patience => Min(Longest, Overhead + Kills * (Moment.Latest + Wait * 2));

    /// <summary>The process that is to be killed, as it lives now.</summary>
    public LiveProcess Victim(ProbeContext context) => LiveProcess.OfFile(Path.GetFullPath(Path.Combine(context.Folder, PidFile)));

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    public static CrashPlan Read(Given given)
    {
        var kill = Lever.Read(given, "kill") ?? throw Given.Wrong("kill", "is missing: say how the store is killed, as { signal: KILL, pid_file: run/store.pid }");
        if (kill is Lever.Signalled { Signal: not Signal.Kill }) throw Given.Wrong("kill", "sends another signal than KILL: whoever is asked to end can write down first what it holds, and nothing is shown of a crash");
        var file = (kill as Lever.Signalled)?.PidFile ?? given.Text("pid_file") ?? throw Given.Wrong("pid_file", "is missing: a command that kills is believed only if the process is seen to end, so name the file with its id");
        var start = Lever.Read(given, "start");
        if (start is Lever.Signalled) throw Given.Wrong("start", "is a signal; say the command that starts the store, or leave it out where a supervisor does");
        var kills = given.Count("kills", 3, MostKills);
        if (kills == 0) throw Given.Wrong("kills", "is 0: nothing would be shown");
        var writers = given.Count("writers", 4, MostWriters);
        if (writers == 0) throw Given.Wrong("writers", "is 0: nothing would be written");
        return new(kill, file, start)
        {
            Kills = kills, Writers = writers, InRecovery = given.Truth("in_recovery", true),
            WriteFor = Time(given, "write_for", 1), Wait = Time(given, "wait", 60), AllowedLoss = given["allowed_loss"] is null ? TimeSpan.Zero : Time(given, "allowed_loss", 0),
            Smoke = [.. List(given, "smoke").Select(one => new KnownAnswer(one, (one as Value.Fields)?["is"] ?? throw Given.Wrong("smoke", "has a query without \"is\", its known answer")))],
            Same = [.. List(given, "same")], Traffic = given["traffic"],
        };
    }

    static TimeSpan Time(Given given, string name, double otherwise) => given.Seconds(name, otherwise) is var seconds && seconds <= LongestRound.TotalSeconds ? TimeSpan.FromSeconds(seconds) : throw Given.Wrong(name, $"is longer than {LongestRound.TotalMinutes} minutes");

    static ImmutableArray<Value> List(Given given, string name) => given[name] switch
    {
        null => [],
        Value.Items items when items.Are.Length <= MostQueries => items.Are,
        Value.Items => throw Given.Wrong(name, $"has more than {MostQueries} queries"),
        { } one => [one],
    };
}
