using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>A control of the gate over all its environments, with what lines 1, 4 and 5 say of it.</summary>
sealed record ControlJudged(Control Control, Mode Mode, string? Out, ImmutableArray<ControlFound> Found)
{
    /// <summary>The environment that decides: the worst, the first of equals.</summary>
    public ControlFound Worst { get; } = Found.MinBy(found => found.State)!;

    public bool Waived { get; init; }

    /// <summary>Waivers that are in order, whether or not they cover what is so now: a signer was shown them, or they are new.</summary>
    public ImmutableArray<Digest> FitWaivers { get; init; } = [];

    public State State => Worst.State;
    public bool Met => State == State.Met;
    public bool InSet => Out is null;
    public bool Stale => Worst.Why == Why.Stale;

    /// <summary>In the set and blocking, not met and not waived: what lines 6 and 7 look at.</summary>
    public bool Blocks => InSet && Mode == Mode.Block && !Met && !Waived;

    /// <summary>
    /// The digest of what it looks at; zeros while something of it was not seen. What was not seen is not another target:
    /// else the first pass would void the signature of whoever signed before it.
    /// </summary>
    public Digest Targets => _targets.Of(this, DigestOfTargets);

    readonly Known<Digest> _targets = new();

    Digest DigestOfTargets()
    {
        var parts = Found.SelectMany(found => found.Parts).Select(part => part.Targets).ToList();
        return parts.TrueForAll(target => target is not null) ? Digest.Of(Value.List(parts!)) : default;
    }

    public static ControlJudged Of(Case @case, Control control) => new(
        control, control.ModeAt(@case.At), @case.Excuse(control),
        [.. @case.Environments.Select(environment => @case.Found(control, environment)!)]); // nothing is being found yet, so nothing looks back
}
