using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Telemetry.Tests.Promql.Parsing;

public sealed class ParseTreeTests
{
    const string Foo = """{"type":"vectorSelector","name":"foo","matchers":[{"name":"__name__","value":"foo","type":"="}],"offset":0,"timestamp":null,"startOrEnd":null,"anchored":false,"smoothed":false}""";

    [Theory]
    [InlineData("foo", Foo)]
    [InlineData("(foo)", """{"type":"parenExpr","expr":""" + Foo + "}")]
    [InlineData("-foo", """{"type":"unaryExpr","op":"-","expr":""" + Foo + "}")]
    [InlineData("1e3", """{"type":"numberLiteral","val":"1000"}""")]
    [InlineData("-Inf", """{"type":"numberLiteral","val":"-Inf"}""")]
    [InlineData("'a\"'", """{"type":"stringLiteral","val":"a\""}""")]
    [InlineData("sum by (a) (foo)", """{"type":"aggregation","op":"sum","expr":""" + Foo + ""","param":null,"grouping":["a"],"without":false}""")]
    [InlineData("topk without () (1, foo)", """{"type":"aggregation","op":"topk","expr":""" + Foo + ""","param":{"type":"numberLiteral","val":"1"},"grouping":[],"without":true}""")]
    [InlineData("count_values('a', foo)", """{"type":"aggregation","op":"count_values","expr":""" + Foo + ""","param":{"type":"stringLiteral","val":"a"},"grouping":[],"without":false}""")]
    [InlineData("1 <= bool 2", """{"type":"binaryExpr","op":"<=","lhs":{"type":"numberLiteral","val":"1"},"rhs":{"type":"numberLiteral","val":"2"},"matching":null,"bool":true}""")]
    [InlineData("foo * on(a) group_left(b) fill_right(0.5) foo", """{"type":"binaryExpr","op":"*","lhs":""" + Foo + ""","rhs":""" + Foo + ""","matching":{"card":"many-to-one","labels":["a"],"on":true,"include":["b"],"fillValues":{"lhs":null,"rhs":0.5}},"bool":false}""")]
    [InlineData("foo unless foo", """{"type":"binaryExpr","op":"unless","lhs":""" + Foo + ""","rhs":""" + Foo + ""","matching":{"card":"many-to-many","labels":[],"on":false,"include":[],"fillValues":{"lhs":null,"rhs":null}},"bool":false}""")]
    [InlineData("round(foo)", """{"type":"call","func":{"name":"round","argTypes":["vector","scalar"],"variadic":1,"returnType":"vector"},"args":[""" + Foo + "]}")]
    [InlineData("foo{a!~'b'}[5m] @ 1.5 offset -1m", """{"type":"matrixSelector","range":300000,"name":"foo","matchers":[{"name":"a","value":"b","type":"!~"},{"name":"__name__","value":"foo","type":"="}],"offset":-60000,"timestamp":1500,"startOrEnd":null,"anchored":false,"smoothed":false}""")]
    [InlineData("foo[5m:1m] @ end()", """{"type":"subquery","expr":""" + Foo + ""","range":300000,"step":60000,"offset":0,"timestamp":null,"startOrEnd":"end"}""")]
    public void A_node_has_the_fields_that_readers_of_Prometheus_know(string query, string expected)
    {
        var written = Written(query);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(written)), written);
    }

    static string Written(string query)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new() { MaxDepth = ParseTree.DeepestJson })) ParseTree.Write(json, PromqlParser.Parse(query, PromqlFeatures.All));
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
