using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What is different from the last opening of this gate.</summary>
static class Changes
{
    public static ImmutableArray<string> Since(Case @case, (Entry Entry, Fact.Decided Fact)? opening, ImmutableArray<ConditionShown> conditions)
    {
        if (opening is not { Fact: var last }) return [];
        var changes = ImmutableArray.CreateBuilder<string>();
        if (last.Release != @case.Release) changes.Add($"the release was {last.Release.Short} and is {@case.Release.Short}");
        if (last.Document != @case.Document.Digest) changes.AddRange(Edits(@case, last.Document));
        foreach (var condition in conditions)
            if (!last.Open.Any(item => item.StartsWith(condition.Id + " ", StringComparison.Ordinal))) changes.Add($"{condition.Id} is a new condition");
        return changes.ToImmutable();
    }

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
