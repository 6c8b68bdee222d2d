using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What is known of a requirement, the worst first.</summary>
public enum RequirementState
{
    /// <summary>A control that names it failed.</summary>
    Failed,

    /// <summary>A control that names it is unproven, is out of its gate's set, or is in no gate.</summary>
    Unproven,

    /// <summary>A control names it and has no check.</summary>
    Unmeasured,

    /// <summary>No control names it.</summary>
    Unclaimed,

    /// <summary>Every control that names it is met, in each gate that requires it.</summary>
    Proven,
}

/// <summary>A requirement beside the controls that name it. <see cref="State"/> is null where there is no document to ask.</summary>
public sealed record RequirementShown(Requirement Requirement, RequirementState? State, ImmutableArray<ControlBehind> Controls);

/// <summary>A control that names a requirement, as one gate sees it.</summary>
/// <param name="Gate">Null where no gate requires it.</param>
public sealed record ControlBehind(string Id, string? Gate, State State, string Because)
{
    /// <summary>True where the gate has it, but not in its set: not applicable, deferred.</summary>
    public bool Out { get; init; }

    public bool Waived { get; init; }

    public ImmutableArray<PartShown> Parts { get; init; } = [];

    public RequirementState Says => State switch
    {
        State.Failed => RequirementState.Failed,
        State.Unmeasured => RequirementState.Unmeasured,
        State.Met when Gate is not null && !Out => RequirementState.Proven,
        _ => RequirementState.Unproven,
    };
}
