using System.Reflection;

namespace Muster.Probes.Load;

/// <summary>What a run needs from outside.</summary>
public sealed record LoadSurroundings
{
    /// <summary>Whether a host may be put under load. Loopback always may.</summary>
    public Func<string, bool> Consents { get; init; } = static _ => false;

    /// <summary>Called after each tick, from any thread and never twice at once.</summary>
    public Action<LoadProgress>? Progress { get; init; }

    /// <summary>What no part of the result may hold.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Of the engine, as results name it.</summary>
    public string Version { get; init; } = typeof(LoadSurroundings).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}

/// <summary>How a run stands.</summary>
/// <param name="Now">What was measured so far; the reader must not keep it.</param>
/// <param name="Window">The tick that has just ended.</param>
public sealed record LoadProgress(LoadPlan Plan, TimeSpan Elapsed, Measured Now, LoadWindow Window, string? Ending);
