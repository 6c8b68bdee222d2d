using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// Line 2: which runs count. Whole series are taken or left, since all runs of one have question, environment, release and origin in common;
/// undated runs and those from a clock ahead never entered one. What one look lacks (sight, population, the same target) is weighed with it.
/// </summary>
static class Counting
{
    /// <summary>The same, without counting what does not count a second time.</summary>
    public static Counted Quietly(Case @case, PartQuestion asked) => Of(@case, asked, static (_, _) => { });

    public static Counted Of(Case @case, PartQuestion asked) => Of(@case, asked, @case.DidNotCount);

    static Counted Of(Case @case, PartQuestion asked, Action<string, int> didNotCount)
    {
        var taken = ImmutableArray.CreateBuilder<Series>();
        var (otherRelease, otherOrigin, undated, ahead, revoked) = (0, 0, 0, 0, 0);
        foreach (var (question, environment) in Places(@case, asked))
        {
            foreach (var series in @case.Ledger.Runs(question))
            {
                if (series.Environment != environment) continue;
                if (asked.Part.Binds == Binds.Release && series.Release != @case.Release) otherRelease += series.Count;
                else if (@case.OnlyTakesAway(asked.Part, series))
                {
                    revoked += series.Count;
                    taken.Add(series);
                }
                else if (!@case.Accepts(asked.Part, series)) otherOrigin += series.Count;
                else
                {
                    undated += series.Undated;
                    ahead += series.ClockAhead;
                    taken.Add(series);
                }
            }
        }

        var counted = new Counted(taken.ToImmutable(), Lacking(@case, asked, otherRelease, otherOrigin, LastUndated(taken), ahead, revoked)) { Lost = Lost(taken) };
        didNotCount("recorded by a revoked key: no pass of it counts", revoked);
        didNotCount("another release", otherRelease);
        didNotCount("an origin that the control does not accept", otherOrigin);
        didNotCount("undated", undated);
        didNotCount("begun after its own entry", ahead);
        var (blind, changed, few) = (0, 0, 0);
        foreach (var series in counted.Series)
        {
            blind += series.Blind;
            changed += series.TargetChanged;
            few += TooFew(@case, asked.Part, series);
        }

        didNotCount("nothing was seen", blind);
        didNotCount("the target changed while it was looked at", changed);
        didNotCount("too little was looked at", few);
        return counted;
    }

    /// <summary>The question in its environment; what is about the release counts from every environment that it was asked in.</summary>
    static IEnumerable<(Digest Question, string Environment)> Places(Case @case, PartQuestion asked)
    {
        yield return (asked.Question.Digest, asked.Environment);
        if (!asked.Control.AboutRelease || asked.Part.In is not null) yield break;
        foreach (var environment in @case.Document.Environments)
        {
            if (environment.Name == asked.Environment) continue;
            foreach (var there in Asks.Of(@case.Document, asked.Control, environment.Name))
                if (there.Name == asked.Name) yield return (there.Question.Digest, environment.Name);
        }
    }

    static int TooFew(Case @case, Part part, Series series)
    {
        var least = part.LeastPopulation ?? 0;
        foreach (var step in part.Steps) least = Math.Max(least, step.LeastPopulation ?? @case.Kinds.Find(step.Kind)?.LeastPopulation ?? 1);
        if (series.LeastPopulation >= least) return 0; // the common case costs nothing
        return series.Runs.Count(run => run.Sights.Any(sight => sight.Observation is not null && sight.Population < least));
    }

    static UndatedLook? LastUndated(IEnumerable<Series> taken)
    {
        UndatedLook? last = null;
        foreach (var series in taken) last = UndatedLook.Later(last, series.LastUndated);
        return last;
    }

    static UndatedLook? Lost(IEnumerable<Series> taken)
    {
        UndatedLook? last = null;
        foreach (var series in taken) last = UndatedLook.Later(last, series.Lost);
        return last;
    }

    static (Why Why, string Says) Lacking(Case @case, PartQuestion asked, int otherRelease, int otherOrigin, UndatedLook? undated, int ahead, int revoked) =>
        revoked > 0 ? (Why.OriginNotAccepted, "seen only by a key that was revoked")
        : otherRelease > 0 ? (Why.OtherRelease, "seen for another release only")
        : otherOrigin > 0 ? (Why.OriginNotAccepted, "seen only by evidence of an origin that the control does not accept")
        : undated is not null ? (undated.Blind ? Why.Blind : Why.Undated, undated.Says ?? "the evidence does not say when it was made")
        : ahead > 0 ? (Why.ClockAhead, "the evidence says that it began after it was recorded")
        : @case.Ledger.Runs(asked.Question.Digest).Count > 0 ? (Why.NeverRun, $"never run in {asked.Environment}; it was in another environment")
        : @case.Ledger.WasAsked(asked.Name, asked.Environment) ? (Why.OtherQuestion, "not run since its question changed")
        : (Why.NeverRun, "never run");
}

/// <summary>The runs that count for one check, and why there is nothing if there is nothing.</summary>
sealed record Counted(ImmutableArray<Series> Series, (Why Why, string Says) Lacking)
{
    /// <summary>The newest look that read no report: what was read before it proves nothing until a report is read again.</summary>
    public UndatedLook? Lost { get; init; }

    /// <summary>Newest first; at the same start by the digest of the entry, so that arrival does not matter.</summary>
    public IEnumerable<(Seen Run, Series Series)> NewestFirst() => Series is [var only] ? Backwards(only) : Series.SelectMany(Backwards)
        .OrderByDescending(one => one.Run.Started).ThenByDescending(one => one.Run.Entry.Hex, StringComparer.Ordinal);

    // Most checks have one series, long and sorted, of which the newest run is all that is read.
    static IEnumerable<(Seen Run, Series Series)> Backwards(Series series)
    {
        var runs = series.Runs;
        for (var i = runs.Count - 1; i >= 0; i--) yield return (runs[i], series);
    }
}
