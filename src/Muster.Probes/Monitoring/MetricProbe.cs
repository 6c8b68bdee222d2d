using Muster.Readiness;

namespace Muster.Probes;

static class MetricProbe
{
    public static async Task<Sight> Look(Asked asked, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(asked);
        var question = MetricQuestion.Read(given);
        var api = await MetricStoreApi.Of(given, question.Lookback, context, cancel);
        var before = await api.Identity(cancel);
        var (seen, count, restsOn) = await Answer(question, api, cancel);
        var present = new List<MetricPresence>();
        foreach (var selector in question.Selectors) present.Add(await MetricPresence.Of(selector, question, api, cancel));
        var silent = present.Where(one => one.Age is null || one.Age > question.Gap).ToList();
        seen = seen.With(("window", question.Window), ("silent", Value.Texts(silent.Select(one => one.Selector))), ("age", present.Max(one => one.Age) is { } age ? age : null));
        var isNone = count == 0 || restsOn == 0 || silent.Count > 0;
        var (decided, population) = (isNone, question.NoData) switch
        {
            (false, _) => (seen.With(("no_data", false), ("taken_as_zero", false), ("coverage", Covered(present, question))), restsOn),
            (true, NoData.Zero) => await Zero(seen, count, present, question, api, cancel),
            (true, NoData.Fail) => (Without(seen), 1),
            _ => (Without(seen), 0),
        };
        return new() { Observation = decided.With("samples", restsOn), Population = population, Before = before, After = await api.Identity(cancel) };
    }

    static async Task<(Value.Fields Seen, int Count, long RestsOn)> Answer(MetricQuestion question, MetricStoreApi api, CancellationToken cancel)
    {
        if (question.Over is not { } over)
        {
            var (samples, read) = await api.Ask(question.Query, cancel);
            return (QueryAnswer.Of(samples), samples.Count, read);
        }

        var (data, restsOn) = await api.Range(question.Query, over, question.Step, cancel);
        var (seen, count, _) = QueryAnswer.OfRange(data);
        return (seen, count, restsOn);
    }

    /// <summary>The share of the selector that has least; an answer over a window that was not watched is none.</summary>
    static double Covered(List<MetricPresence> present, MetricQuestion question)
    {
        var least = present.MinBy(one => one.Covered)!;
        return least.Covered >= question.Coverage ? least.Covered : throw new Unseen(Blind.Unreadable,
            FormattableString.Invariant($"the window of {question.Window:0.###} s is not covered: {Bounded.Start(least.Selector, 200)} has samples in {least.Covered:P1} of its pieces of {question.Piece:0.###} s, and {question.Coverage:P1} are asked for"));
    }

    /// <summary>Nothing is zero where a witness shows that somebody was there to count, in as much of the window as is asked for and at its end.</summary>
    static async Task<(Value.Fields, long)> Zero(Value.Fields seen, int count, List<MetricPresence> present, MetricQuestion question, MetricStoreApi api, CancellationToken cancel)
    {
        var witness = await MetricPresence.OfWitness(question.Witness!, question, api, cancel);
        if (!witness.EndsCovered || !(witness.Age <= question.Gap) || witness.Covered < question.Coverage)
        {
            throw new Unseen(Blind.Unreadable, FormattableString.Invariant($"nothing is not taken as zero: the witness {Bounded.Start(witness.Selector, 200)} is above 0 in {witness.Covered:P1} of the pieces of {question.Piece:0.###} s{(witness.EndsCovered ? "" : ", and not in the newest")}"));
        }

        // What is there of the query must have been there throughout.
        var rest = present.Where(one => one.Age <= question.Gap).ToList();
        var covered = rest.Count == 0 ? witness.Covered : Math.Min(witness.Covered, Covered(rest, question));
        if (count == 0) seen = seen.With(("value", 0), ("values", Value.List([0])), ("lowest", 0), ("highest", 0));
        return (seen.With(("no_data", false), ("taken_as_zero", true), ("coverage", covered), ("age", Math.Max(witness.Age ?? 0, rest.Max(one => one.Age) ?? 0))), witness.Samples);
    }

    /// <summary>A value that stands for missing series, as that of "or vector(0)", is not shown as one.</summary>
    static Value.Fields Without(Value.Fields seen) => seen
        .With(("value", null), ("values", null), ("series", null), ("lowest", null), ("highest", null), ("first", null), ("rise", null))
        .With(("no_data", true), ("taken_as_zero", false));
}
