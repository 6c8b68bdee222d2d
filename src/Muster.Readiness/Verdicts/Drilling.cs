using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// The kind <c>drill</c>: a rehearsal that one person ran and signed, and another witnessed. The newest decides, since a team that could last year and cannot now cannot.
/// It counts as long as it is fresh; a runbook that changed since is another question. One that failed stands until a later one passes, whether somebody takes it back or not.
/// </summary>
public static class Drilling
{
    /// <summary>Nobody does two steps of a drill within a second.</summary>
    const double Instantly = 1;

    internal static PartFound Of(Case @case, PartQuestion asked)
    {
        var step = asked.Part.Steps[0];
        var ran = @case.Ledger.All<Fact.Drilled>().Where(one => one.Fact.Control == asked.Control.Id && one.Fact.Environment == asked.Environment).ToList();
        var same = ran.Where(one => one.Fact.Question == asked.Question.Digest).ToList();
        var weighed = same.Where(one => IsTold(@case, asked, one.Entry, one.Fact)).Select(one => Weighed.Of(@case, asked, one.Entry, one.Fact)).Where(one => one.Counts(@case, step))
            .OrderByDescending(one => one.Fact.Started).ThenByDescending(one => one.Outcome is Outcome.Fail).ThenBy(one => one.Entry.Id.Hex, StringComparer.Ordinal).ToList();
        @case.DidNotCount("a drill that its role, release, time, author or pace does not bear out", same.Count - weighed.Count);
        if (weighed.Count == 0) return None(asked, ran.Count, same.Count);

        // One that failed stands until a later one passes: what proves nothing yet takes nothing back.
        var failed = weighed.FindIndex(one => one.Outcome is Outcome.Fail);
        var passed = weighed.FindIndex(one => one.Outcome is not (Outcome.Fail or Outcome.Unproven));
        var deciding = failed >= 0 && (passed < 0 || failed < passed) ? failed : 0;
        var (entry, fact, runner, witnesses, seen, outcome) = weighed[deciding];
        // Where more than one is asked for, those count that are passes by themselves.
        if (deciding == passed) outcome = Weighing(asked, seen, weighed.Count(one => one.Outcome is not (Outcome.Fail or Outcome.Unproven)));
        var freshUntil = fact.Started + asked.Part.Fresh;
        var (state, why, says) = outcome switch
        {
            Outcome.Fail fail => (State.Failed, (Why?)null, fail.Says),
            Outcome.Unproven unproven => (State.Unproven, unproven.Why, unproven.Why != Why.OriginNotAccepted && witnesses.IsEmpty && fact.Seen["outcome"] is Value.Text { Is: "passed" } ? $"drilled by {runner}, and nobody else has witnessed it" : unproven.Says),
            _ when @case.At > freshUntil => (State.Unproven, Why.Stale, $"overdue: drilled {Instant.Write(fact.Started)}, and due again by {Instant.Write(freshUntil)}"),
            _ => (State.Met, null, $"drilled by {runner} and witnessed by {string.Join(", ", witnesses.Select(one => @case.PersonNamed(one.Entry.Signer)).Distinct())}"),
        };
        return new(asked, state, says)
        {
            Why = why,
            Compared = outcome.Compared,
            Evidence = entry.Id,
            Environment = asked.Environment,
            SeenAt = fact.Started,
            FreshUntil = freshUntil,
            Origin = Origin.Attested,
            Targets = Value.Null,
            // Who witnessed it is an author of the evidence as much as who ran it; and a later drill that proves nothing makes nobody less of one.
            Signers = [.. weighed.Take(Math.Max(deciding, passed) + 1).SelectMany(one => one.Witnesses.Select(other => other.Entry.Signer).Prepend(one.Entry.Signer)).Distinct()],
        };
    }

    /// <summary>A drill, and what it comes to.</summary>
    sealed record Weighed(Entry Entry, Fact.Drilled Fact, string Runner, ImmutableArray<(Entry Entry, Fact.DrillWitnessed Fact)> Witnesses, Value.Fields Seen, Outcome Outcome)
    {
        public static Weighed Of(Case @case, PartQuestion asked, Entry entry, Fact.Drilled fact)
        {
            var (step, runner) = (asked.Part.Steps[0], @case.PersonNamed(entry.Signer));
            var witnesses = @case.Ledger.All<Fact.DrillWitnessed>().Where(one => one.Fact.Drill == entry.Id && MayWitness(@case, asked, one.Entry, one.Fact, runner)).ToImmutableArray();
            var seen = Drilling.Seen(step, fact, runner, [.. witnesses.Select(one => @case.PersonNamed(one.Entry.Signer)).Distinct().Order(StringComparer.Ordinal)]);
            var outcome = Weighing(asked, seen, asked.Part.LeastPopulation ?? 1);
            // Whose key was revoked proves nothing any more, and takes nothing back either: what he said against it stands.
            return new(entry, fact, runner, witnesses, seen, outcome is Outcome.Fail || @case.SignerOf(entry).Person is not null ? outcome : new Outcome.Unproven(outcome.Compared, Why.OriginNotAccepted, $"drilled by {runner}, whose key does not count any more"));
        }

