namespace Muster.Probes.Load;

/// <summary>What all lanes of a run count together for one scenario.</summary>
sealed class SharedCount(long iterations)
{
    long _left = iterations;
    long _begun = -1;

    /// <summary>One of the model's iterations, if any are left.</summary>
    public bool Take() => Interlocked.Decrement(ref _left) >= 0;

    /// <summary>The number of an iteration among those of all users, from 0.</summary>
    public long Number() => Interlocked.Increment(ref _begun);

    public static SharedCount[] Of(LoadPlan plan) => [.. plan.Scenarios.Select(scenario => new SharedCount((scenario.Model as LoadModel.SharedIterations)?.Iterations ?? 0))];
}
