using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One observation beside one expectation. Nothing seen never holds; one matcher that fails is a fail, even beside others that cannot be told.</summary>
public static class Weigh
{
    /// <param name="kind">The kind as this build knows it; it is asked only for a least population that the document does not carry.</param>
    public static Outcome Of(Step step, Sight sight, Kind? kind, WeighingContext references)
    {
        if (Unusable(step, sight, kind, references) is { } why) return new Outcome.Unproven(Unseen(step, references), why.Why, why.Says);
        var found = Answers(step, sight, kind, references);
        var compared = ImmutableArray.CreateBuilder<Compared>(found.Length);
        for (var i = 0; i < found.Length; i++) compared.Add(Beside(step, step.Expect.Fields[i], sight.Observation!, found[i], references));
        var all = compared.MoveToImmutable();
        if (Array.FindIndex(found, answer => answer.Holds == false) is var no and >= 0) return new Outcome.Fail(all, Says(all[no], found[no]));
        if (found.Length == 0) return new Outcome.Unproven(all, Why.NotObservable, "nothing is expected, so nothing can hold");
        if (Array.FindIndex(found, answer => answer.Holds is null) is var open and >= 0) return new Outcome.Unproven(all, found[open].Why, found[open].Says);
        return new Outcome.Pass(all);
    }

    /// <summary>The same without its words, for the history behind what is shown.</summary>
    internal static bool? Holds(Step step, Sight sight, Kind? kind, WeighingContext references)
    {
        if (Unusable(step, sight, kind, references) is not null) return null;
        bool? holds = step.Expect.Fields.IsDefaultOrEmpty ? null : true;
        foreach (var answer in Answers(step, sight, kind, references))
        {
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

    static Answer[] Answers(Step step, Sight sight, Kind? kind, WeighingContext references)
    {
        var matching = new Matching(references.Refer, sight.Population, Least(step, kind, references));
        var fields = step.Expect.Fields;
        if (fields.IsDefaultOrEmpty) return [];
        var answers = new Answer[fields.Length];
        for (var i = 0; i < answers.Length; i++)
            answers[i] = Seen(fields[i].Path, sight.Observation!) is { } seen ? matching.Of(fields[i].Matcher, seen) : Nothing(fields[i], sight.Observation!);
        return answers;
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

    static Compared Beside(Step step, FieldMatcher field, Value.Fields observation, Answer answer, WeighingContext references) => new(
        Name(step, field, references),
        Words.Of(field.Matcher),
        Seen(field.Path, observation) is { } seen ? Shown(seen, ShapeOf(field.Matcher)) : "not seen",
        answer.Holds);

    static ImmutableArray<Compared> Unseen(Step step, WeighingContext references) => step.Expect.Fields.IsDefaultOrEmpty
        ? []
        : [.. step.Expect.Fields.Select(field => new Compared(Name(step, field, references), Words.Of(field.Matcher), "not seen"))];

    static string Name(Step step, FieldMatcher field, WeighingContext references) =>
        references.Part + ":" + (step.Name.Length == 0 ? field.Path : step.Name + "." + field.Path);

    static string Says(Compared compared, Answer answer)
    {
        var name = compared.Name[(compared.Name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return $"{name}: expected {compared.Expected}, saw {compared.Observed}" + (answer.Says.Length > 0 ? $" ({answer.Says})" : "");
    }

    static string Shown(Value seen, Shape shape)
    {
        if (!Finite(seen)) return "not a number"; // JSON cannot say it, so neither can a statement
        var shown = Quantity.Show(seen, shape);
        return shown.Length <= 400 ? shown : shown[..400] + "…";
    }

    static bool Finite(Value value) => value switch
    {
        Value.Number number => double.IsFinite(number.Is),
        Value.Items items => items.Are.All(Finite),
        Value.Fields fields => fields.All(field => Finite(field.Value)),
        _ => true,
    };

    static Shape ShapeOf(Matcher matcher) => matcher switch
    {
        Matcher.Is x => x.Shape,
        Matcher.Compare x => x.Shape,
        Matcher.Not x => ShapeOf(x.Inner),
        Matcher.Both { All: [var first, ..] } => ShapeOf(first),
        _ => Shape.Any,
    };

    static string BlindSays(Blind? blind) => blind switch
    {
        Blind.Deadline => "the deadline passed",
        Blind.NoSuchHost => "the name did not resolve",
        Blind.Unreachable => "no connection, or it broke",
        Blind.Refused => "the outbound guard refused the address",
        Blind.Unreadable => "the answer could not be read",
        Blind.TooLarge => "the answer was larger than its bound",
        Blind.NoConsent => "the environment gives no consent for this hazard",
        Blind.NoVantage => "there is nobody at this vantage",
        Blind.NoSecret => "a secret that the target names is not there",
        Blind.NotCapable => "this machine lacks a capability",
        Blind.Crashed => "the probe broke",
        Blind.NotReached => "an earlier step was not seen",
        Blind.BadQuestion => "the question cannot be asked as it is written",
        _ => "nothing was seen",
    };
}
