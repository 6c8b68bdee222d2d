using System.Text.Json;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Evaluation;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>A query as the JSON of <c>/api/v1/parse_query</c> (<see href="https://prometheus.io/docs/prometheus/latest/querying/api/#parsing-a-promql-expressions-into-a-abstract-syntax-tree-ast"/>), with the names of fields that its readers know.</summary>
public static class ParseTree
{
    /// <summary>How deep a writer must allow: a level of the query takes one, a call two.</summary>
    public const int DeepestJson = (PromqlParser.HighestTree * 2) + 16;

    /// <param name="json">Made with a <see cref="JsonWriterOptions.MaxDepth"/> of <see cref="DeepestJson"/> more than where it stands.</param>
    public static void Write(Utf8JsonWriter json, Expression? node)
    {
        if (node is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        switch (node)
        {
            case Aggregation aggregation:
                json.WriteString("type", "aggregation");
                json.WriteString("op", QueryLine.Name(aggregation.Operator));
                Child(json, "expr", aggregation.Inner);
                Child(json, "param", aggregation.Parameter);
                Names(json, "grouping", aggregation.Grouping);
                json.WriteBoolean("without", aggregation.IsWithout);
                break;
            case Binary binary:
                json.WriteString("type", "binaryExpr");
                json.WriteString("op", Operators.Sign(binary.Operator));
                Child(json, "lhs", binary.Left);
                Child(json, "rhs", binary.Right);
                Matching(json, binary.Matching);
                json.WriteBoolean("bool", binary.ReturnsBool);
                break;
            case Call call:
                json.WriteString("type", "call");
                Function(json, call.Function);
                json.WriteStartArray("args");
                foreach (var argument in call.Arguments) Write(json, argument);
                json.WriteEndArray();
                break;
            case MatrixSelector matrix:
                json.WriteString("type", "matrixSelector");
                json.WriteNumber("range", matrix.Range);
                Selector(json, matrix.Vector);
                break;
            case Subquery subquery:
                json.WriteString("type", "subquery");
                Child(json, "expr", subquery.Inner);
                json.WriteNumber("range", subquery.Range);
                json.WriteNumber("step", subquery.Step);
                Shifted(json, subquery.Shift);
                break;
            case NumberLiteral number:
                json.WriteString("type", "numberLiteral");
                json.WriteString("val", QueryLine.Numbers(number.Value));
                break;
            case Parenthesized parens:
                json.WriteString("type", "parenExpr");
                Child(json, "expr", parens.Inner);
                break;
            case StringLiteral text:
                json.WriteString("type", "stringLiteral");
                json.WriteString("val", text.Value);
                break;
            case Unary unary:
                json.WriteString("type", "unaryExpr");
                json.WriteString("op", unary.IsMinus ? "-" : "+");
                Child(json, "expr", unary.Inner);
                break;
            case VectorSelector vector:
                json.WriteString("type", "vectorSelector");
                Selector(json, vector);
                break;
            default:
                throw new InvalidOperationException("a node of no known kind");
        }

        json.WriteEndObject();
    }

    static void Child(Utf8JsonWriter json, string name, Expression? node)
    {
        json.WritePropertyName(name);
        Write(json, node);
    }

    static void Names(Utf8JsonWriter json, string name, IEnumerable<string> all)
    {
        json.WriteStartArray(name);
        foreach (var one in all) json.WriteStringValue(one);
        json.WriteEndArray();
    }

    static void Function(Utf8JsonWriter json, Function function)
    {
        json.WriteStartObject("func");
        json.WriteString("name", function.Name);
        Names(json, "argTypes", function.Arguments.Select(TypeName));
        json.WriteNumber("variadic", function.Optional);
        json.WriteString("returnType", TypeName(function.Returns));
        json.WriteEndObject();
    }

    static void Matching(Utf8JsonWriter json, VectorMatching? matching)
    {
        if (matching is null)
        {
            json.WriteNull("matching");
            return;
        }

        json.WriteStartObject("matching");
        json.WriteString("card", matching.Cardinality switch
        {
            Cardinality.OneToOne => "one-to-one",
            Cardinality.ManyToOne => "many-to-one",
            Cardinality.OneToMany => "one-to-many",
            _ => "many-to-many",
        });
        Names(json, "labels", matching.Labels);
        json.WriteBoolean("on", matching.IsOn);
        Names(json, "include", matching.Include);
        json.WriteStartObject("fillValues");
        Fill(json, "lhs", matching.FillLeft);
        Fill(json, "rhs", matching.FillRight);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // JSON has no number for what is not finite.
    static void Fill(Utf8JsonWriter json, string name, double? value)
    {
        if (value is not { } number) json.WriteNull(name);
        else if (double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteString(name, QueryLine.Numbers(number));
    }

    static void Selector(Utf8JsonWriter json, VectorSelector node)
    {
        json.WriteString("name", node.Name);
        json.WriteStartArray("matchers");
        // The name comes last, as readers that compare with Prometheus expect it.
        foreach (var matcher in node.Matchers.OrderBy(matcher => matcher is { Name: Labels.MetricName, Kind: MatchKind.Equal } && node.Name.Length > 0))
        {
            json.WriteStartObject();
            json.WriteString("name", matcher.Name);
            json.WriteString("value", matcher.Value);
            json.WriteString("type", QueryLine.Sign(matcher.Kind));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Shifted(json, node.Shift);
        json.WriteBoolean("anchored", node.Extension == Extension.Anchored);
        json.WriteBoolean("smoothed", node.Extension == Extension.Smoothed);
    }

    static void Shifted(Utf8JsonWriter json, Shift shift)
    {
        json.WriteNumber("offset", shift.Offset);
        if (shift.At == AtKind.Time) json.WriteNumber("timestamp", shift.AtTime);
        else json.WriteNull("timestamp");
        if (shift.At is AtKind.Start or AtKind.End) json.WriteString("startOrEnd", shift.At == AtKind.Start ? "start" : "end");
        else json.WriteNull("startOrEnd");
    }

    static string TypeName(ExpressionType type) => type switch
    {
        ExpressionType.Scalar => "scalar",
        ExpressionType.Vector => "vector",
        ExpressionType.Matrix => "matrix",
        _ => "string",
    };
}
