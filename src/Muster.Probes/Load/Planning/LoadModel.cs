using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>A change to a level over a time; <c>Over</c> of zero jumps there.</summary>
public readonly record struct Stage(TimeSpan Over, double To);

/// <summary>
/// How iterations begin. The rates are open: an iteration begins when it is due, whether or not the ones before it ended. The users are closed: each begins its next iteration when its last ended,
/// so that a slow target slows the load (and hides its own slowness).
/// </summary>
public abstract record LoadModel
{
    LoadModel() { }

    /// <param name="PerSecond">Iterations begun a second.</param>
    public sealed record ConstantRate(double PerSecond, TimeSpan Duration) : LoadModel;

    public sealed record RampingRate(double From, ImmutableArray<Stage> Stages) : LoadModel;

    public sealed record ConstantUsers(int Users, TimeSpan Duration) : LoadModel;

    public sealed record RampingUsers(int From, ImmutableArray<Stage> Stages) : LoadModel;

    /// <summary>So many iterations in all, whichever user is free takes the next.</summary>
    public sealed record SharedIterations(int Users, long Iterations, TimeSpan AtMost) : LoadModel;

    /// <summary>So many iterations for each user.</summary>
    public sealed record IterationsPerUser(int Users, long Iterations, TimeSpan AtMost) : LoadModel;

    /// <summary>A constant rate that goes up step by step until a step does not hold; the last that held is the capacity.</summary>
    /// <param name="Peak">The rate that production must bear, in iterations a second; headroom is what is left above it.</param>
    public sealed record StepTest(double From, double By, double To, TimeSpan Each, double? Peak) : LoadModel
    {
        public int Count => (int)Math.Floor((To - From) / By + 1e-9) + 1;
    }

    public bool IsOpen => this is ConstantRate or RampingRate or StepTest;

    /// <summary>How long it goes on at most.</summary>
    public TimeSpan Lasts => this switch
    {
        ConstantRate model => model.Duration,
        ConstantUsers model => model.Duration,
        RampingRate { Stages: var stages } => Sum(stages),
        RampingUsers { Stages: var stages } => Sum(stages),
        SharedIterations model => model.AtMost,
        IterationsPerUser model => model.AtMost,
        StepTest steps => steps.Each * steps.Count,
        _ => throw new InvalidOperationException(),
    };

    static TimeSpan Sum(ImmutableArray<Stage> stages) => stages.Aggregate(TimeSpan.Zero, (sum, stage) => sum + stage.Over);
}
