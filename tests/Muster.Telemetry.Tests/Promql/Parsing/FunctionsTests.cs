using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Telemetry.Tests.Promql.Parsing;

public sealed class FunctionsTests
{
    [Fact]
    public void All_of_the_language_are_known()
    {
        Assert.Equal(72, Functions.All.Count(function => !function.IsExperimental));
        Assert.Equal(17, Functions.All.Count(function => function.IsExperimental));
        Assert.All(Functions.All, function => Assert.Same(function, Functions.Find(function.Name)));
        Assert.Null(Functions.Find("Rate"));
        Assert.Null(Functions.Find("holt_winters"));
    }

    /// <summary>Each takes as many arguments as it says, no fewer and no more.</summary>
    [Fact]
    public void Each_can_be_called_with_what_it_takes_and_not_otherwise()
    {
        foreach (var function in Functions.All)
        {
            var most = function.Arguments.Length;
            var least = function.Optional < 0 ? most - 1 : most - function.Optional;
            for (var count = 0; count <= most + 3; count++)
            {
                var query = $"{function.Name}({string.Join(", ", Enumerable.Range(0, count).Select(at => Argument(function, at)))})";
                var takes = count >= least && (function.Optional < 0 || count <= most);
                if (takes) Assert.Equal(function.Returns, PromqlParser.Parse(query, PromqlFeatures.All).Type);
                else Assert.Contains("argument(s) in call to", Assert.Throws<Muster.Telemetry.Promql.QueryProblem>(() => PromqlParser.Parse(query, PromqlFeatures.All)).Message, StringComparison.Ordinal);
            }
        }
    }

    static string Argument(Function function, int at) => function.Arguments.Length == 0 ? "1" : function.Arguments[Math.Min(at, function.Arguments.Length - 1)] switch
    {
        ExpressionType.Scalar => "1",
        ExpressionType.Vector => function.Name == "info" && at > 0 ? "{a=\"b\"}" : "foo",
        ExpressionType.Matrix => "foo[5m]",
        _ => "\"a\"",
    };
}
