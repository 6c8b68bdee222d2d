using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One rehearsal that was made, by people or by a probe.</summary>
public sealed record DrillTime(DateTimeOffset At, bool Well, TimeSpan? Rto, TimeSpan? Rpo);

/// <summary>A rehearsal with its cadence, what it is held against, and its last times, the newest first.</summary>
public sealed record DrillShown(string Name, DateTimeOffset Due, string? Rto, string? Rpo, ImmutableArray<DrillTime> Times)
{
    internal string Last(DateTimeOffset now) => $"{(Times[0].Well ? "" : "failed ")}{InstantWords.Of(Times[0].At)}";

    /// <summary>Whether it is over time to do it again.</summary>
    public bool IsOverdue(DateTimeOffset now) => now > Due;

    internal static string Trend(IEnumerable<TimeSpan?> times, string? held)
    {
        var shown = times.Select(time => time is { } took ? DurationWords.Of(took) : "–").ToList();
        return shown.TrueForAll(time => time == "–") ? "" : string.Join(" ← ", shown) + (held is null ? "" : $" ({held})");
    }

    internal string RtoTrend => Trend(Times.Select(time => time.Rto), Rto);

    internal string RpoTrend => Trend(Times.Select(time => time.Rpo), Rpo);
}

/// <summary>How recovery time and loss have gone over the last rehearsals of a gate's controls: a figure that is within its bound and has doubled since the spring is worth a look.</summary>
public static class DrillTrend
{
    const int Last = 6;

    public static ImmutableArray<DrillShown> Of(Document document, Gate gate, Folded ledger, KindCatalogue kinds) =>
        [.. gate.Controls.Select(document.Control).OfType<Control>().SelectMany(control => Asks.Of(document, control, gate.Environment)).SelectMany(part => Of(part, ledger, kinds)).OrderBy(shown => shown.Due)];

    static IEnumerable<DrillShown> Of(PartQuestion part, Folded ledger, KindCatalogue kinds)
    {
        foreach (var step in part.Part.Steps)
        {
            if (kinds.Find(step.Kind)?.Fields.Any(field => field.Name == "rto") != true) continue;
            var times = (step.Kind == JudgeKinds.Drill.Name ? ByPeople(part, ledger) : ByProbe(part, step, ledger)).OrderByDescending(time => time.At).Take(Last).ToImmutableArray();
            if (times.IsEmpty) continue;
            // One that failed or that nobody witnessed puts nothing off.
            var due = times.Where(time => time.Well).Select(time => time.At + part.Part.Fresh).DefaultIfEmpty(times[0].At).Max();
            yield return new(part.Part.Steps.Length > 1 ? $"{part.Name}/{step.Name}" : part.Name, due, Held(step, "rto"), Held(step, "rpo"), times);
        }
    }

    /// <summary>By an earlier runbook too: how long it took is the same question to whoever reads the trend.</summary>
    static IEnumerable<DrillTime> ByPeople(PartQuestion part, Folded ledger)
    {
        var witnessed = ledger.All<Fact.DrillWitnessed>().ToList();
        var withdrawn = ledger.All<Fact.Withdrawn>().Select(one => one.Fact.Entry).ToHashSet();
        var only = part.Cell.Parts.Length == 1 && part.Control.Cells.Length == 1;
        return ledger.All<Fact.Drilled>().Where(one => one.Fact.Environment == part.Environment && (one.Fact.Question == part.Question.Digest || (only && one.Fact.Control == part.Control.Id)))
            .Select(one => new DrillTime(one.Fact.Started, one.Fact.Seen["outcome"] is Value.Text { Is: "passed" } && !withdrawn.Contains(one.Entry.Id) && witnessed.Any(other => other.Fact.Drill == one.Entry.Id && other.Entry.Signer != one.Entry.Signer && !withdrawn.Contains(other.Entry.Id)), Span(one.Fact.Seen["rto"]), Span(one.Fact.Seen["rpo"])));
    }

    static IEnumerable<DrillTime> ByProbe(PartQuestion part, Step step, Folded ledger) =>
        from series in ledger.Runs(part.Question.Digest)
        where series.Environment == part.Environment && series.Origin == Origin.Live
        from run in series.Runs
        let seen = run.Sight(step.Name)?.Observation
        where seen is not null
        select new DrillTime(run.Started, seen["complete"] is Value.Truth { Is: true }, Span(seen["rto"]), Span(seen["rpo"]));

    static string? Held(Step step, string field) => step.Expect.Fields.FirstOrDefault(held => held.Path == field) is { } held ? Words.Of(held.Matcher) : null;

    static TimeSpan? Span(Value? value) => value is Value.Number { Is: >= 0 and < 1e10 and var seconds } ? TimeSpan.FromSeconds(seconds) : null;
}
