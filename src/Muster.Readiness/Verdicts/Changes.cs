using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What is different from the last opening of this gate.</summary>
static class Changes
{
    public static ImmutableArray<string> Since(Case @case, (Entry Entry, Fact.Decided Fact)? opening, Ruling ruling)
    {
        if (opening is not { Fact: var last }) return [];
        var changes = ImmutableArray.CreateBuilder<string>();
        if (last.Release != @case.Release) changes.Add($"the release was {last.Release.Short} and is {@case.Release.Short}");
        if (last.Document != @case.Document.Digest) changes.AddRange(Edits(@case, last.Document));
        if (@case.Ledger.Decision(last.Statement) is { } then) changes.AddRange(States(then, ruling.Controls));
        foreach (var condition in ruling.Conditions)
            if (!last.Open.Any(item => item.StartsWith(condition.Id + " ", StringComparison.Ordinal))) changes.Add($"{condition.Id} is a new condition");
        return changes.ToImmutable();
    }

    /// <summary>What went into the set or out of it is told by the document's edits and by the control itself.</summary>
    static IEnumerable<string> States(Decision then, ImmutableArray<ControlJudged> now)
    {
        var before = then.Controls.ToLookup(shown => shown.Id, shown => shown.State, StringComparer.Ordinal);
        foreach (var one in now)
            foreach (var state in before[one.Control.Id])
                if (state != one.State) yield return $"{one.Control.Id} was {Named(state)} and is {Named(one.State)}";
    }

    static string Named(State state) => state switch { State.Met => "met", State.Failed => "failed", State.Unproven => "unproven", _ => "unmeasured" };

    static IEnumerable<string> Edits(Case @case, Digest then)
    {
        if (@case.Ledger.Document(then) is not { } before)
        {
            yield return $"the document was {then.Short} and is {@case.Document.Digest.Short}; the earlier one is no longer there to compare";
            yield break;
        }

        yield return $"the document was {then.Short} and is {@case.Document.Digest.Short}";
        foreach (var control in @case.Document.Controls)
        {
            if (before.Control(control.Id) is not { } old) yield return $"{control.Id} is new";
            else if (old.Digest != control.Digest) yield return $"{control.Id} was edited";
        }

        foreach (var control in before.Controls)
            if (@case.Document.Control(control.Id) is null) yield return $"{control.Id} was removed";
    }
}
