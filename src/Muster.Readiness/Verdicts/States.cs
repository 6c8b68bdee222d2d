using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Line 3: the state of a check from its runs, and of a control from its checks.</summary>
static class States
{
    public static ControlFound Of(Case @case, Control control, string environment)
    {
        var asks = Asks.Of(@case.Document, control, environment);
        if (asks.IsEmpty) return new(control, environment, State.Unmeasured, control.Sentence is { Lost: { } unread } said ? $"no check measures it; {Says(said, unread)}" : "no check measures it");
        var parts = asks.Select(asked => Of(@case, asked)).ToImmutableArray();
        var worst = parts is [var only] ? only : Worst(control, parts);
        var found = new ControlFound(control, environment, worst.State, Named(worst)) { Why = worst.Why, Parts = parts };
        if (control.Unreviewed) return found with { State = State.Unproven, Why = Why.Unreviewed, Because = $"proposed from {(control.Sentence is null ? "what was observed" : "its sentence")}, and no person has reviewed it" };
        // A fail stays one: what failed is not cleared by writing something else above it.
        return control.Sentence is { Lost: { } lost } sentence && found.State != State.Failed ? found with { State = State.Unproven, Why = Why.SentenceChanged, Because = Says(sentence, lost) } : found;
    }

    static string Says(ChecklistSentence sentence, Lost lost) => lost switch
    {
        Lost.NoFile => $"{sentence.File}, where its sentence stood, is not there",
        Lost.Unread => $"{sentence.File} could not be read, so that nobody knows what its sentence says now",
        _ => $"its sentence in {sentence.File} has changed since it was reviewed",
    };

    static PartFound Worst(Control control, ImmutableArray<PartFound> parts)
    {
        PartFound? worst = null;
        foreach (var cell in parts.GroupBy(part => part.Asked.Cell, ReferenceEqualityComparer.Instance))
        {
            var carries = control.Combine == Combine.Any ? cell.MaxBy(part => part.State)! : cell.MinBy(part => part.State)!;
            if (worst is null || carries.State < worst.State) worst = carries;
        }

        return worst!;
    }

    static string Named(PartFound part) => part.Asked.Short.Length == 0 ? part.Because : $"{part.Asked.Short}: {part.Because}";

    public static PartFound Of(Case @case, PartQuestion asked) => asked.Part.Steps switch
    {
        [{ Kind: "states" }] => SelectedStates.Of(@case, asked),
        [{ Kind: "attestation" }] => Attesting.Of(@case, asked),
        [{ Kind: "drill" }] => Drilling.Of(@case, asked),
        _ => FromRuns(@case, asked, Counting.Of(@case, asked)),
    };

    /// <summary>
    /// From the newest backwards, as far as needed: a pass ends the search, since it clears every earlier fail; nothing else does.
    /// Runs that began together are taken together, the worst of them last.
    /// </summary>
    static PartFound FromRuns(Case @case, PartQuestion asked, Counted counted)
    {
        var weighing = new Weighing(@case, asked, counted);
        (Seen Run, Series Series)? blind = null, pass = null;
        var looked = DateTimeOffset.MinValue;
        foreach (var one in counted.NewestFirst())
        {
            if (pass is { } newest && newest.Run.Started != one.Run.Started) break;
            switch (weighing.Holds(one.Run))
            {
                case false: return Shown(@case, weighing, one, State.Failed);
                case true when !@case.OnlyTakesAway(asked.Part, one.Series):
                    pass ??= one;
                    looked = Instant.Later(looked, one.Series.LookedAt(one.Run));
                    break;
                case true: break;
                default: blind ??= one; break;
            }
        }

        // What could not be seen this time is still what was seen before: else going blind would give force to a signature that the exchange of its target had voided.
        var known = pass is { Run: var last } ? TargetsOf(last) : null;
        if (blind is { } unproven) return Shown(@case, weighing, unproven, State.Unproven) with { Targets = TargetsOf(unproven.Run) ?? known };
        if (pass is not null && counted.Lost is { } lost && lost.Looked > looked)
            return new(asked, State.Unproven, lost.Says ?? "the report could not be read any more") { Why = Why.Blind, Signers = Signers(counted), Targets = known };
        if (pass is { } passed) return Shown(@case, weighing, passed, State.Met);
        return new(asked, State.Unproven, counted.Lacking.Says) { Why = counted.Lacking.Why, Signers = Signers(counted) };
    }

    static PartFound Shown(Case @case, Weighing weighing, (Seen Run, Series Series) by, State state)
    {
        var (compared, why, says) = weighing.InWords(by.Run);
        var freshUntil = by.Run.Started + weighing.Asked.Part.Fresh;
        var stale = state == State.Met && @case.At > freshUntil;
        return new(weighing.Asked, stale ? State.Unproven : state, stale ? $"stale: seen {Instant.Write(by.Run.Started)}, fresh until {Instant.Write(freshUntil)}" : says)
        {
            Why = stale ? Why.Stale : why,
            Compared = compared,
            Evidence = by.Run.Entry,
            Environment = by.Series.Environment,
            SeenAt = by.Run.Started,
            FreshUntil = freshUntil,
            Origin = @case.OriginOf(by.Series),
            By = @case.LookedElsewhere(by.Series),
            Targets = TargetsOf(by.Run),
            Signers = Signers(weighing.Counted),
        };
    }

    static Value.Items? TargetsOf(Seen run) => run.Sights.All(sight => sight.Observation is not null) ? Value.List(run.Sights.Select(sight => sight.Before ?? Value.Null)) : null;

    static ImmutableArray<string> Signers(Counted counted) => counted.Series switch
    {
        [{ } only] => [only.Signer],
        var many => [.. many.Select(series => series.Signer).Distinct()],
    };
}
