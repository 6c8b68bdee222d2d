using System.Collections.Immutable;
using System.Reflection;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Everything that a runner needs from outside.</summary>
public sealed record RunnerOptions
{
    /// <summary>The release that is judged, or the document's digest when there is none; evidence is bound to it.</summary>
    public required Digest Release { get; init; }

    /// <summary>The digests of the release's artifacts by name; a report of another tool is bound to the release by them.</summary>
    public ImmutableSortedDictionary<string, Digest> Artifacts { get; init; } = ImmutableSortedDictionary<string, Digest>.Empty;

    /// <summary>Verifies what a runner of the document signed; without it no signature is believed.</summary>
    public ReadEnvelope? Envelopes { get; init; }

    /// <summary>The hazards that an environment consents to; passive looks need none.</summary>
    public Func<string, ImmutableArray<Hazard>> Consent { get; init; } = static _ => [];

    /// <summary>The most questions under way at once, and the most at one target.</summary>
    public int Jobs { get; init; } = 16;
    public int JobsPerTarget { get; init; } = 4;

    public SecretSource Secrets { get; init; } = static (_, _) => null;

    public string Folder { get; init; } = ".";

    /// <summary>Allows the kind <c>command</c>, which is outside of the guard.</summary>
    public bool MayRunCommands { get; init; }

    /// <summary>Allows <c>file</c> to read outside of the document's folder.</summary>
    public bool MayLeaveFolder { get; init; }

    /// <summary>What the newest look of the same question in the same environment saw at a step, for kinds that compare; null if there was none.</summary>
    public Func<Ask, string, Value.Fields?> Earlier { get; init; } = static (_, _) => null;

    public OutboundGuard Guard { get; init; } = new();

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Called when a question is begun and when it is answered; from any thread, and never twice at once.</summary>
    public Action<ProbeProgress>? Progress { get; init; }

    /// <summary>Called with what a long look is at, many times; from any thread, and several at once.</summary>
    public Action<Ask, string>? Telling { get; init; }

    /// <summary>Under which exercises make their scratch folders.</summary>
    public string ScratchRoot { get; init; } = Scratches.Usual;

    public string By { get; init; } = $"muster {typeof(RunnerOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}";

    /// <summary>The kinds that can be asked; all of this build unless said.</summary>
    public ImmutableArray<ProbeKind> Kinds { get; init; } = ProbeKinds.All;

    /// <summary>The most bytes of canonical JSON that all sights of one run keep; what is larger is cut, and the cut is said.</summary>
    public int MostKept { get; init; } = 16 * 1024;
}

/// <summary>A question begun (<see cref="Run"/> is null) or answered.</summary>
public sealed record ProbeProgress(Ask Ask, Run? Run, int Done, int Of);
