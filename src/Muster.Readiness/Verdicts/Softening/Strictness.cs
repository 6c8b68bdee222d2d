using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Whether whatever satisfies one matcher provably satisfies another. "No" only means that it is not proven here.</summary>
static class Strictness
{
    public static bool Implies(Matcher strict, Matcher loose)
    {
        if (Same(strict, loose)) return true;
        return (strict, loose) switch
        {
            (_, Matcher.Both both) => !both.All.IsEmpty && both.All.All(inner => Implies(strict, inner)),
            (Matcher.Both both, _) => both.All.Any(inner => Implies(inner, loose)),
            (Matcher.Compare a, Matcher.Compare b) => Within(a, b),
            (Matcher.Is { To.Literal: Value.Number number }, Matcher.Compare b) => Range(b) is { } range && range.Contains(number.Is),
            (Matcher.Is a, Matcher.OneOf b) => b.Choices.Contains(a.To),
            (Matcher.OneOf a, Matcher.OneOf b) => Subset(a.Choices, b.Choices),
            (Matcher.Only a, Matcher.Only b) => Subset(a.Elements, b.Elements),
            (Matcher.Includes a, Matcher.Includes b) => !b.Elements.IsEmpty && Subset(b.Elements, a.Elements),
            (Matcher.Exactly a, Matcher.Only b) => !a.Elements.IsEmpty && Subset(a.Elements, b.Elements),
            (Matcher.Exactly a, Matcher.Includes b) => !b.Elements.IsEmpty && Subset(b.Elements, a.Elements),
            (Matcher.Every a, Matcher.Every b) => Implies(a.Element, b.Element),
            (Matcher.Some a, Matcher.Some b) => Implies(a.Element, b.Element),
            (Matcher.NoneOf a, Matcher.NoneOf b) => Implies(b.Element, a.Element) && Total(a.Element) && Total(b.Element),
            (Matcher.Count a, Matcher.Count b) => Implies(a.Number, b.Number),
            (Matcher.Has a, Matcher.Has b) => !b.Fields.IsEmpty && b.Fields.All(field => a.Fields.Any(other => other.Path == field.Path && Implies(other.Matcher, field.Matcher))),
            (_, Matcher.Present { Expected: true }) => strict is not (Matcher.Present or Matcher.Not or Matcher.Is { To.Literal: null or Value.Nothing } or Matcher.OneOf),
            _ => false,
        };
    }

    // What is turned round must be told for every value, or a mismatch could stand between the two.
    static bool Total(Matcher matcher) => matcher is Matcher.Is or Matcher.OneOf;

    static bool Same(Matcher a, Matcher b) =>
        a.GetType() == b.GetType() && Statements.ToValue(new Step { Kind = "", Parameters = Value.Fields.Empty, Expect = new([new("", a)]) })
            .Equals(Statements.ToValue(new Step { Kind = "", Parameters = Value.Fields.Empty, Expect = new([new("", b)]) }));

    static bool Subset(ImmutableArray<Operand> of, ImmutableArray<Operand> whole) => of.All(whole.Contains);

    static bool Within(Matcher.Compare a, Matcher.Compare b)
    {
        if ((a.Shape == Shape.Instant) != (b.Shape == Shape.Instant)) return false;
        return Range(a) is { } inner && Range(b) is { } outer
            && (inner.Low > outer.Low || inner.Low == outer.Low && (outer.WithLow || !inner.WithLow))
            && (inner.High < outer.High || inner.High == outer.High && (outer.WithHigh || !inner.WithHigh));
    }

    static Interval? Range(Matcher.Compare compare)
    {
        if (compare.Limit.Literal is not Value.Number { Is: var limit } || !double.IsFinite(limit)) return null;
        return compare.How switch
        {
            Comparison.AtLeast => new(limit, true, double.PositiveInfinity, false),
            Comparison.Over => new(limit, false, double.PositiveInfinity, false),
            Comparison.AtMost => new(double.NegativeInfinity, false, limit, true),
            Comparison.Under => new(double.NegativeInfinity, false, limit, false),
            _ => compare.Upper?.Literal is Value.Number { Is: var upper } && double.IsFinite(upper) ? new(limit, true, upper, true) : null,
        };
    }

    readonly record struct Interval(double Low, bool WithLow, double High, bool WithHigh)
    {
        public bool Contains(double value) => (value > Low || WithLow && value == Low) && (value < High || WithHigh && value == High);
    }
}
