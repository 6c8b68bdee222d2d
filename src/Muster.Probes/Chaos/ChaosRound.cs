using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The whole steady state at one moment: every check of it, asked at once.</summary>
sealed record ChaosRound(long Began, long Ended, ImmutableArray<(ChaosLook Look, ChaosSeen Seen)> Checks)
{
    public bool Met => Checks.All(check => check.Seen.Holds);

    /// <summary>What does not hold, in words; the first of it.</summary>
    public string? Broken => Checks.FirstOrDefault(check => !check.Seen.Holds) is { Look: { } look, Seen: var seen } ? $"{look.Name}: {seen.Says}" : null;

    /// <summary>Who answered, by each check that tells.</summary>
    public Value Identity => new Value.Fields(Checks.Where(check => check.Seen.Identity is not null).Select(check => KeyValuePair.Create(check.Look.Name, check.Seen.Identity!)));

    public static async Task<ChaosRound> Look(ImmutableArray<ChaosLook> steady, ProbeContext context, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        var seen = await Task.WhenAll(steady.Select(look => look.Look(context, cancel)));
        return new(began, context.Clock.GetTimestamp(), [.. steady.Zip(seen)]);
    }
}