        /// <summary>Nothing that speaks for it counts when it was taken back or cannot have been done so; what speaks against it counts always.</summary>
        public bool Counts(Case @case, Step step) => Outcome is Outcome.Fail || Speaks(@case, step, Entry, Fact);
    }

    /// <summary>What a drill comes to where there are that many.</summary>
    static Outcome Weighing(PartQuestion asked, Value.Fields seen, long drills) =>
        Weigh.Of(asked.Part.Steps[0], new Sight { Observation = seen, Population = (int)Math.Min(int.MaxValue, drills) }, JudgeKinds.Drill, new() { LeastPopulation = asked.Part.LeastPopulation ?? 1, Part = asked.Short });

    static PartFound None(PartQuestion asked, int ran, int same) => new(asked, State.Unproven,
        same > 0 ? "drilled, but not so that it counts" : ran > 0 ? "drilled, and the runbook or what is asked of the drill has changed since" : "nobody has drilled it")
    {
        Why = same > 0 ? Why.OriginNotAccepted : ran > 0 ? Why.OtherQuestion : Why.NeverRun,
    };

    static Value.Fields Seen(Step step, Fact.Drilled fact, string runner, ImmutableArray<string> witnesses)
    {
        var stamped = Lines(fact.Seen, "step").Select(line => (line["says"] as Value.Text)?.Is ?? "").ToList();
        var stages = (step.Parameters["stages"] as Value.Items)?.Are.OfType<Value.Text>().Select(stage => stage.Is) ?? [];
        var missed = stages.Where(stage => !stamped.Exists(says => says.StartsWith(stage, StringComparison.OrdinalIgnoreCase)));
        // What follows from the transcript is counted, and not believed.
        var seen = fact.Seen.With("steps", stamped.Count).With("deviations", Value.Texts(Lines(fact.Seen, "deviation").Select(line => (line["says"] as Value.Text)?.Is ?? ""))).With("missed", Value.Texts(missed)).With("ran_by", runner).With("witnessed_by", Value.Texts(witnesses)).With("witnessed", witnesses.IsEmpty ? null : Value.True);
        return step.Parameters["written_by"] is Value.Items { Are: var authors } ? seen.With("by_author", authors.Contains((Value)runner)) : seen.With("by_author", null);
    }

    static IEnumerable<Value.Fields> Lines(Value.Fields seen, params string[] kinds) =>
        (seen["transcript"] as Value.Items)?.Are.OfType<Value.Fields>().Where(line => line["kind"] is Value.Text { Is: var kind } && kinds.Contains(kind)) ?? [];

    static bool Speaks(Case @case, Step step, Entry entry, Fact.Drilled fact) => WhyNot(step.Parameters, fact) is null && !@case.IsWithdrawn(entry);

    static bool IsTold(Case @case, PartQuestion asked, Entry entry, Fact.Drilled fact) =>
        @case.Document.HolderOf(entry.Signer) is { } person
        && asked.Part.Steps[0].Parameters["by"] is Value.Text { Is: var role } && fact.Role == role && person.Roles.Contains(role)
        && (asked.Part.Binds == Binds.Environment || fact.Release == @case.Release)
        && fact.Started <= fact.At && fact.At <= entry.Time + Clock.Slack;

    static bool MayWitness(Case @case, PartQuestion asked, Entry entry, Fact.DrillWitnessed fact, string runner) =>
        @case.SignerOf(entry).Person is { } person && person.Name != runner
        && (asked.Part.Steps[0].Parameters["witness"] is not Value.Text { Is: var role } || person.Roles.Contains(role))
        && fact.At <= entry.Time + Clock.Slack
        && !@case.IsWithdrawn(entry);

    static string? WhyNot(Value.Fields parameters, Fact.Drilled fact) => WhyNot(parameters, fact.Seen)
        ?? (fact.Seen["duration"] is Value.Number { Is: var duration } && duration > (fact.At - fact.Started + Clock.Slack).TotalSeconds ? $"it is said to have taken {duration:0.#} s, and lies within {(fact.At - fact.Started).TotalSeconds:0.#} s" : null);

    /// <summary>Why what was written down was not done, in words; null where it may have been.</summary>
    public static string? WhyNot(Value.Fields parameters, Value.Fields seen)
    {
        if (seen["transcript"] is not Value.Items || seen["duration"] is not Value.Number { Is: >= 0 and var duration }) return "it has no transcript or no time";
        var steps = Lines(seen, "step", "deviation").Select(line => line["after"] is Value.Number { Is: var after } ? after : -1).ToList();
        if (steps.Count == 0) return "none of its steps was stamped";
        if (steps.Exists(after => after < 0 || after > duration + Instantly)) return "a step was stamped outside of its time";
        if ((steps.Count > 1 && steps.Max() - steps.Min() < Instantly) || duration < Instantly) return "all of it was stamped within a second, as nobody does it";
        if (seen["rto"] is Value.Number { Is: var rto } && rto > duration) return $"recovery is said to have taken {rto:0.#} s, and all of it took {duration:0.#} s";
        return parameters["least"] is Value.Number { Is: var least } && duration < least ? $"it took {duration:0.#} s, and nobody can do it in less than {least:0.#} s" : null;
    }
}
