using Muster.Conformance.Promql;

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

    static void Holds(string eval) => Assert.All(ScriptRunner.Run(ScriptReader.Read(Load + eval), ScriptEngine.Ours), outcome => Assert.Null(outcome.Problem));
}
