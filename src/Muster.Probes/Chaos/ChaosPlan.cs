using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a question of <c>chaos.experiment</c> asks for.</summary>
sealed class ChaosPlan
{
    const int MostFaults = 20, MostRounds = 4000;
    static readonly TimeSpan Longest = TimeSpan.FromHours(4), Overhead = TimeSpan.FromMinutes(1), LeastPace = TimeSpan.FromMilliseconds(50);
    readonly Asked _asked;
    readonly ProbeContext _context;

    ChaosPlan(Asked asked, ProbeContext context)
    {
        (_asked, _context) = (asked, context);
        var given = new Given(asked);
        TimeSpan Time(string name, double otherwise) => given.Seconds(name, otherwise) is var seconds && seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : throw Given.Wrong(name, $"is longer than {Longest.TotalHours} h");
        (Hold, Within, BackWithin, Tolerate, Patience) = (Time("hold", 5), Time("within", 10), Time("back_within", 60), Time("tolerate", 0), Time("patience", 3));
        if (Patience <= TimeSpan.Zero) throw Given.Wrong("patience", "leaves no time to answer");
        Title = given.Text("title") ?? "The steady state outlives its faults";
        Method = given["method"] is Value.Items { Are: [_, ..] and var written } && written.Length <= MostFaults ? written : throw Given.Wrong("method", $"is no list of 1 to {MostFaults} faults");
        if (Method.Select(one => one.Text("name")).Distinct(StringComparer.Ordinal).Count() < Method.Length) throw Given.Wrong("method", "has two faults of one name");
        if (given["steady"] is not Value.Fields { Count: > 0 and <= ChaosLook.Most } steady) throw Given.Wrong("steady", $"is no map of 1 to {ChaosLook.Most} checks by name");
        Steady = [.. steady.Select(one => Look(one.Key, one.Value, "steady"))];
        Rollbacks = given["rollbacks"] switch
        {
            null => [],
            Value.Items items when items.Are.Length <= MostFaults => [.. items.Are.Select(one => Lever.Read(new(new Asked("", "", Value.Of(("rollbacks", one)))), "rollbacks") ?? throw Given.Wrong("rollbacks", "has an empty one"))],
            _ => throw Given.Wrong("rollbacks", $"is no list of at most {MostFaults} commands and signals"),
        };
        if (Rollbacks.Any(lever => lever is Lever.Ran) && !context.MayRunCommands) throw new Unseen(Blind.NoConsent, "commands are not allowed in this run; allow them where muster is called");
        Journal = given.Text("journal") is { } path ? FolderWall.Within(context.Folder, path, context.MayLeaveFolder) : null;
        var pace = Time("every", 0.25);
        var least = (Hold + Method.Length * Within) / MostRounds;
        Every = pace > least ? pace : least;
        if (Every < LeastPace) Every = LeastPace;
    }

    public string Title { get; }
    public ImmutableArray<ChaosLook> Steady { get; }
    public ImmutableArray<Value> Method { get; }
    public ImmutableArray<Lever> Rollbacks { get; }
    public TimeSpan Hold { get; }
    public TimeSpan Within { get; }
    public TimeSpan BackWithin { get; }
    public TimeSpan Tolerate { get; }
    public TimeSpan Patience { get; }
    public TimeSpan Every { get; }

    /// <summary>Where the journal is written; null for nowhere.</summary>
    public string? Journal { get; }

    public static ChaosPlan Read(Asked asked, ProbeContext context) => new(asked, context);

    /// <summary>How long all of it may take.</summary>
    public TimeSpan Limit => Overhead + Method.Length * (Within + 3 * Patience) + Hold + BackWithin + 4 * Patience;

    public async Task<ImmutableArray<ChaosFault>> Faults(CancellationToken cancel)
    {
        var given = new Given(_asked);
        // The target may say it for all its checks.
        var through = given.Other("through") ?? ((_asked.Parameters["target"] as Value.Fields)?["through"] is { } common ? new Given(_asked with { Parameters = Value.Of(("target", common)) }) : null);
        var faults = ImmutableArray.CreateBuilder<ChaosFault>();
        foreach (var one in Method) faults.Add(await ChaosFault.Read(one, through, (name, written) => Look(name, written, "method"), _context, cancel));
        if (faults.Count(fault => fault.IsCounted) > 1 && Method.Where((_, i) => faults[i].IsCounted).GroupBy(one => one.Text("proxy") ?? one.Text("name")).FirstOrDefault(proxy => proxy.Count() > 1) is { } shared)
            throw Given.Wrong("method", $"has several faults on the proxy {shared.Key} without an \"effect\": whom which of them met could not be told");
        return faults.ToImmutable();
    }

    ChaosLook Look(string name, Value? written, string parameter) =>
        ChaosLook.Read(name, written, parameter, new Given(_asked).Others("others"), _asked.Parameters["target"] ?? throw Given.Wrong("target", "is missing"), Patience, _context);
}
