using Muster.Readiness;

namespace Muster.Probes.Load;

static class LoadCompareKind
{
    const int MostRounds = 20;
    static readonly LoadBounds Usual = new();

    public static readonly Kind Declaration = new()
    {
        Name = "load.compare",
        Says = "Puts the same load on two targets in turn, so that both meet the same machine at nearly the same time, and compares throughput, latency and errors.",
        Target = TargetShape.Url,
        Hazard = Hazard.Active,
        Alone = true,
        Parameters =
        [
            new("beside", Shape.Text, "The other target, that the first is compared with: a target of the document.") { NamesTarget = true, Required = true },
            new("rounds", Shape.Number, $"How often each is loaded, in turn; at most {MostRounds}.") { Default = 2 },
            new("throughput", Shape.Number, "The least ratio of requests a second.") { Default = Usual.Throughput },
            new("p95", Shape.Number, "The greatest ratio of p95.") { Default = Usual.P95 },
            new("p99", Shape.Number, "The greatest ratio of p99.") { Default = Usual.P99 },
            .. LoadFields.Parameters,
        ],
        Fields =
        [
            new("met", Shape.Truth, "Whether every bound is met by more than chance allows; not observed while one of them is unproven."),
            new("throughput_ratio", Shape.Number, "Requests a second, beside the other's."),
            new("p95_ratio", Shape.Number, "The same of p95; not observed from fewer than 200 samples."),
            new("p99_ratio", Shape.Number, "The same of p99; not observed from fewer than 1,000 samples."),
            new("failed_rate", Shape.Percentage, "Of the target."), new("failed_rate_beside", Shape.Percentage, "Of the other."),
            new("requests_per_second", Shape.Rate, "Of the target."), new("requests_per_second_beside", Shape.Rate, "Of the other."),
            new("bounds", Shape.List, "Each bound, with what was seen.") { Of = [new("bound", Shape.Text, "Which."), new("state", Shape.Text, "met, failed or unproven."), new("ratio", Shape.Number, "The estimate."), new("because", Shape.Text, "A sentence.")] },
            Bounded.Cut,
        ],
        Holds = Value.Of(("met", true)),
        Population = "requests",
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls =
        [
            "Throughput is compared under users that wait for each answer; under a rate both targets get the same, and only latency and errors can differ.",
            "Two targets on one machine share it: what one leaves to the other is part of the comparison.",
            .. LoadFields.Pitfalls.Where(pitfall => pitfall.StartsWith("Load changes", StringComparison.Ordinal)),
        ],
        Example = "check: { load.compare: { target: two-replicas, beside: one-replica, vus: 50, duration: 30s, get: /search, throughput: 1.5 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, Look, Prove)
    {
        Patience = (asked, folder, mayLeave) => LoadQuestion.Patience(asked, folder, mayLeave) is { } once ? once * 2 * Rounds(asked) : null, TellsUnderWay = true,
    };

    static async Task<Sight> Look(Asked asked, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(asked);
        var other = asked with { Parameters = asked.Parameters.With("target", asked.Parameters["beside"]) };
        var bounds = new LoadBounds { Throughput = Ratio(given, "throughput", Usual.Throughput), P95 = Ratio(given, "p95", Usual.P95), P99 = Ratio(given, "p99", Usual.P99) };
        LoadResult? mine = null, theirs = null;
        for (var round = 0; round < Rounds(asked); round++)
        {
            theirs = await Run(other, theirs);
            mine = await Run(asked, mine);
        }

        // Two targets are what is compared here; that they are not one is no doubt.
        var comparison = LoadComparison.Of(theirs! with { Target = mine!.Target }, mine, bounds);
        return new()
        {
            Observation = Seen(comparison, mine!, theirs!),
            Population = Math.Min(mine!.All.Requests, theirs!.All.Requests),
            Before = Value.Of(("target", mine.Target.Before!), ("beside", theirs.Target.Before!)),
            After = Value.Of(("target", mine.Target.After!), ("beside", theirs.Target.After!)),
        };

        async Task<LoadResult> Run(Asked of, LoadResult? before)
        {
            var plan = LoadQuestion.Plan(of, context.Folder, context.MayLeaveFolder);
            var result = await LoadRun.Run(plan, context, LoadSight.Surroundings(plan, context), cancel);
            LoadSight.Of(result, LoadObservation.Of); // Throws if it proves nothing.
            return before is null ? result : LoadRounds.Joined(before, result);
        }
    }

    static int Rounds(Asked asked) => Math.Max(1, new Given(asked).Count("rounds", 2, MostRounds));

    static double Ratio(Given given, string name, double otherwise) => given[name] switch
    {
        null or Value.Nothing => otherwise,
        Value.Number { Is: > 0 and var ratio } => ratio,
        _ => throw Given.Wrong(name, "is not a ratio over 0"),
    };

    static Value.Fields Seen(LoadComparison comparison, LoadResult mine, LoadResult theirs) => Value.Of(
            ("failed_rate", mine.All.Failed / (double)mine.All.Requests), ("failed_rate_beside", theirs.All.Failed / (double)theirs.All.Requests),
            ("requests_per_second", mine.RequestsPerSecond), ("requests_per_second_beside", theirs.RequestsPerSecond),
            ("bounds", Value.List(comparison.Bounds.Select(bound => (Value)Value.Of(("bound", bound.Name), ("state", bound.State.ToString().ToLowerInvariant()), ("because", bound.Because)).With("ratio", bound.Change is { } change && double.IsFinite(change) ? change : (Value?)null)))))
        .With("met", comparison.State switch { ThresholdState.Met => Value.True, ThresholdState.Failed => Value.False, _ => null })
        .With("throughput_ratio", Of(comparison, "throughput"))
        .With("p95_ratio", Of(comparison, "p95"))
        .With("p99_ratio", Of(comparison, "p99"));

    static Value? Of(LoadComparison comparison, string name) => comparison.Bounds.FirstOrDefault(bound => bound.Name == name) is { Change: { } change, State: not ThresholdState.Unproven } && double.IsFinite(change) ? change : (Value?)null;

    /// <summary>A server that takes its time beside one that does not, and the other way round.</summary>
    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var slow = LoopbackSite.Start();
        await using var quick = LoopbackSite.Start();
        using var never = new ManualResetEventSlim();
        slow.Route("/", _ => never.Wait(5, CancellationToken.None) ? new(500) : new(200, "up"));
        quick.Route("/", _ => new(200, "up"));
        Value.Fields Ask(LoopbackSite target, LoopbackSite beside) => Value.Of(
            ("target", target.Address.AbsoluteUri), ("beside", Value.Of(("address", beside.Address.AbsoluteUri))), ("vus", "8"), ("duration", "800ms"), ("get", "/"), ("rounds", 1));
        return new("load.compare", "a server that takes 5 ms for each answer beside one that does not, and the other way round",
            await Probes.Stage.Look(Declaration, Ask(slow, quick), cancel, Probes.Stage.Is("met", true, Shape.Truth)),
            await Probes.Stage.Look(Declaration, Ask(quick, slow), cancel, Probes.Stage.Is("met", true, Shape.Truth)));
    }
}
