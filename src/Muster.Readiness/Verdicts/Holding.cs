using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Line 8: what holds an opening that the evidence would allow.</summary>
static class Holding
{
    public static (ImmutableArray<Because> Reasons, DateTimeOffset? Until) Of(Case @case, ImmutableArray<RoleCount> toSign, ImmutableArray<SofteningShown> softenings)
    {
        var (times, until, known) = Time(@case);
        var people = toSign.Select(role => new Because(8, role.Role, role.Count == 1 ? "one sign-off is missing" : $"{role.Count} sign-offs are missing"))
            .Concat(softenings.Where(softening => !softening.Accepted).Select(softening => new Because(8, softening.Subject, $"softened and not accepted by the gate's owner: {softening.Says}")))
            .ToList();
        return ([.. times, .. people], people.Count == 0 && known ? until : null);
    }

    /// <summary>Soak and freeze, and when time alone lifts both.</summary>
    static (List<Because> Reasons, DateTimeOffset Until, bool Known) Time(Case @case)
    {
        var reasons = new List<Because>();
        var (until, known) = (@case.At, true);
        if (@case.Gate.Soak is { } soak && @case.Gate.After is { } after && @case.Document.Gate(after) is { } before)
        {
            var since = Soaking.Since(@case, before);
            if (since is not { } start)
            {
                reasons.Add(new(8, after, "the soak is broken: the gate before has not opened since it last failed"));
                known = false;
            }
            else if (@case.At < start + soak)
            {
                until = start + soak;
                reasons.Add(new(8, after, $"the soak lasts until {Instant.Write(until)}"));
            }
        }

        foreach (var freeze in @case.Gate.Freezes)
        {
            if (freeze.From <= @case.At && @case.At < freeze.To) reasons.Add(new(8, @case.Gate.Name, $"frozen until {Instant.Write(freeze.To)}: {freeze.Because}"));
            if (freeze.From <= until && until < freeze.To) until = freeze.To; // sorted, so one pass finds the first free moment
        }

        return (reasons, until, known);
    }
}
