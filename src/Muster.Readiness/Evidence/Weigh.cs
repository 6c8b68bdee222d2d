using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One observation beside one expectation. Nothing seen never holds; one matcher that fails is a fail, even beside others that cannot be told.</summary>
public static class Weigh
{
    /// <param name="kind">The kind as this build knows it; it is asked only for a least population that the document does not carry.</param>
    public static Outcome Of(Step step, Sight sight, Kind? kind, WeighingContext references)
    {
        if (Unusable(step, sight, kind, references) is { } why) return new Outcome.Unproven(Unseen(step, references), why.Why, why.Says);
        var found = Leaves(step, sight, kind, references);
        ImmutableArray<Compared> all = [.. found.Select(leaf => leaf.Beside(step, references))];
        if (found.FindIndex(leaf => leaf.Answer.Holds == false) is var no and >= 0) return new Outcome.Fail(all, found[no].Says(step, all[no]));
        if (found.Count == 0) return new Outcome.Unproven(all, Why.NotObservable, "nothing is expected, so nothing can hold");
        if (found.Find(leaf => leaf.Answer.Holds is null) is { Answer: var open }) return new Outcome.Unproven(all, open.Why, open.Says);
        return new Outcome.Pass(all);
    }

    /// <summary>The same without its words, for the history behind what is shown.</summary>
    internal static bool? Holds(Step step, Sight sight, Kind? kind, WeighingContext references)
    {
        if (Unusable(step, sight, kind, references) is not null) return null;
        if (step.Expect.Fields.IsDefaultOrEmpty) return null;
        var words = Words(step, sight, kind, references);
        bool? holds = true;
        foreach (var field in step.Expect.Fields)
        {
            var answer = Seen(field.Path, sight.Observation!) is { } seen ? words.Of(field.Matcher, seen) : Nothing(field, sight.Observation!);
            if (answer.Holds == false) return false;
            if (answer.Holds is null) holds = null;
        }

        return holds;
    }

    /// <summary>Line 2, as far as it speaks of one look: blind, a target that changed under it, or too little to look at.</summary>
    static (Why Why, string Says)? Unusable(Step step, Sight sight, Kind? kind, WeighingContext references)
    {
        if (sight.Observation is null) return (Why.Blind, sight.Detail ?? BlindSays(sight.Blind));
        if (!Equals(sight.Before, sight.After)) return (Why.TargetChanged, "the target was not the same before and after");
        var least = Least(step, kind, references);
        return sight.Population < least ? (Why.TooFew, $"{sight.Population} {kind?.Population ?? "seen"}, at least {least} needed") : null;
    }

    static long Least(Step step, Kind? kind, WeighingContext references) =>
        Math.Max(step.LeastPopulation ?? kind?.LeastPopulation ?? 1, references.LeastPopulation);

    static Matching Words(Step step, Sight sight, Kind? kind, WeighingContext references) => new(references.Refer, sight.Population, Least(step, kind, references));

    static List<Leaf> Leaves(Step step, Sight sight, Kind? kind, WeighingContext references)
    {
        if (step.Expect.Fields.IsDefaultOrEmpty) return [];
        var words = Words(step, sight, kind, references);
        return [.. step.Expect.Fields.SelectMany(field => Seen(field.Path, sight.Observation!) is { } seen
            ? Leaf.Of(words, field.Path, field.Matcher, seen)
            : [new(field.Path, field.Matcher, null, Nothing(field, sight.Observation!))])];
    }

    /// <summary>
    /// A name is a field of the observation. A pointer looks into its free JSON: the field <c>json</c>, or <c>value</c> of a kind that has only that.
    /// An observation without any was not JSON: then nothing is known to be in it, and nothing to be missing from it.
    /// </summary>
    static Value? Seen(string path, Value.Fields observation) =>
        path.StartsWith('/') ? FreeJson(observation) is { } json ? JsonPointer.Find(json, path) : null : observation[path];

    static Value? FreeJson(Value.Fields observation) =>
        observation["json"] ?? (observation["cut"] is Value.Fields cut && cut["json"] is not null ? null : observation["value"]);

    // A field that the probe did not report was not looked at. A member that is missing from JSON which was read is known to be missing.
    static Answer Nothing(FieldMatcher field, Value.Fields observation) =>
        field.Path.StartsWith('/') && FreeJson(observation) is Value.Fields or Value.Items
            ? Matching.Absent(field)
            : Answer.Unproven(Why.NotSeen, $"{field.Path} was not observed");

    static ImmutableArray<Compared> Unseen(Step step, WeighingContext references) => step.Expect.Fields.IsDefaultOrEmpty
        ? []
        : [.. step.Expect.Fields.Select(field => new Leaf(field.Path, field.Matcher, null, default).Beside(step, references))];

    static string BlindSays(Blind? blind) => blind switch
    {
        Blind.Deadline => "the deadline passed",
        Blind.NoSuchHost => "the name did not resolve",
        Blind.Unreachable => "no connection, or it broke",
        Blind.Refused => "the outbound guard refused the address",
        Blind.Unreadable => "the answer could not be read",
        Blind.TooLarge => "the answer was larger than its bound",
        Blind.NoConsent => "the environment gives no consent for this hazard",
        Blind.NoVantage => "nobody could look from this vantage",
        Blind.NoSecret => "a secret that the target names is not there",
        Blind.NotCapable => "this machine lacks a capability",
        Blind.Crashed => "the probe broke",
        Blind.NotReached => "an earlier step was not seen",
        Blind.OtherSubject => "the report is not of this release",
        Blind.BadQuestion => "the question cannot be asked as it is written",
        Blind.NotAdmitted => "the credentials were not admitted",
        _ => "nothing was seen",
    };
}
