using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// The estimates of the open blockers: added up for each owner, and the longest of these sums, since owners work side by side and nobody does two things at once.
/// Blockers without an estimate are counted apart, never taken as nothing.
/// </summary>
sealed record TimeToReady(Span? Range, int Blockers, int WithoutEstimate, ImmutableArray<OwnerTime> Owners)
{
    public const string How = "The estimates of the open blockers are added up for each owner; owners work in parallel, so the longest sum counts. "
        + "Blockers without an owner count as one owner more. Waiting for sign-offs, soak and freeze is not in it.";

    public static TimeToReady Of(Decision decision)
    {
        var blockers = OpenItems.Blockers(decision);
        ImmutableArray<OwnerTime> owners = [.. blockers.GroupBy(control => control.Owner ?? "").Select(Add).OrderBy(owner => owner.Owner, StringComparer.Ordinal)];
        var known = owners.Where(owner => owner.Range is not null).ToList();
        var range = known.Count == 0 ? null : new Span(known.Max(owner => owner.Range!.Least), known.Max(owner => owner.Range!.Most));
        return new(range, blockers.Length, blockers.Count(control => control.Estimate is null), owners);
    }

    static OwnerTime Add(IGrouping<string, ControlShown> controls)
    {
        Span? sum = null;
        foreach (var control in controls)
            if (control.Estimate is { } estimate) sum = sum is null ? estimate : new(Plus(sum.Least, estimate.Least), Plus(sum.Most, estimate.Most));
        return new(controls.Key, sum, controls.Count(), controls.Count(control => control.Estimate is null));
    }

    /// <summary>A document may say any number of days; the sum stops at the end of the scale.</summary>
    static TimeSpan Plus(TimeSpan a, TimeSpan b) => a > TimeSpan.MaxValue - b ? TimeSpan.MaxValue : a + b;

    /// <summary><c>5h to 9h, and 1 blocker without an estimate</c>.</summary>
    public string Says => (Blockers, Range) switch
    {
        (0, _) => "nothing open",
        (_, null) => $"not known: {CountWords.Of(WithoutEstimate, "blocker")} without an estimate",
        (_, { } range) => DurationWords.Of(range) + (WithoutEstimate == 0 ? "" : $", and {CountWords.Of(WithoutEstimate, "blocker")} without an estimate"),
    };
}

/// <summary>One owner's sum; the owner is empty text when nobody is named.</summary>
sealed record OwnerTime(string Owner, Span? Range, int Blockers, int WithoutEstimate);
