using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Probes.Load;

/// <summary>Why a run may not be believed. Each is a sentence with its figures and, where there is one, what to do; with any, the run is unproven whatever its figures are.</summary>
static class Believing
{
    // A tenth of the tightest latency threshold, and never stricter than what a machine with neighbours can keep.
    const double OfThreshold = 0.1;
    const double LeastBound = 1e6;
    const double Unbound = 10e6;
    const double MostPauses = 0.01;
    const double MostBusy = 0.9;
    // A run of a moment has no share of it to spare.
    static readonly TimeSpan LeastPauses = TimeSpan.FromMilliseconds(200);
    const double MostInFlight = 0.001;
    static readonly TimeSpan LeastHeldUp = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan MostEnding = TimeSpan.FromSeconds(2);

    /// <returns>The doubts, and whether one of them is about the generator itself.</returns>
    public static (ImmutableArray<string> Doubts, bool Unfit) Doubts(LoadPlan plan, LoadResult result, Running run, string? unseenBefore, string? unseenAfter, ImmutableArray<string> details, ImmutableArray<(Origin Origin, Readiness.Digest Leaf)> leaves)
    {
        var doubts = ImmutableArray.CreateBuilder<string>();
        var (all, self, balance) = (result.All, result.Self, result.Balance);
        var unfit = false;
        void Doubt(FormattableString says) => doubts.Add(says.ToString(CultureInfo.InvariantCulture));
        void Unfit(FormattableString says)
        {
            unfit = true;
            Doubt(says);
        }

        if (run.Interrupted) Doubt($"it was interrupted after {result.Took.TotalSeconds:0.#} s of {result.Planned.TotalSeconds:0.#} s");
        else if (run.Ending is { } ending && !run.FoundKnee) Doubt($"{ending}");
        else if (run.Ending is null && IsTimed(plan) && result.Took < result.Planned * 0.99) Doubt($"it took {result.Took.TotalSeconds:0.##} s where its plan is {result.Planned.TotalSeconds:0.##} s");
        foreach (var (scenario, iterations) in plan.Scenarios.Zip(result.Iterations))
            if (!run.Interrupted && run.Ending is null && scenario.WarmUp == TimeSpan.Zero && Iterations(scenario.Model) is { } asked && iterations.Begun < asked)
                Doubt($"{scenario.Name} began {iterations.Begun} of {asked} iterations within {scenario.Model.Lasts.TotalSeconds:0.#} s; raise max_duration");
        if (all.Requests == 0) Doubt($"nothing was measured{(balance.Sent > 0 ? $": {balance.Sent} requests were sent and {balance.InFlight} were still open at the end" : "")}");
        else if (all.Failures[(int)Failure.None] + all.Failures[(int)Failure.Status] + all.Failures[(int)Failure.Check] + all.Failures[(int)Failure.Extraction] == 0) Doubt($"not one of {all.Requests} requests was answered: {First(details)}");

        var bound = Bound(plan);
        var late = self.Lateness.Quantile(0.99);
        if (late > bound) Unfit($"the generator was overloaded: 1 % of requests were sent {late / 1e6:0.##} ms late or more, and {bound / 1e6:0.##} ms is the most that these figures bear; lower the rate, or give it more threads or another machine");
        var busy = result.Took > TimeSpan.Zero ? self.Turns.Sum / (result.Took.TotalNanoseconds * plan.Threads) : 0;
        if (busy > MostBusy && result.Iterations.Any(iterations => iterations.Queued > 0))
            Unfit($"the generator was overloaded: it was at work for {busy * 100:0} % of the time while iterations waited, so whose delay that was cannot be told; lower the rate, or give it more threads or another machine");
        var turn = self.Turns.Quantile(0.99);
        if (turn > bound) Unfit($"the generator was overloaded: 1 % of its turns took {turn / 1e6:0.##} ms or more, so answers lay unread; {bound / 1e6:0.##} ms is the most that these figures bear");
        if (self.GcPauses > result.Took * MostPauses && self.GcPauses > LeastPauses) Unfit($"the generator stood still for {self.GcPauses.TotalMilliseconds:0} ms of {result.Took.TotalSeconds:0.#} s to collect memory");
        if (run.HeldUp > LeastHeldUp && run.HeldUp > result.Took * MostPauses) Unfit($"the generator stood still for {run.HeldUp.TotalSeconds:0.##} s of {result.Took.TotalSeconds:0.#} s: it was stopped, or its machine gave it no turn");
        var longest = plan.Scenarios.Max(scenario => scenario.Start + scenario.Model.Lasts + scenario.GracefulStop);
        if (result.Took > longest * (1 + MostPauses) + MostEnding) Unfit($"it took {result.Took.TotalSeconds:0.##} s where its plan, graceful stop included, is {longest.TotalSeconds:0.##} s at most");
        var dropped = result.Iterations.Sum(iterations => iterations.Dropped);
        if (dropped > 0) Doubt($"{dropped} iterations were due and never begun, since every user was busy: the latencies are a lower bound; raise max_vus, or lower the rate");
        if (all.Failures[(int)Failure.NoHandles] is > 0 and var handles) Unfit($"{handles} requests found no file handle on this machine: {details.FirstOrDefault(detail => detail.Contains("limit", StringComparison.Ordinal)) ?? "raise the limit of open files (ulimit -n)"}");
        if (all.Failures[(int)Failure.NoPorts] is > 0 and var ports) Unfit($"{ports} requests found no free port on this machine; keep connections (reuse: always), or use more addresses");
        if (all.Failures[(int)Failure.Protocol] is > 0 and var protocol)
            if (details.FirstOrDefault(detail => detail.StartsWith("WebSockets are carried", StringComparison.Ordinal)) is { } only) Doubt($"{protocol} requests were not carried: {only}");
            else Doubt($"{protocol} requests were answered in another protocol than HTTP/{plan.Wiring.HttpVersion}, which was asked for");
        if (run.Ending is null && balance.InFlight > Math.Max(1, balance.Sent) * MostInFlight) Doubt($"{balance.InFlight} of {balance.Sent} requests were still open at the end of the graceful stop: they count as failed, and as slow as they had become by then");
        if (!balance.Holds) Unfit($"the books do not balance: {balance.Sent} sent, {balance.Answered} answered, {balance.Failed} failed, {balance.InFlight} in flight; this is a bug of Muster's");

        if (result.Target.Before is null) Doubt($"who the target was could not be seen before the run: {unseenBefore}");
        if (result.Target.After is null) Doubt($"who the target was could not be seen after the run: {unseenAfter}");
        if (result.Target is { Before: { } before, After: { } after } && !before.Equals(after)) Doubt($"the target was another one after the run: before {before}, after {after}");
        foreach (var origin in leaves.GroupBy(leaf => leaf.Origin.Authority).Where(group => group.Select(leaf => leaf.Leaf).Distinct().Count() > 1)) Doubt($"{origin.Key} showed {origin.Select(leaf => leaf.Leaf).Distinct().Count()} different certificates during the run");
        if (Math.Abs(self.ClockJump.TotalSeconds) > 0.5 + result.Took.TotalSeconds * 0.001) Unfit($"this machine's clock jumped by {self.ClockJump.TotalSeconds:0.##} s during the run");
        return (doubts.DrainToImmutable(), unfit);
    }

    static long? Iterations(LoadModel model) => model switch { LoadModel.SharedIterations shared => shared.Iterations, LoadModel.IterationsPerUser each => each.Iterations * each.Users, _ => null };

    static bool IsTimed(LoadPlan plan) => plan.Scenarios.All(scenario => scenario.Model is not (LoadModel.SharedIterations or LoadModel.IterationsPerUser));

    static string First(ImmutableArray<string> details) => details.IsEmpty ? "no reason is known" : details[0];

    /// <summary>How late the generator may be, in nanoseconds.</summary>
    static double Bound(LoadPlan plan) =>
        plan.Thresholds.Select(ThresholdJudge.LatencyLimit).Min() is { } tightest ? Math.Max(LeastBound, tightest * 1e6 * OfThreshold) : Unbound;
}
