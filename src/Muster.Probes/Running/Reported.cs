using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// What becomes of a run that read reports of other tools: it is an import, begun when the oldest of them says that it was made. One that could not be read, or does not say, leaves the run undated.
/// </summary>
sealed record Reported(Origin Origin, DateTimeOffset? Made)
{
    /// <summary>Null if nothing of it was a report.</summary>
    public static Reported? Of(IEnumerable<Sight> sights)
    {
        Reported? all = null;
        foreach (var sight in sights)
        {
            DateTimeOffset? made = sight.Observation?["made"] is Value.Text { Is: var text } && Instant.TryRead(text, out var instant) ? instant : null;
            var origin = sight.Observation?["dry_run"] is Value.Truth { Is: true } || all?.Origin == Origin.DryRun ? Origin.DryRun : Origin.Imported;
            all = new(origin, all is null ? made : made is { } one && all.Made is { } other ? Instant.Earlier(one, other) : null);
        }

        return all;
    }
}
