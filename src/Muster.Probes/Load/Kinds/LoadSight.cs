using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>From a result to a sight. What cannot be believed is not seen, unless a threshold has failed however one reads it.</summary>
static class LoadSight
{
    /// <summary>The environment has consented to active looks at its targets, and to no other host.</summary>
    public static LoadSurroundings Surroundings(LoadPlan plan, ProbeContext context) => new()
    {
        Consents = host => host.Equals(plan.Target.IdnHost, StringComparison.OrdinalIgnoreCase),
        Progress = progress =>
        {
            var window = progress.Window;
            if (window.Draining) context.NoLonger();
            // At its full extent, and with an answer: what is looked at beside it is to be seen under the load that the plan promises.
            else if (!window.WarmUp && window.Requests > window.Failed && IsFull(plan, window)) context.UnderWay();
        },
    };

    static bool IsFull(LoadPlan plan, LoadWindow window)
    {
        const double Nearly = 0.95;
        var rates = plan.Scenarios.Where(scenario => scenario.Model is LoadModel.RampingRate).Sum(scenario => ((LoadModel.RampingRate)scenario.Model).Stages.Max(stage => stage.To));
        var users = plan.Scenarios.Where(scenario => scenario.Model is LoadModel.RampingUsers).Sum(scenario => ((LoadModel.RampingUsers)scenario.Model).Stages.Max(stage => stage.To));
        return (window.Rate ?? 0) >= rates * Nearly && window.Users >= users * Nearly;
    }

    /// <param name="plan">The digest of the file that the plan stands in: another plan is another measurement, whatever the target is.</param>
    /// <exception cref="Unseen">The run proves nothing.</exception>
    public static Sight Of(LoadResult result, Func<LoadResult, Value.Fields> shown, Digest? plan = null)
    {
        if (result.All.Requests == 0 || result.All.Requests == result.All.Statuses[0]) throw new Unseen(Blind.Unreachable, Doubted(result));
        if (result.Unfit) throw new Unseen(Blind.NotCapable, Doubted(result));
        if (!result.Doubts.IsEmpty && result.State != ThresholdState.Failed && !Changed(result)) throw new Unseen(Blind.Unreadable, Doubted(result));
        return new()
        {
            Observation = shown(result), Population = result.All.Requests, Before = Identity(result.Target.Before, plan), After = Identity(result.Target.After, plan), Detail = result.Doubts.IsEmpty ? null : string.Join("; ", result.Doubts),
        };
    }

    /// <summary>The plan's digest beside who the target is.</summary>
    public static Value.Fields? Identity(Value.Fields? target, Digest? plan) => plan is { } digest ? target?.With("plan", digest) : target;

    /// <summary>That it was another target afterwards is said by the two identities themselves.</summary>
    static bool Changed(LoadResult result) => result.Doubts.Length == 1 && !Equals(result.Target.Before, result.Target.After);

    static string Doubted(LoadResult result) => result.Doubts.IsEmpty ? "nothing was answered" : string.Join("; ", result.Doubts);
}
