using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The result of a load run: everything that its reports show and that a comparison reads back.</summary>
public sealed record LoadResult
{
    public required DateTimeOffset Started { get; init; }

    /// <summary>By the wall clock.</summary>
    public required DateTimeOffset Finished { get; init; }

    /// <summary>By the monotonic clock, warm-up and graceful stop included.</summary>
    public required TimeSpan Took { get; init; }

    public required TimeSpan Planned { get; init; }

    /// <summary>What the figures below were measured over: without warm-up and graceful stop.</summary>
    public required TimeSpan Over { get; init; }

    public required LoadTarget Target { get; init; }

    public required LoadEngine Engine { get; init; }

    /// <summary>The plan in words, by scenario: "500/s for 30 s".</summary>
    public required ImmutableArray<(string Scenario, string Model)> Plan { get; init; }

    public required Balance Balance { get; init; }

    /// <summary>The merged tally of everything that counts.</summary>
    public required Tally All { get; init; }

    public required ImmutableArray<TaggedTally> Tallies { get; init; }

    public required ImmutableArray<Iterations> Iterations { get; init; }

    public SocketTally Sockets { get; init; } = new();

    public required ImmutableArray<LoadWindow> Windows { get; init; }

    public ImmutableArray<ThresholdResult> Thresholds { get; init; } = [];

    public ImmutableArray<StepSeen> Steps { get; init; } = [];

    public Capacity? Capacity { get; init; }

    public Drift? Drift { get; init; }

    public required SelfCheck Self { get; init; }

    /// <summary>Why the run proves nothing, each a sentence; empty if it can be believed.</summary>
    public ImmutableArray<string> Doubts { get; init; } = [];

    /// <summary>Whether a doubt is about the generator itself: then its figures are nobody's, and not even a threshold that failed has failed.</summary>
    public bool Unfit { get; init; }

    /// <summary>
    /// Unproven where the generator was unfit; else failed if a threshold failed that somebody asked for; else unproven if there is a doubt or a threshold is unproven; else failed if the implied one failed; else met.
    /// </summary>
    public ThresholdState State =>
        Unfit ? ThresholdState.Unproven : Thresholds.Any(threshold => threshold.State == ThresholdState.Failed && (Doubts.IsEmpty || !threshold.Threshold.Implied)) ? ThresholdState.Failed
        : Doubts.IsEmpty && Thresholds.All(threshold => threshold.State == ThresholdState.Met) ? ThresholdState.Met
        : ThresholdState.Unproven;

    public double RequestsPerSecond => Over > TimeSpan.Zero ? All.Requests / Over.TotalSeconds : 0;
}

/// <summary>Who was loaded. Each identity has address, TLS leaf, and server or process start where it says so; null if it could not be seen.</summary>
public sealed record LoadTarget(string Url, Value.Fields? Before, Value.Fields? After);

/// <param name="Wire">"epoll", "sockets" or "HttpClient".</param>
/// <param name="Protocol">What was spoken: "HTTP/1.1", "HTTP/2".</param>
/// <param name="Machine">os, cpu, cores, memory (bytes), runtime: the fingerprint of the generator.</param>
public sealed record LoadEngine(string Version, string Wire, string Protocol, int Threads, Value.Fields Machine);

/// <summary>Every request that was begun is one of these, warm-up included: Sent = Answered + Failed + InFlight.</summary>
/// <param name="Answered">With a whole answer, whatever its status; those among them that did not do are failures of the tally.</param>
/// <param name="Failed">Without a whole answer.</param>
/// <param name="Retried">Begun again because a kept connection was closed under it; part of the same request.</param>
public sealed record Balance(long Sent, long Answered, long Failed, long InFlight, long Retried, long Connections)
{
    public bool Holds => Sent == Answered + Failed + InFlight;
}

/// <summary>A stretch of the run, warm-up included and marked.</summary>
public sealed record LoadWindow
{
    public required TimeSpan From { get; init; }
    public required TimeSpan Length { get; init; }
    public bool WarmUp { get; init; }

    /// <summary>Nothing new was begun in all of it, or it was cut short: what ended in it tells of no rate.</summary>
    public bool Draining { get; init; }
    public required long Requests { get; init; }
    public required long Failed { get; init; }
    public required int Users { get; init; }

    /// <summary>Iterations that wait for a user.</summary>
    public int Waiting { get; init; }

    /// <summary>Planned iterations a second; null under a closed model.</summary>
    public double? Rate { get; init; }

    /// <summary>Latency from the intended start, of the requests that ended in it.</summary>
    public required Latencies Latency { get; init; }

    /// <summary>The target's memory in bytes, where it was read.</summary>
    public double? Memory { get; init; }
}

/// <summary>One step of a step test.</summary>
/// <param name="Rate">Planned iterations a second.</param>
/// <param name="Achieved">Requests answered well a second.</param>
/// <param name="Held">Null if nothing can be said of it.</param>
public sealed record StepSeen(double Rate, double Achieved, Latencies Latency, long Requests, long Failed, bool? Held, string Because);

/// <param name="Rate">The highest rate that held, in iterations a second.</param>
/// <param name="Knee">The rate at which it no longer did; null if no step failed, and the capacity is then only a lower bound.</param>
/// <param name="Peak">What production must bear.</param>
public sealed record Capacity(double Rate, double? Knee, double? Peak)
{
    /// <summary>(capacity - peak) / capacity; null without a peak.</summary>
    public double? Headroom => Peak is { } peak && Rate > 0 ? (Rate - peak) / Rate : null;
}

/// <summary>Slopes over a run, each in its unit an hour, with the one-sided 95 % bound by which it may be steeper; null where it was not measured.</summary>
public sealed record Drift(Slope? LatencyP50, Slope? LatencyP99, Slope? FailedRate, Slope? Memory)
{
    /// <summary>Warm-up left out; null where there are too few windows for any.</summary>
    public static Drift? Of(IEnumerable<LoadWindow> windows) => Drifting.Of(windows);
}

/// <param name="PerHour">Theil-Sen estimate.</param>
/// <param name="Upper">Its 95 % upper bound.</param>
/// <param name="Relative">PerHour beside the median level.</param>
public sealed record Slope(double PerHour, double Upper, double Relative, int Points);

/// <summary>The generator's own health.</summary>
public sealed record SelfCheck
{
    /// <summary>How late arrivals of an open model were taken up: actual minus intended. Not of arrivals that waited for a user.</summary>
    public required Latencies Lateness { get; init; }

    /// <summary>How long one turn of the loop took: the longest that an answer can have lain unread.</summary>
    public required Latencies Turns { get; init; }

    public required TimeSpan Cpu { get; init; }
    public required TimeSpan GcPauses { get; init; }

    /// <summary>Resident bytes at the end, and the most.</summary>
    public long Memory { get; init; }

    /// <summary>The wall clock's run against the monotonic one; a jump shows here.</summary>
    public TimeSpan ClockJump { get; init; }
}
