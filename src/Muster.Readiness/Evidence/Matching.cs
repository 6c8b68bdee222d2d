using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Muster.Readiness;

/// <summary>
/// Whether a matcher holds: yes, no, or it cannot be told. <see cref="Firm"/> is a no that "not" does not turn into a yes,
/// since it comes from having nothing, or nothing of the right type, to look at.
/// </summary>
readonly record struct Answer(bool? Holds, string Says = "", Why Why = Why.NotSeen, bool Firm = false)
{
    public static readonly Answer Yes = new(true);
    public static readonly Answer No = new(false);

    public static Answer Of(bool holds) => holds ? Yes : No;

    public static Answer Mismatch(string wanted, Value seen) => new(false, $"{wanted} was expected, {Named(seen)} was seen", Firm: true);

    public static Answer Unproven(Why why, string says) => new(null, says, why);

    static string Named(Value value) => value switch
    {
        Value.Nothing => "null",
        Value.Truth => "a truth value",
        Value.Number => "a number",
        Value.Text => "text",
        Value.Items => "a list",
        _ => "a map",
    };
}

/// <summary>The words of <c>expect</c>, over one value. Nothing seen never holds.</summary>
sealed class Matching(Func<string, Value?> find, long population, long leastPopulation)
{
    const int LongestText = 1 << 20;

    // Compiling a pattern costs more than using it; one lives as long as the document that it comes from.
    static readonly ConditionalWeakTable<Matcher.Matches, Regex?> Patterns = [];

    static readonly Answer NoElement = Answer.Unproven(Why.NotSeen, "there is no element to look at");
    static readonly Answer NothingExpected = Answer.Unproven(Why.NotObservable, "nothing is expected, so nothing can hold");

    public Answer Of(Matcher matcher, Value seen) => matcher switch
    {
        Matcher.Present x => Answer.Of(x.Expected == seen is not Value.Nothing),
        Matcher.Not x => Turned(Of(x.Inner, seen)),
        Matcher.Both x => All(x.All, inner => Of(inner, seen)),
        Matcher.Is x => Refer(x.To, out var to) ? Equal(seen, to) : Missing(x.To),
        Matcher.Compare x => Compared(x, seen),
        Matcher.OneOf x => OneOf(x.Choices, seen),
        Matcher.Matches x => Match(x, seen),
        Matcher.Contains x => Refer(x.Part, out var part) ? Contains(seen, part) : Missing(x.Part),
        Matcher.Exactly x => WithElements(x.Elements, seen, Exactly),
        Matcher.Only x => WithElements(x.Elements, seen, Only),
        Matcher.Includes x => WithElements(x.Elements, seen, Includes),
        Matcher.Every x => Elements(seen, items => All(items, item => Of(x.Element, item))),
        Matcher.Some x => Elements(seen, items => Any(items, item => Of(x.Element, item))),
        Matcher.NoneOf x => Elements(seen, items => Turned(Any(items, item => Of(x.Element, item)))),
        Matcher.Count x => Count(x.Number, seen),
        Matcher.Has x => seen is Value.Fields map ? All(x.Fields, field => Field(field, map)) : Answer.Mismatch("a map", seen),
        _ => throw new UnreachableException(),
    };

    /// <summary>A field within a map that was seen: what is not in it is absent, and only <c>present: false</c> is content with that.</summary>
    Answer Field(FieldMatcher field, Value.Fields map) => Find(map, field.Path) is { } found ? Of(field.Matcher, found) : Absent(field);

    public static Value? Find(Value.Fields map, string path) => path.StartsWith('/') ? JsonPointer.Find(map, path) : map[path];

    public static Answer Absent(FieldMatcher field) => field.Matcher is Matcher.Present present
        ? Answer.Of(!present.Expected)
        : Answer.Unproven(Why.NotSeen, $"{field.Path} is not in what was seen");

    static Answer Turned(Answer inner) => inner switch
    {
        { Holds: null } => inner,
        { Holds: true } => Answer.No,
        { Firm: true } => inner,
        _ => Answer.Yes,
    };

