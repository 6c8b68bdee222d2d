using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// Which entries of a ledger a gate reads, so that these can be sent to another: the runs of its controls' questions, the words of its people, its verdicts, and those of the gates that it comes after.
/// What takes away (withdrawals, revocations) always concerns it. Rather too much than too little: what is not needed counts for nothing.
/// </summary>
public sealed class Concerns
{
    readonly HashSet<string> _gates = new(StringComparer.Ordinal);
    readonly HashSet<string> _controls = new(StringComparer.Ordinal);
    readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    readonly HashSet<Digest> _questions = [];
    readonly HashSet<Digest> _outlive = [];
    readonly Document _document;
    readonly bool _all;

    /// <param name="gate">Null means every gate, and what no gate reads.</param>
    public Concerns(Document document, Gate? gate)
    {
        (_document, _all) = (document, gate is null);
        for (var at = gate; at is not null && _gates.Add(at.Name); at = at.After is { } before ? document.Gate(before) : null)
            foreach (var id in at.Controls) Take(document.Control(id));
        if (gate is null) foreach (var control in document.Controls) Take(control);
    }

    /// <summary>The names of the gate and of those before it.</summary>
    public IReadOnlyCollection<string> Gates => _gates;

    /// <param name="release">Only what is of this release, or outlives releases; null asks nothing.</param>
    public bool Has(Fact fact, Digest? release) => fact switch
    {
        Fact.Arrived => false,
        Fact.Withdrawn or Fact.Revoked => true,
        Fact.Ran { Run: var run } => (_all || _questions.Contains(run.Question) || run.Cells.Any(IsOurs)) && (Is(run.Release, release) || _outlive.Contains(run.Question)),
        Fact.Proved proved => _all || _kinds.Contains(proved.Kind),
        Fact.Attested attested => (_all || _controls.Contains(attested.Control)) && (Is(attested.Release, release) || _outlive.Contains(attested.Question)),
        Fact.Drilled drilled => (_all || _controls.Contains(drilled.Control)) && (Is(drilled.Release, release) || _outlive.Contains(drilled.Question)),
        Fact.DrillWitnessed witnessed => _all || _controls.Contains(witnessed.Control),
        Fact.Waived { Waiver: var waiver } => _all || _controls.Contains(waiver.Control),
        Fact.WaiverRequested { Waiver: var asked } => _all || _controls.Contains(asked.Control),
        Fact.SignedOff signed => Gate(signed.Gate) && Is(signed.Shown.Release, release),
        Fact.Rejected rejected => Gate(rejected.Gate) && Is(rejected.Release, release),
        Fact.GlassBroken broken => Gate(broken.Gate) && Is(broken.Release, release),
        Fact.Accepted accepted => Gate(accepted.Gate),
        // Of a gate that is no more, too: that it is gone is a softening.
        Fact.Decided decided => (Gate(decided.Gate) || _document.Gate(decided.Gate) is null) && Is(decided.Release, release),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static bool Is(Digest of, Digest? asked) => asked is null || of == asked;

    bool Gate(string name) => _all || _gates.Contains(name);

    /// <summary>Evidence names what it was asked for as <c>control/part[cell]</c>; an earlier question of the same control is found by it.</summary>
    bool IsOurs(string cell) => _controls.Contains(cell) || cell.AsSpan().IndexOfAny('/', '[') is > 0 and var at && _controls.Contains(cell[..at]);

    void Take(Control? control)
    {
        if (control is null || !_controls.Add(control.Id)) return;
        foreach (var environment in _document.Environments)
        {
            foreach (var asked in Asks.Of(_document, control, environment.Name)) Take(asked);
            if (Asks.Until(_document, control, environment.Name) is { } until) Take(until);
        }
    }

    void Take(PartQuestion asked)
    {
        _questions.Add(asked.Question.Digest);
        if (asked.Part.Binds == Binds.Environment) _outlive.Add(asked.Question.Digest);
        foreach (var step in asked.Part.Steps)
        {
            _kinds.Add(step.Kind);
            if (step.Kind == JudgeKinds.States.Name) foreach (var other in SelectedStates.Selected(_document, asked, step)) Take(other);
        }
    }
}
