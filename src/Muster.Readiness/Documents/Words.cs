using System.Collections.Immutable;
using System.Diagnostics;

namespace Muster.Readiness;

/// <summary>An expectation back in the words of a document: <c>at least 33%</c>, <c>only TLS1.2, TLS1.3</c>.</summary>
public static class Words
{
    public static string Of(Matcher matcher) => matcher switch
    {
        Matcher.Is one => Of(one.To, one.Shape),
        Matcher.Compare { How: Comparison.Between } range => $"between {Of(range.Limit, range.Shape)} and {(range.Upper is { } upper ? Of(upper, range.Shape) : "?")}",
        Matcher.Compare compare => $"{Of(compare.How)} {Of(compare.Limit, compare.Shape)}",
        Matcher.Not not => $"not {Of(not.Inner)}",
        Matcher.OneOf choices => $"one of {Of(choices.Choices)}",
        Matcher.Matches matches => $"matches {matches.Pattern}",
        Matcher.Contains contains => $"contains {Of(contains.Part, Shape.Any)}",
        Matcher.Exactly exactly => $"exactly {Of(exactly.Elements)}",
        Matcher.Only only => $"only {Of(only.Elements)}",
        Matcher.Includes includes => $"includes {Of(includes.Elements)}",
        Matcher.Every every => $"every {Of(every.Element)}",
        Matcher.Some some => $"some {Of(some.Element)}",
        Matcher.NoneOf none => $"none {Of(none.Element)}",
        Matcher.Count count => $"count {Of(count.Number)}",
        Matcher.Present present => present.Expected ? "present" : "absent",
        Matcher.Has has => $"{{ {string.Join(", ", has.Fields.Select(Of))} }}",
        Matcher.Both both => string.Join(" and ", both.All.Select(Of)),
        _ => throw new UnreachableException(),
    };

    /// <summary>With its field: <c>lifetime_left at least 33%</c>.</summary>
    public static string Of(FieldMatcher matcher) => $"{matcher.Path} {Of(matcher.Matcher)}";

    public static string Of(Comparison comparison) => comparison switch
    {
        Comparison.AtLeast => "at least",
        Comparison.AtMost => "at most",
        Comparison.Under => "under",
        Comparison.Over => "over",
        Comparison.Between => "between",
        _ => throw new UnreachableException(),
    };

    static string Of(ImmutableArray<Operand> operands) =>
        operands.IsEmpty ? "nothing" : string.Join(", ", operands.Select(operand => Of(operand, Shape.Any)));

    static string Of(Operand operand, Shape shape) =>
        operand.Reference is { } reference ? $"$({reference})"
        : operand.Literal switch
        {
            null => "null",
            Value.Text { Is: "" } => "\"\"",
            var literal => Quantity.Show(literal, shape),
        };
}
