using Muster.Readiness;

namespace Muster.Probes;

static class MetricQueryProbe
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
        var least = present.MinBy(one => one.Covered)!;
        var isNone = count == 0 || restsOn == 0 || silent.Count > 0;
        var (decided, population) = question.NoData switch
        {
            NoData.Zero when isNone || least.Covered < question.Coverage => await Zero(seen, count, present, question, api, cancel),
            // Series that are here, and were not throughout, leave an answer empty as well: that is not decided, it is not known.
            _ when silent.Count == 0 && least.Covered < question.Coverage => throw NotCovered(least, question),
            _ when !isNone => (seen.With(("no_data", false), ("taken_as_zero", false), ("coverage", least.Covered)), restsOn),
            NoData.Fail => (Without(seen), 1),
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
        if (data.Items("result").Any(one => one.Items("histograms").Any())) throw new Unseen(Blind.BadQuestion, "the answer holds native histograms, which are no numbers: ask histogram_quantile() or histogram_count() of them");
        // The last point that was asked for is less than a step before the moment; an answer that ended before is none of now.
        var (seen, count, _) = QueryAnswer.OfRange(data, api.Now - question.Step);
        return (seen, count, restsOn);
    }

    /// <summary>An answer over a window that was not watched is none.</summary>
    static Unseen NotCovered(MetricPresence least, MetricQuestion question) => new(Blind.Unreadable,
        FormattableString.Invariant($"the window of {question.Window:0.###} s is not covered: {Bounded.Start(least.Selector, 200)} has samples in {least.Covered * 100:0.##}% of its pieces of {question.Piece:0.###} s, and {question.Coverage * 100:0.##}% are asked for"));

    /// <summary>What is missing is zero where a witness shows that somebody was there to count, in as much of the window as is asked for and at its end.</summary>
    static async Task<(Value.Fields, long)> Zero(Value.Fields seen, int count, List<MetricPresence> present, MetricQuestion question, MetricStoreApi api, CancellationToken cancel)
    {
        var witness = await MetricPresence.OfWitness(question.Witness!, question, api, cancel);
        if (!witness.EndsCovered || !(witness.Age <= question.Gap) || witness.Covered < question.Coverage)
        {
            throw new Unseen(Blind.Unreadable, FormattableString.Invariant($"what is missing is not taken as zero: the witness {Bounded.Start(witness.Selector, 200)} is above 0 in {witness.Covered * 100:0.##}% of the pieces of {question.Piece:0.###} s{(witness.EndsCovered ? "" : ", and not in the newest")}"));
        }

        if (count == 0) seen = seen.With(("value", 0), ("values", Value.List([0])), ("lowest", 0), ("highest", 0));
        var age = present.Where(one => one.Age <= question.Gap).Select(one => one.Age).Append(witness.Age).Max();
        return (seen.With(("no_data", false), ("taken_as_zero", true), ("coverage", witness.Covered), ("age", age is { } oldest ? oldest : null)), witness.Samples);
    }

    /// <summary>A value that stands for missing series, as that of "or vector(0)", is not shown as one.</summary>
    static Value.Fields Without(Value.Fields seen) =>
        new Value.Fields(seen.Where(field => field.Key is not ("value" or "values" or "series" or "lowest" or "highest" or "first" or "rise"))).With(("no_data", true), ("taken_as_zero", false));
}
