using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>Everything that a load run is to do, read and checked: nothing in it can be wrong any more but the world.</summary>
public sealed record LoadPlan
{
    /// <summary>Where requests with a path alone go. Scheme http, https, ws or wss; no user info, no fragment.</summary>
    public required Uri Target { get; init; }

    /// <summary>What the target is told of who asks, where Muster itself asks it: for its identity and its memory. The requests of scenarios carry the same already.</summary>
    public ImmutableArray<(string Name, string Text)> Headers { get; init; } = [];

    /// <summary>Other origins that requests with a whole URL go to, each once; the run's consent must name them too.</summary>
    public ImmutableArray<Uri> Others { get; init; } = [];

    public required ImmutableArray<Scenario> Scenarios { get; init; }

    public ImmutableArray<Threshold> Thresholds { get; init; } = [];

    public Wiring Wiring { get; init; } = new();

    /// <summary>Threads of the engine, each with its own loop and its share of the load.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Thresholds as k6 reads them: an estimate decides, and no samples are too few. For imports.</summary>
    public bool Exact { get; init; }

    /// <summary>From where the target's own memory is read during the run; null if nobody said.</summary>
    public MemorySource? Memory { get; init; }

    /// <summary>What the target is asked before and after, to say who it is; null asks it nothing.</summary>
    public IdentitySource? Identity { get; init; }

    /// <summary>When the run is to be stopped for the target's sake: more than this share of requests failing over the last windows. Null never stops it.</summary>
    public double? StopAtFailures { get; init; }

    /// <summary>From when on anything counts: the first warm-up that is over.</summary>
    public TimeSpan Warm => Scenarios.Min(scenario => scenario.Start + scenario.WarmUp);

    /// <summary>From the first scenario's start to the last one's planned end, graceful stop not included.</summary>
    public TimeSpan Planned => Scenarios.Max(scenario => scenario.Start + scenario.Model.Lasts);
}

/// <summary>The target's memory, for soak runs: a gauge of its metrics page in bytes, or a process of this machine.</summary>
public abstract record MemorySource
{
    MemorySource() { }

    public sealed record Page(string Path, string Metric) : MemorySource;

    public sealed record Process(int Id) : MemorySource;
}

/// <param name="Path">What is fetched by GET, with the target's own headers.</param>
/// <param name="Read">A JSON Pointer into the answer; null takes all of it.</param>
public sealed record IdentitySource(string Path, string? Read);

/// <summary>How connections are made and used.</summary>
public sealed record Wiring
{
    /// <summary>"1.1" or "2"; a server that speaks another one than was asked for ends the run as unproven.</summary>
    public string HttpVersion { get; init; } = "1.1";

    public Reuse Reuse { get; init; } = Reuse.Always;

    /// <summary>Whether a new TLS connection may resume an older session.</summary>
    public bool ResumeTls { get; init; } = true;

    /// <summary>A PEM file of the only trusted roots; null takes this machine's.</summary>
    public string? Trust { get; init; }

    /// <summary>Whether answers may come compressed; they are decompressed only where a step reads the body.</summary>
    public bool Compression { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>How long a connection of a user is kept: for all its requests, for one iteration, or for one request.</summary>
public enum Reuse { Always, Iteration, Never }
