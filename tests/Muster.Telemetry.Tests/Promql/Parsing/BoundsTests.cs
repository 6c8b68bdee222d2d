using System.Text;
using System.Text.Json;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Promql.Parsing;

/// <summary>No query, however made, takes more than a bounded stack; each test runs on one of one and a half mebibytes, the least that .NET gives its threads anywhere.</summary>
public sealed class BoundsTests
{
    const int Stack = 3 << 19;

    [Fact]
    public void A_hundred_thousand_parentheses_are_refused() => Refused(Repeated("(", 100_000) + "1" + Repeated(")", 100_000), "nest");

    [Fact]
    public void A_hundred_thousand_parentheses_that_nobody_closes_are_refused() => Refused(Repeated("(", 100_000), "nest");

    [Fact]
    public void A_hundred_thousand_minus_signs_are_refused() => Refused(Repeated("-", 100_000) + "a", "nest");

    [Fact]
    public void A_hundred_thousand_calls_are_refused() => Refused(Repeated("abs(", 100_000) + "a" + Repeated(")", 100_000), "nest");

    [Fact]
    public void A_hundred_thousand_sums_are_refused() => Refused(Repeated("sum by (a) (", 50_000) + "a" + Repeated(")", 50_000), "nest");

    [Fact]
    public void A_tower_of_powers_is_refused() => Refused("2" + Repeated("^2", 100_000), "nest");

    [Fact]
    public void A_tower_of_durations_is_refused() => Refused("a[" + Repeated("(", 100_000) + "1" + Repeated(")", 100_000) + "]", "nest");

    [Fact]
    public void Signs_before_a_duration_are_refused() => Refused("a[" + Repeated("-", 100_000) + "1]", "nest");

    [Fact]
    public void A_chain_of_ten_thousand_is_refused() => Refused("1" + Repeated("+1", 10_000), "levels");

    [Fact]
    public void A_chain_of_ten_thousand_durations_is_refused() => Refused("a[1" + Repeated("+1", 10_000) + "]", "levels");

    [Fact]
    public void Subqueries_in_subqueries_are_refused() => Refused("a" + Repeated("[5m:1m]", 10_000), "subquery is only allowed on instant vector");

    /// <summary>Each alone is within its bound; together the tree would be a hundred thousand levels high.</summary>
    [Fact]
    public void Chains_whose_first_member_holds_the_next_chain_are_refused()
    {
        var query = new StringBuilder("a");
        for (var n = 0; n < 400; n++) query.Insert(0, '(').Append(Repeated("+a", 250)).Append(')');
        Refused(query.ToString(), "levels");
    }

    [Fact]
    public void Lengths_whose_first_member_holds_the_next_are_refused()
    {
        var query = new StringBuilder("1");
        for (var n = 0; n < 400; n++) query.Insert(0, '(').Append(Repeated("+1", 250)).Append(')');
        Refused($"a[{query}]", "levels");
    }

    [Fact]
    public void With_less_stack_than_that_a_deep_query_is_refused_too() =>
        Within(() => Assert.Contains("nests deeper", Assert.Throws<QueryProblem>(() => PromqlParser.Parse(Repeated("(", 450) + "1" + Repeated(")", 450))).Message, StringComparison.Ordinal), 1 << 18);

    [Fact]
    public void A_query_longer_than_a_mebibyte_is_refused() => Refused(new string(' ', PromqlParser.LongestQuery) + "a", "characters long");

    [Fact]
    public void A_query_of_a_mebibyte_is_read() => Within(() => Assert.IsType<NumberLiteral>(PromqlParser.Parse("1" + new string(' ', PromqlParser.LongestQuery - 1))));

    [Fact]
    public void A_hundred_thousand_matchers_are_read() => Within(() =>
        Assert.Equal(100_001, Assert.IsType<VectorSelector>(PromqlParser.Parse("a{" + string.Concat(Enumerable.Range(0, 100_000).Select(n => $"l!='{n % 10}',")) + "}")).Matchers.Length));

    [Fact]
    public void A_thousand_regular_expressions_are_read_and_one_more_is_refused()
    {
        static string Of(int count) => "a{" + string.Concat(Enumerable.Repeat("l=~'x',", count)) + "}";
        Within(() => Assert.Equal(PromqlParser.MostPatterns + 1, Assert.IsType<VectorSelector>(PromqlParser.Parse(Of(PromqlParser.MostPatterns))).Matchers.Length));
        Refused(Of(PromqlParser.MostPatterns + 1), "regular expressions at most");
    }

    [Theory]
    [InlineData("(", "1", ")", 490)]
    [InlineData("-", "a", "", 240)]
    [InlineData("abs(", "a", ")", 490)]
    [InlineData("sum(", "a", ")", 490)]
    [InlineData("", "1", "+1", 990)]
    [InlineData("", "a", " or a", 990)]
    [InlineData("2^", "a", "", 490)]
    public void Within_the_bounds_everything_works_that_walks_the_tree(string before, string inside, string after, int times) => Within(() =>
    {
        var query = Repeated(before, times) + inside + Repeated(after, times);
        var parsed = PromqlParser.Parse(query, PromqlFeatures.All);
        var printed = PromqlPrinter.Print(parsed);
        Assert.Equal(printed, PromqlPrinter.Print(PromqlParser.Parse(PromqlPrinter.Pretty(parsed), PromqlFeatures.All)));
        Assert.Same(parsed, PlacedInTime.Of(parsed, 1, 1));
        using var json = new Utf8JsonWriter(Stream.Null, new() { MaxDepth = ParseTree.DeepestJson });
        ParseTree.Write(json, parsed);
        var series = new HeldSeries(Labels.Of(("__name__", "a")));
        series.Samples.Add((1000, 1));
        Assert.NotNull(QueryEngine.Instant(new HeldSource([series]), query, 1000, QueryOptions.Default, CancellationToken.None));
    });

    static string Repeated(string text, int times) => new StringBuilder(text.Length * times).Insert(0, text, times).ToString();

    static void Refused(string query, string message) => Within(() =>
    {
        var problem = Assert.Throws<QueryProblem>(() => PromqlParser.Parse(query, PromqlFeatures.All));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.True(problem.Message.Length < 200);
    });

    static void Within(Action test, int stack = Stack)
    {
        Exception? failed = null;
        var thread = new Thread(() =>
        {
            try { test(); }
            catch (Exception bad) { failed = bad; }
        }, stack);
        thread.Start();
        thread.Join();
        if (failed is not null) throw new InvalidOperationException(failed.Message, failed);
    }
}