    static Answer All<T>(ImmutableArray<T> each, Func<T, Answer> ask)
    {
        if (each.IsDefaultOrEmpty) return NothingExpected;
        Answer? no = null, open = null;
        foreach (var one in each)
        {
            var answer = ask(one);
            if (answer.Holds == false && no is not { Firm: true }) no = answer;
            if (answer.Holds is null) open ??= answer;
        }

        return no ?? open ?? Answer.Yes;
    }

    static Answer Any(ImmutableArray<Value> each, Func<Value, Answer> ask)
    {
        Answer? no = null, open = null;
        foreach (var one in each)
        {
            var answer = ask(one);
            if (answer.Holds == true) return Answer.Yes;
            if (answer.Holds is null) open ??= answer;
            else if (no is not { Firm: true }) no = answer;
        }

        return no is { Firm: true } ? no.Value : open ?? no ?? NoElement;
    }

    static Answer Elements(Value seen, Func<ImmutableArray<Value>, Answer> ask) => seen switch
    {
        Value.Items { Are.IsEmpty: true } => NoElement,
        Value.Items items => ask(items.Are),
        _ => Answer.Mismatch("a list", seen),
    };

    Answer Equal(Value seen, Value to)
    {
        if (NotANumber(seen) is { } nan) return nan;
        if (seen.Equals(to)) return seen is Value.Items { Are.IsEmpty: true } or Value.Fields { Count: 0 } ? Populated() : Answer.Yes;
        if (to is Value.Nothing || seen.GetType() == to.GetType()) return Answer.No;
        return Answer.Mismatch(Quantity.Show(to, Shape.Any), seen);
    }

    Answer Compared(Matcher.Compare compare, Value seen)
    {
        if (!Refer(compare.Limit, out var limit)) return Missing(compare.Limit);
        Value? upper = null;
        if (compare.How == Comparison.Between && (compare.Upper is not { } top || !Refer(top, out upper))) return Missing(compare.Upper ?? compare.Limit);
        if (NotANumber(seen) is { } nan) return nan;
        if (Measure(seen, compare.Shape) is not { } value) return Answer.Mismatch(compare.Shape == Shape.Instant ? "an instant" : "a number", seen);
        if (Measure(limit, compare.Shape) is not { } least || !double.IsFinite(least)) return Missing(compare.Limit);
        var most = upper is null ? least : Measure(upper, compare.Shape) ?? double.NaN;
        if (!double.IsFinite(most)) return Missing(compare.Upper ?? compare.Limit);
        return Answer.Of(compare.How switch
        {
            Comparison.AtLeast => value >= least,
            Comparison.AtMost => value <= least,
            Comparison.Under => value < least,
            Comparison.Over => value > least,
            Comparison.Between => value >= least && value <= most,
            _ => throw new UnreachableException(),
        });
    }

    static double? Measure(Value value, Shape shape) => value switch
    {
        Value.Number number => number.Is,
        Value.Text text when shape == Shape.Instant && Instant.TryRead(text.Is, out var instant) => instant.ToUnixTimeMilliseconds() / 1000d,
        _ => null,
    };

    static Answer? NotANumber(Value seen) =>
        seen is Value.Number number && !double.IsFinite(number.Is) ? Answer.Unproven(Why.NotSeen, "what was seen is not a number") : null;

    Answer OneOf(ImmutableArray<Operand> choices, Value seen)
    {
        Answer? open = null, no = null;
        foreach (var choice in choices)
        {
            var answer = Refer(choice, out var to) ? Equal(seen, to) : Missing(choice);
            if (answer.Holds == true) return answer;
            if (answer.Holds is null) open ??= answer;
            else if (no is null or { Firm: true }) no = answer; // firm only if no choice is of the type that was seen
        }

        return open ?? no ?? NothingExpected;
    }

