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
            new("failed_rise", Shape.Percentage, "How much more may fail and still be no worse: no number of requests proves a rise of nought, and 0.1% needs about 3,000 in each run.") { Default = Usual.FailedRise },
            .. LoadFields.Parameters,
        ],
        Fields =
        [
            new("met", Shape.Truth, "Whether every bound is met by more than chance allows, and the target's own thresholds hold; not observed while one bound is unproven."),
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

    public static readonly ProbeKind Entry = new(Declaration, static (asked, context, cancel) => Read(asked, context).Look(cancel), Prove) { Prepare = Read, TellsUnderWay = true, FillsItself = TemplateReader.IsOfRequests };

    static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Read(Asked asked, ProbeContext context)
    {
        var given = new Given(asked);
        var bounds = new LoadBounds { Throughput = Ratio(given, "throughput", Usual.Throughput), P95 = Ratio(given, "p95", Usual.P95), P99 = Ratio(given, "p99", Usual.P99), FailedRise = Ratio(given, "failed_rise", Usual.FailedRise) };
        var (mine, file) = LoadQuestion.Read(asked, context.Folder, context.MayLeaveFolder);
        var (beside, _) = LoadQuestion.Read(asked with { Parameters = asked.Parameters.With("target", asked.Parameters["beside"]) }, context.Folder, context.MayLeaveFolder);
        var rounds = Math.Max(1, given.Count("rounds", 2, MostRounds));
        return ((LoadQuestion.Patience(mine) + LoadQuestion.Patience(beside)) * rounds, cancel => Look(mine, beside, file, rounds, bounds, context, cancel));
    }

    static async Task<Sight> Look(LoadPlan plan, LoadPlan other, Digest? file, int rounds, LoadBounds bounds, ProbeContext context, CancellationToken cancel)
    {
        LoadResult? mine = null, theirs = null;
        var fell = false;
        for (var round = 0; round < rounds; round++)
        {
            theirs = await Run(other, theirs);
            mine = await Run(plan, mine);
        }

        // Two targets are what is compared here; that they are not one is no doubt.
        var comparison = LoadComparison.Of(theirs! with { Target = mine!.Target }, mine, bounds);
        return new()
        {
            Observation = fell ? Seen(comparison, mine, theirs!).With("met", Value.False) : Seen(comparison, mine, theirs!),
            Population = Math.Min(mine.All.Requests, theirs!.All.Requests),
            Before = LoadSight.Identity(Value.Of(("target", mine.Target.Before!), ("beside", theirs.Target.Before!)), file),
            After = LoadSight.Identity(Value.Of(("target", mine.Target.After!), ("beside", theirs.Target.After!)), file),
        };

        async Task<LoadResult> Run(LoadPlan of, LoadResult? before)
        {
            var result = await LoadRun.Run(of, context, LoadSight.Surroundings(of, context), cancel);
            LoadSight.Of(result, LoadObservation.Of); // Throws if it proves nothing.
            if (result.Thresholds.FirstOrDefault(threshold => threshold.State == ThresholdState.Failed) is { } failed)
            {
                // Errors are quick: beside a run that is not well any other is good, or just as bad.
                if (ReferenceEquals(of, other)) throw new Unseen(Blind.Unreadable, $"{of.Target.Authority}, which is compared with, did not hold {failed.Threshold.Name} {failed.Threshold.Expression} itself: {failed.Because}");
                fell = true;
            }

            return before is null ? result : LoadRounds.Joined(before, result);
        }
    }

    static double Ratio(Given given, string name, double otherwise) => given[name] switch
    {
        null or Value.Nothing => otherwise,
        Value.Number { Is: > 0 and var ratio } => ratio,
        _ => throw Given.Wrong(name, "is not a ratio over 0"),
    };

    static Value.Fields Seen(LoadComparison comparison, LoadResult mine, LoadResult theirs) => Value.Of(
            ("failed_rate", mine.All.Failed / (double)mine.All.Requests), ("failed_rate_beside", theirs.All.Failed / (double)theirs.All.Requests),
            ("requests_per_second", mine.RequestsPerSecond), ("requests_per_second_beside", theirs.RequestsPerSecond),
            ("bounds", Value.List(comparison.Bounds.Select(bound => (Value)Value.Of(("bound", bound.Name), ("state", ResultWords.Of(bound.State)), ("because", bound.Because)).With("ratio", bound.Change is { } change && double.IsFinite(change) ? change : (Value?)null)))))
        .With("met", comparison.State switch { ThresholdState.Met => Value.True, ThresholdState.Failed => Value.False, _ => null })
        .With("throughput_ratio", Of(comparison, "throughput"))
        .With("p95_ratio", Of(comparison, "p95"))
        .With("p99_ratio", Of(comparison, "p99"));

    static Value? Of(LoadComparison comparison, string name) => comparison.Bounds.FirstOrDefault(bound => bound.Name == name) is { Change: { } change, State: not ThresholdState.Unproven } && double.IsFinite(change) ? change : (Value?)null;

    /// <summary>A server that takes its time beside one that does not, and that one beside its equal.</summary>
    static async Task<Proof> Prove(CancellationToken cancel)
    {
        await using var slow = LoopbackSite.Start();
        await using var quick = LoopbackSite.Start();
        await using var equal = LoopbackSite.Start();
        slow.Route("/", _ => new(200, "up") { After = TimeSpan.FromMilliseconds(60) });
        quick.Route("/", _ => new(200, "up"));
        equal.Route("/", _ => new(200, "up"));
        // Bounds that the neighbours of a busy machine do not reach, and a server of 60 ms does.
        Value.Fields Ask(LoopbackSite target, LoopbackSite beside, string duration) => Value.Of(
            ("target", target.Address.AbsoluteUri), ("beside", Value.Of(("address", beside.Address.AbsoluteUri))), ("vus", "20"), ("duration", duration), ("get", "/"), ("rounds", 1),
            ("throughput", 0.4), ("p95", 5), ("p99", 10), ("thresholds", Value.Of(("http_req_duration", Value.Texts(["p(95)<10000"])))));
        return new("load.compare", "a server that takes 60 ms for each answer beside one that does not, and that one beside its equal",
            await Probes.Stage.Look(Declaration, Ask(slow, quick, "1s"), cancel, Probes.Stage.Is("met", true, Shape.Truth)),
            await Probes.Stage.Look(Declaration, Ask(quick, equal, "2s"), cancel, Probes.Stage.Is("met", true, Shape.Truth)));
    }
}
