using System.Runtime.CompilerServices;

namespace Muster.Readiness;

/// <summary>
/// One matcher beside the value that it looks at. Fields within a map are leaves of their own, named with dots (<c>json.checks.database</c>),
/// so that a failure names the one thing that failed and not the map around it.
/// </summary>
/// <param name="Seen">Null if there was nothing.</param>
sealed record Leaf(string Path, Matcher Matcher, Value? Seen, Answer Answer)
{
    const int LongestShown = 400;

    // Every verdict shows every expectation, and a document's matchers never change.
    static readonly ConditionalWeakTable<Matcher, string> InWords = [];

    public static IEnumerable<Leaf> Of(Matching words, string path, Matcher matcher, Value seen) => matcher switch
    {
        Matcher.Has { Fields.IsDefaultOrEmpty: false } has when seen is Value.Fields map => has.Fields.SelectMany(field => Within(words, Joined(path, field.Path), field, map)),
        Matcher.Both both when both.All.Any(inner => inner is Matcher.Has) => both.All.SelectMany(inner => Of(words, path, inner, seen)),
        _ => [new(path, matcher, seen, words.Of(matcher, seen))],
    };

    static IEnumerable<Leaf> Within(Matching words, string path, FieldMatcher field, Value.Fields map) => Matching.Find(map, field.Path) is { } found
        ? Of(words, path, field.Matcher, found)
        : [new(path, field.Matcher, null, Matching.Absent(field))];

    static string Joined(string path, string inner) => inner.StartsWith('/') ? path + inner : $"{path}.{inner}";

    public Compared Beside(Step step, WeighingContext references) => new(
        references.Part.Length == 0 ? Named(step) : $"{references.Part}:{Named(step)}",
        Expected(references),
        Seen is null ? "not seen" : Shown(Seen, ShapeOf(Matcher)),
        Answer.Holds);

    public string Says(Step step, Compared compared) =>
        $"{Named(step)}: expected {compared.Expected}, saw {compared.Observed}" + (Answer.Says.Length > 0 ? $" ({Answer.Says})" : "");

    string Named(Step step) => step.Name.Length == 0 ? Path : $"{step.Name}.{Path}";

    /// <summary>In words, each reference as the value that it stands for now and where that came from.</summary>
    string Expected(WeighingContext references)
    {
        var said = InWords.GetValue(Matcher, Words.Of);
        if (!said.Contains("$(", StringComparison.Ordinal)) return said;
        var words = new Value.Text(said);
        var filled = Placeholder.Fill(words, name => references.Refer(name) is { } value ? $"{Shown(value, ShapeOf(Matcher))} (from {name})" : null);
        return filled is Value.Text text ? text.Is : words.Is;
    }

    static string Shown(Value seen, Shape shape)
    {
        if (!Finite(seen)) return "not a number"; // JSON cannot say it, so neither can a statement
        var shown = Quantity.Show(seen, shape);
        return shown.Length <= LongestShown ? shown : shown[..LongestShown] + "…";
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
}
