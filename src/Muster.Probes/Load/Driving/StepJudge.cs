using System.Collections.Immutable;
using System.Globalization;

namespace Muster.Probes.Load;

/// <summary>
/// Finds the knee: a step holds if nearly as much was answered well as was asked for, nearly nothing failed, and the plan's thresholds hold of its own samples. The highest that held is the capacity.
/// </summary>
static class StepJudge
{
    const double LeastGoodput = 0.95;
    const double MostFailed = 0.01;

    /// <summary>The steps that are over. One is over a tick after its end, so that what ended with it is in.</summary>
    public static ImmutableArray<StepSeen> Seen(LoadPlan plan, IReadOnlyList<Measured> measured, TimeSpan elapsed, int most = int.MaxValue)
    {
        if (plan.Scenarios.FirstOrDefault(scenario => scenario.Model is LoadModel.StepTest) is not { Model: LoadModel.StepTest steps } scenario) return [];
        return [.. measured.Take(most).TakeWhile((_, number) => elapsed >= scenario.Start + steps.Each * (number + 1)).Select((step, number) => Seen(plan, steps.From + steps.By * number, step))];
    }

    public static Capacity? Capacity(LoadPlan plan, ImmutableArray<StepSeen> steps)
    {
        if (plan.Scenarios.Select(scenario => scenario.Model).OfType<LoadModel.StepTest>().FirstOrDefault() is not { } model || steps.IsEmpty) return null;
        var held = steps.TakeWhile(step => step.Held == true).ToArray();
        var failed = steps.Skip(held.Length).FirstOrDefault(step => step.Held == false);
        return new(held.Length == 0 ? 0 : held[^1].Rate, failed?.Rate, model.Peak);
    }

    static StepSeen Seen(LoadPlan plan, double rate, Measured step)
    {
        var all = new Tally();
        foreach (var tally in step.Tallies) all.Add(tally.Tally);
        var requests = Math.Max(1, step.Tallies.Length);
        // An iteration is one of each request.
        var achieved = (all.Requests - all.Failed) / step.Took.TotalSeconds / requests;
        var (held, because) = Held(plan, rate, achieved, all, step);
        return new(rate, achieved, all.Latency, all.Requests, all.Failed, held, because);
    }

    static (bool? Held, string Because) Held(LoadPlan plan, double rate, double achieved, Tally all, Measured step)
    {
        if (all.Requests == 0) return (false, "nothing was answered");
        if (achieved < rate * LeastGoodput) return (false, Says($"{achieved:0.#}/s were answered well of {rate:0.#}/s"));
        if (all.Failed > all.Requests * MostFailed) return (false, Says($"{all.Failed} of {all.Requests} requests failed"));
        foreach (var threshold in plan.Thresholds)
            if (ThresholdJudge.Of(threshold, step, exact: true) is { State: ThresholdState.Failed } failed) return (false, failed.Because);
        return (true, Says($"{achieved:0.#}/s answered well, p99 {all.Latency.Quantile(0.99) / 1e6:0.##} ms"));
    }

    static string Says(FormattableString says) => says.ToString(CultureInfo.InvariantCulture);
}
