using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What is before the judge, and what has been found of it so far; nothing in it outlives one decision.</summary>
sealed class Case(Document document, Digest release, Folded ledger, Gate gate, DateTimeOffset at, KindCatalogue kinds)
{
    const int LongestChain = 100;

    readonly Dictionary<(string Control, string Environment), ControlFound> _found = [];
    readonly Dictionary<string, string?> _excused = new(StringComparer.Ordinal);
    readonly HashSet<(string, string)> _beingFound = [];
    readonly HashSet<string> _beingExcused = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, int> _notCounted = new(StringComparer.Ordinal);
    Withdrawals? _withdrawals;
    Revocations? _revocations;

    public Document Document => document;
    public Digest Release => release;
    public Folded Ledger => ledger;
    public Gate Gate => gate;
    public DateTimeOffset At => at;
    public KindCatalogue Kinds => kinds;

    public ImmutableArray<string> Environments => gate.ProvedIn.IsDefaultOrEmpty ? [gate.Environment] : gate.ProvedIn;

    public Case Of(Gate other) => new(document, release, ledger, other, at, kinds);

    /// <summary>
    /// A control's state in one environment, found once; null while it is being found, which is how a circle of <c>states</c> ends,
    /// and beyond a chain of them that nobody writes by hand.
    /// </summary>
    public ControlFound? Found(Control control, string environment)
    {
        var key = (control.Id, environment);
        if (_found.TryGetValue(key, out var known)) return known;
        if (_beingFound.Count >= LongestChain || !_beingFound.Add(key)) return null;
        var found = States.Of(this, control, environment);
        _beingFound.Remove(key);
        return _found[key] = found;
    }

    /// <summary>Why a control is out of the set, found once; null while it is in, and while that is being found: a circle of triggers excuses nothing.</summary>
    public string? Excuse(Control control)
    {
        if (_excused.TryGetValue(control.Id, out var known)) return known;
        if (_beingExcused.Count >= LongestChain || !_beingExcused.Add(control.Id)) return null;
        var excuse = Excusing.Of(this, control);
        _beingExcused.Remove(control.Id);
        return _excused[control.Id] = excuse;
    }

    public void DidNotCount(string reason, int count)
    {
        if (count > 0) _notCounted[reason] = _notCounted.GetValueOrDefault(reason) + count;
    }

    public ImmutableArray<NotCounted> NotCounted => [.. _notCounted.Select(reason => new NotCounted(reason.Key, reason.Value))];

    public string PersonNamed(string signer) => document.HolderOf(signer)?.Name ?? signer;

    public Revocations Revocations => _revocations ??= Revocations.Of(document, ledger, gate);

    public bool IsWithdrawn(Entry entry) => WithdrawnAt(entry) is not null;

    public DateTimeOffset? WithdrawnAt(Entry entry) => (_withdrawals ??= new(this)).At(entry);
}

/// <summary>One check, judged.</summary>
sealed record PartFound(PartQuestion Asked, State State, string Because)
{
    public Why? Why { get; init; }
    public ImmutableArray<Compared> Compared { get; init; } = [];
    public Digest? Evidence { get; init; }
    public string? Environment { get; init; }
    public DateTimeOffset? SeenAt { get; init; }
    public DateTimeOffset? FreshUntil { get; init; }
    public Origin? Origin { get; init; }
    public string? By { get; init; }

    /// <summary>The identities of what was looked at, one for each step; null while something was not seen.</summary>
    public Value? Targets { get; init; }

    /// <summary>Keys behind the evidence that counts here.</summary>
    public ImmutableArray<string> Signers { get; init; } = [];
}

/// <summary>One control in one environment, judged.</summary>
sealed record ControlFound(Control Control, string Environment, State State, string Because)
{
    public Why? Why { get; init; }
    public ImmutableArray<PartFound> Parts { get; init; } = [];
}
