using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>What a verdict rested on that had run out by an instant. The certificate proves the verdict at its own time; this tells its age.</summary>
static class Lapses
{
    public static ImmutableArray<string> Of(Decision decision, DateTimeOffset at)
    {
        var lapsed = ImmutableArray.CreateBuilder<string>();
        foreach (var part in decision.Controls.SelectMany(control => control.Parts))
            if (part.FreshUntil is { } until && until < at) lapsed.Add($"The evidence of {part.Name} was fresh until {Instant.Write(until)}.");
        foreach (var condition in decision.Conditions)
            if (condition.Due <= at) lapsed.Add($"The condition {condition.Id} of {condition.Owner} was due {Instant.Write(condition.Due)}.");
        foreach (var waiver in decision.Waivers)
            if (waiver.Counts && waiver.Expires <= at) lapsed.Add($"The waiver of {waiver.Control} expired {Instant.Write(waiver.Expires)}.");
        if (decision.OpenedByBreakGlass is { } broken && broken.Expires <= at) lapsed.Add($"The break-glass expired {Instant.Write(broken.Expires)}.");
        return lapsed.ToImmutable();
    }
}
