using Muster.Conformance.Promql;
using Muster.Telemetry.Promql;

namespace Muster.Telemetry.Tests.Promql.Evaluation;

/// <summary>What the public scripts do not ask, as a real Prometheus answers it.</summary>
public sealed class AnswerTests
{
    const string Load = """
        load 1m
          early{job="a"} 1 2 3 stale
          late{job="a"} _ _ _ 4 5 6
          dup{job="a", x="1"} 1x10
          dup{job="a", x="2"} 2x10
          limit{job="a"} 1x10
          host{a="x-1"} 1x10


        """;

    [Theory]
    [InlineData("eval instant at 5m dup * on(job) group_left(__name__) limit\n limit{job=\"a\", x=\"1\"} 1\n limit{job=\"a\", x=\"2\"} 2")]
    [InlineData("eval instant at 5m dup >= bool on(job) group_left(__name__) limit\n {job=\"a\", x=\"1\"} 1\n {job=\"a\", x=\"2\"} 1")]
    [InlineData("eval instant at 5m dup * on(job) group_left(__name__) abs(limit)\n {job=\"a\", x=\"1\"} 1\n {job=\"a\", x=\"2\"} 2")]
    public void A_name_that_is_asked_for_from_the_one_side_is_kept(string eval) => Holds(eval);

    [Theory]
    [InlineData("eval instant at 5m sum_over_time((early or late)[6m:1m])\n expect fail")] // The names differ and stay until the end: both have a sum then.
    [InlineData("eval instant at 5m sum_over_time((abs(early) or abs(late))[6m:1m])\n {job=\"a\"} 21")]
    [InlineData("eval instant at 5m count_over_time((early or early offset 3m)[6m:1m])\n {job=\"a\"} 6")]
    [InlineData("eval instant at 5m sum by (__name__) (last_over_time((early or late)[6m:1m]))\n early 3\n late 6")]
    [InlineData("eval instant at 5m max_over_time(abs({__name__=~\"dup|limit\"})[6m:1m])\n {job=\"a\"} 1\n {job=\"a\", x=\"1\"} 1\n {job=\"a\", x=\"2\"} 2")]
    public void What_or_takes_from_one_side_and_then_from_the_other_is_one_series_to_a_subquery(string eval) => Holds(eval);

    [Theory]
    [InlineData("$1|$2|$first", "(?P<first>.*)-(.*)", "x|1|x")]
    [InlineData("$1|$2|${second}", "(.*)-(?P<second>.*)", "x|1|1")]
    [InlineData("$3$2$1", "(?:([x]))(?P<dash>[(-])([)1])", "1-x")]
    [InlineData("$1$2", "(\\\\(?)(?P<all>.*)", "x-1")]
    [InlineData("a$01${00}$none", "(.*)", "a")]
    [InlineData("$0", "(?P<a>.)-(?P<b>.)", "x-1")]
    public void Groups_count_as_they_stand_whether_they_have_names_or_not(string template, string pattern, string value) =>
        Holds($"eval instant at 5m label_replace(host, \"z\", \"{template}\", \"a\", \"{pattern}\")\n host{{a=\"x-1\", z=\"{value}\"}} 1");

    [Theory]
    [InlineData("eval instant at 5m count_values without (x) (\"x\", dup)\n {job=\"a\"} 2")]
    [InlineData("eval instant at 5m count_values without (x) (\"__name__\", dup)\n {job=\"a\"} 2")]
    [InlineData("eval instant at 5m count_values without (x) (\"y\", dup)\n {job=\"a\", y=\"1\"} 1\n {job=\"a\", y=\"2\"} 1")]
    [InlineData("eval instant at 5m count_values by (x) (\"x\", dup)\n {x=\"1\"} 1\n {x=\"2\"} 1")]
    public void A_label_that_is_left_out_is_left_out_of_what_is_counted(string eval) => Holds(eval);

    [Theory]
    [InlineData("clamp_min(vector(Inf), NaN)", "Inf")]
    [InlineData("clamp_max(vector(-Inf), NaN)", "-Inf")]
    [InlineData("clamp(vector(1), NaN, NaN)", "NaN")]
    public void Infinity_is_beyond_what_is_no_number(string query, string value) => Holds($"eval instant at 5m {query}\n {{}} {value}");

    [Fact]
    public void A_node_is_told_by_its_beginning_where_it_is_long()
    {
        var name = new string('x', 10_000);
        var options = QueryOptions.Default with { Explain = true };
        var nodes = QueryEngine.Instant(new HeldSource([]), $"-(-({name}))", 0, options, TestContext.Current.CancellationToken).Statistics.Nodes;
        Assert.Equal(5, nodes.Length);
        Assert.All(nodes, node => Assert.Equal(201, node.Text.Length));
    }

    static void Holds(string eval) => Assert.All(ScriptRunner.Run(ScriptReader.Read(Load + eval), ScriptEngine.Ours), outcome => Assert.Null(outcome.Problem));
}
