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
            if (!progress.Window.WarmUp && progress.Window.Requests > 0) context.UnderWay();
        },
    };

    /// <exception cref="Unseen">The run proves nothing.</exception>
    public static Sight Of(LoadResult result, Func<LoadResult, Value.Fields> shown)
    {
        if (result.All.Requests == 0 || result.All.Requests == result.All.Statuses[0]) throw new Unseen(Blind.Unreachable, Doubted(result));
        if (result.Unfit) throw new Unseen(Blind.NotCapable, Doubted(result));
        if (!result.Doubts.IsEmpty && result.State != ThresholdState.Failed && !Changed(result)) throw new Unseen(Blind.Unreadable, Doubted(result));
        return new()
        {
            Observation = shown(result), Population = result.All.Requests, Before = result.Target.Before, After = result.Target.After, Detail = result.Doubts.IsEmpty ? null : string.Join("; ", result.Doubts),
        };
    }

    /// <summary>That it was another target afterwards is said by the two identities themselves.</summary>
    static bool Changed(LoadResult result) => result.Doubts.Length == 1 && !Equals(result.Target.Before, result.Target.After);

    static string Doubted(LoadResult result) => result.Doubts.IsEmpty ? "nothing was answered" : string.Join("; ", result.Doubts);
}
