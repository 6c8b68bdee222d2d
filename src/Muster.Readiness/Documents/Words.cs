namespace Muster.Readiness;

/// <summary>Matchers in the words of the document language.</summary>
public static class Words
{
    public static string Of(Matcher matcher) => matcher switch
    {
        Matcher.Is x => Of(x.To, x.Shape),
        Matcher.Compare x => x.How switch
        {
            Comparison.AtLeast => "at least " + Of(x.Limit, x.Shape),
            Comparison.AtMost => "at most " + Of(x.Limit, x.Shape),
            Comparison.Under => "under " + Of(x.Limit, x.Shape),
            Comparison.Over => "over " + Of(x.Limit, x.Shape),
            _ => "between " + Of(x.Limit, x.Shape) + " and " + (x.Upper is { } upper ? Of(upper, x.Shape) : "nothing"),
        },
        Matcher.Not x => "not " + Of(x.Inner),
        Matcher.OneOf x => "one of " + List(x.Choices),
        Matcher.Matches x => "matches " + x.Pattern,
        Matcher.Contains x => "contains " + Of(x.Part, Shape.Any),
        Matcher.Exactly x => "exactly " + List(x.Elements),
        Matcher.Only x => "only " + List(x.Elements),
        Matcher.Includes x => "includes " + List(x.Elements),
        Matcher.Every x => "every " + Of(x.Element),
        Matcher.Some x => "some " + Of(x.Element),
        Matcher.NoneOf x => "none " + Of(x.Element),
        Matcher.Count x => "count " + Of(x.Number),
        Matcher.Present x => x.Expected ? "present" : "not present",
        Matcher.Has x => "{ " + string.Join(", ", x.Fields.Select(field => field.Path + ": " + Of(field.Matcher))) + " }",
        Matcher.Both x => string.Join(", ", x.All.Select(Of)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static string List(IEnumerable<Operand> operands) => "[" + string.Join(", ", operands.Select(operand => Of(operand, Shape.Any))) + "]";

    static string Of(Operand operand, Shape shape) =>
        operand.Literal is { } literal ? Quantity.Show(literal, shape) : "$(" + operand.Reference + ")";
}