    static Answer Match(Matcher.Matches matches, Value seen)
    {
        if (seen is not Value.Text text) return Answer.Mismatch("text", seen);
        if (Patterns.GetValue(matches, static one => Compile(one.Pattern)) is not { } regex) return Answer.Unproven(Why.NotObservable, "the pattern cannot be used");
        if (text.Is.Length > LongestText) return Answer.Unproven(Why.NotSeen, "the text is longer than a pattern is tried on");
        var holds = regex.IsMatch(text.Is);
        return holds || text.Is.Length > 0 ? Answer.Of(holds) : new(false, "the text is empty", Firm: true);
    }

    static Regex? Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception unusable) when (unusable is ArgumentException or NotSupportedException)
        {
            return null; // the reader refuses such a pattern; in a document from elsewhere it holds for nothing
        }
    }

    static Answer Contains(Value seen, Value part) => (seen, part) switch
    {
        (Value.Text, Value.Text { Is: "" }) => NothingExpected,
        (Value.Text { Is: "" }, Value.Text) => new(false, "the text is empty", Firm: true),
        (Value.Text whole, Value.Text inner) => Answer.Of(whole.Is.Contains(inner.Is, StringComparison.Ordinal)),
        (Value.Text, _) => Answer.Mismatch("a list", seen),
        (Value.Items { Are.IsEmpty: true }, _) => new(false, "the list is empty", Firm: true),
        (Value.Items items, _) => Answer.Of(items.Are.Contains(part)),
        _ => Answer.Mismatch("text or a list", seen),
    };

    Answer WithElements(ImmutableArray<Operand> operands, Value seen, Func<ImmutableArray<Value>, ImmutableArray<Value>, Answer> compare)
    {
        if (seen is not Value.Items items) return Answer.Mismatch("a list", seen);
        var wanted = ImmutableArray.CreateBuilder<Value>(operands.Length);
        foreach (var operand in operands)
        {
            if (!Refer(operand, out var value)) return Missing(operand);
            if (operand.Reference is not null && value is Value.Items many) wanted.AddRange(many.Are);
            else wanted.Add(value);
        }

        return compare(items.Are, wanted.ToImmutable());
    }

    Answer Exactly(ImmutableArray<Value> seen, ImmutableArray<Value> wanted)
    {
        if (seen.IsEmpty) return wanted.IsEmpty ? Populated() : new(false, "the list is empty", Firm: true);
        if (seen.Length != wanted.Length) return Answer.No;
        var left = wanted.ToList();
        return Answer.Of(seen.All(left.Remove));
    }

    static Answer Only(ImmutableArray<Value> seen, ImmutableArray<Value> wanted) =>
        seen.IsEmpty ? NoElement : Answer.Of(seen.All(wanted.ToHashSet().Contains));

    static Answer Includes(ImmutableArray<Value> seen, ImmutableArray<Value> wanted)
    {
        if (wanted.IsEmpty) return NothingExpected;
        return seen.IsEmpty ? new(false, "the list is empty", Firm: true) : Answer.Of(wanted.All(seen.ToHashSet().Contains));
    }

    Answer Count(Matcher number, Value seen)
    {
        var count = seen switch { Value.Items items => items.Are.Length, Value.Fields fields => fields.Count, _ => -1 };
        if (count < 0) return Answer.Mismatch("a list", seen);
        var answer = Of(number, (Value)count);
        return count == 0 && Populated() is { Holds: null } unproven ? unproven : answer;
    }

    /// <summary>"None" is only believed beside proof that something was looked at.</summary>
    Answer Populated() => population >= Math.Max(1, leastPopulation)
        ? Answer.Yes
        : Answer.Unproven(Why.TooFew, "nothing was found, and nothing shows that anything was looked at");

    bool Refer(Operand operand, [NotNullWhen(true)] out Value? value)
    {
        value = operand.Reference is { } name ? find(name) : operand.Literal;
        return value is not null;
    }

    static Answer Missing(Operand operand) => Answer.Unproven(Why.NoReference, operand.Reference is { } name ? $"$({name}) has no value to compare with" : "there is no value to compare with");
}
