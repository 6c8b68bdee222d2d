using System.Collections.Immutable;
using Muster.Conformance.Promql;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Scripts;

public sealed class ScriptRunnerTests
{
    const string Load = """
        load 1m
          up{job="a"} 0+1x5
          up{job="b"} 5 4 stale 2
          hist {{count:1 sum:1 buckets:[1]}}+{{count:1 sum:1 buckets:[1]}}x5


        """;

    [Theory]
    [InlineData("eval instant at 1m up\n up{job=\"a\"} 1\n up{job=\"b\"} 4")]
    [InlineData("eval range from 0 to 3m step 1m up\n up{job=\"a\"} 0 1 2 3\n up{job=\"b\"} 5 4 _ 2")]
    [InlineData("eval instant at 1m sort(up)\n expect ordered\n up{job=\"a\"} 1\n up{job=\"b\"} 4")]
    [InlineData("eval instant at 1m 1 + 1\n 2.0000001")]
    [InlineData("eval instant at 1m \"a\"\n expect string \"a\"")]
    [InlineData("eval instant at 1m hist\n expect no_warn\n hist {{count:2 sum:2 buckets:[0 2] offset:-1 counter_reset_hint:not_reset}}")]
    [InlineData("eval instant at 1m up[2m]\n expect range vector from 0 to 1m step 1m\n up{job=\"a\"} 0 1\n up{job=\"b\"} 5 4")]
    [InlineData("eval instant at 1m quantile(7, up)\n expect warn\n {} Inf")]
    [InlineData("eval instant at 1m up +\n expect fail")]
    [InlineData("eval instant at 1m start()\n 60")]
    public void What_comes_to_the_expected_passes(string eval) => Assert.Null(Problem(eval));

    [Theory]
    [InlineData("eval instant at 1m up\n up{job=\"a\"} 1.0001\n up{job=\"b\"} 4", "expected 1.0001, got 1")]
    [InlineData("eval instant at 1m up\n up{job=\"a\"} 1", "unexpected up")]
    [InlineData("eval instant at 1m up{job=\"a\"}\n up{job=\"a\"} 1\n up{job=\"b\"} 4", "got none")]
    [InlineData("eval instant at 1m sort_desc(up)\n expect ordered\n up{job=\"a\"} 1\n up{job=\"b\"} 4", "at place")]
    [InlineData("eval instant at 1m up{job=\"a\"}\n up{job=\"a\"} {{count:1}}", "got 1")]
    [InlineData("eval instant at 1m hist\n hist 2", "expected 2, got {count")]
    [InlineData("eval instant at 1m hist\n hist {{count:2 sum:2 buckets:[1 1]}}", "got {count:2")]
    [InlineData("eval instant at 1m hist\n hist {{count:2 sum:2 buckets:[2] counter_reset_hint:gauge}}", "hint Gauge")]
    [InlineData("eval range from 0 to 3m step 1m up{job=\"b\"}\n up{job=\"b\"} 5 4 3 2", "expected 4 values")]
    [InlineData("eval range from 0 to 3m step 1m up{job=\"b\"}\n up{job=\"b\"} 5 4 2", "expected a value at 120000")]
    [InlineData("eval range from 0 to 3m step 1m up{job=\"b\"}\n up{job=\"b\"} 5 4 _ 1", "expected 1, got 2")]
    [InlineData("eval range from 0 to 1m step 1m up{job=\"a\"}\n up{job=\"a\"} 0 1 2", "3 values are expected in 2 steps")]
    [InlineData("eval range from 0 to 1m step 1m up{job=\"a\"}\n expect ordered\n up{job=\"a\"} 0 1", "no order")]
    [InlineData("eval instant at 1m 1 + 1\n 3", "expected 3, got 2")]
    [InlineData("eval instant at 1m up\n 3", "expected a scalar")]
    [InlineData("eval instant at 1m 1\n up 1", "expected a vector")]
    [InlineData("eval instant at 1m \"a\"\n expect string \"b\"", "expected the string")]
    [InlineData("eval instant at 1m up\n expect string \"b\"", "expected a string")]
    [InlineData("eval instant at 1m up\n expect range vector from 0 to 1m step 1m", "expected a range vector")]
    [InlineData("eval instant at 1m up{job=\"a\"}\n expect warn\n up{job=\"a\"} 1", "expected Warn, got none")]
    [InlineData("eval instant at 1m quantile(7, up)\n expect no_warn\n {} Inf", "expected NoWarn")]
    [InlineData("eval instant at 1m quantile(7, up)\n expect warn msg: another\n {} Inf", "expected Warn another")]
    [InlineData("eval instant at 1m up{job=\"a\"}\n expect fail", "expected it to fail")]
    [InlineData("eval instant at 1m up +\n expect fail msg: because", "expected Fail because")]
    [InlineData("eval instant at 1m up +", "failed:")]
    public void What_does_not_is_told(string eval, string why) => Assert.Contains(why, Problem(eval), StringComparison.Ordinal);

    [Fact]
    public void A_note_that_was_not_expected_beside_one_that_was_is_told()
    {
        var engine = Answering(new VectorValue([]), ["one", "two"]);
        Assert.Null(Problem("eval instant at 0 x\n expect warn msg: one\n expect warn msg: two", engine));
        Assert.Contains("unexpected Warn: two", Problem("eval instant at 0 x\n expect warn msg: one", engine), StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_breaks_or_answers_otherwise_in_a_range_is_told()
    {
        var broken = Answering(new VectorValue([]), []) with { Instant = (_, _, _) => throw new NotSupportedException("no") };
        Assert.StartsWith("broke: NotSupportedException", Problem("eval instant at 0 x", broken), StringComparison.Ordinal);
        var otherwise = Answering(new VectorValue([]), []) with { Instant = (_, _, time) => new(new VectorValue([new(Labels.Empty, time, 1, null)]), [], [], new()) };
        Assert.StartsWith("as a range:", Problem("eval instant at 0 x\n {} 1", otherwise), StringComparison.Ordinal);
        var twice = Answering(new VectorValue([new(Labels.Empty, 0, 1, null), new(Labels.Empty, 0, 1, null)]), []);
        Assert.Contains("stands twice", Problem("eval instant at 0 x\n {} 1", twice), StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_answers_otherwise_at_another_time_though_it_is_pinned_is_told()
    {
        var engine = Answering(new VectorValue([]), []) with { Instant = (_, _, time) => new(new VectorValue([new(Labels.Empty, time, time == 0 ? 1 : 2, null)]), [], [], new()) };
        Assert.StartsWith("as x @ 0.000 at -1000: {}: expected 1, got 2", Problem("eval instant at 0 x\n {} 1", engine), StringComparison.Ordinal);
    }

    [Fact]
    public void A_classic_histogram_comes_a_second_time_with_own_bounds()
    {
        const string script = """
            load_with_nhcb 1m
              x_bucket{a="b", le="1"} 0+1x2
              x_bucket{a="b", le="+Inf"} 0+3x2
              x_sum{a="b"} 0+5x2
              x_count{a="b"} 0+3x2

            eval instant at 2m x
              x{a="b"} {{schema:-53 count:6 sum:10 custom_values:[1] buckets:[2 4]}}

            clear

            eval instant at 2m x

            """;
        Assert.All(ScriptRunner.Run(ScriptReader.Read(script), ScriptEngine.Ours), outcome => Assert.Null(outcome.Problem));
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 1.0000019, true)]
    [InlineData(1, 1.0000021, false)]
    [InlineData(0, 1e-300, false)]
    [InlineData(double.NaN, double.NaN, true)]
    [InlineData(double.NaN, 1, false)]
    [InlineData(double.PositiveInfinity, double.MaxValue, false)]
    public void Numbers_may_differ_by_a_millionth_of_their_sizes(double a, double b, bool isClose) => Assert.Equal(isClose, ScriptComparison.IsClose(a, b));

    static string? Problem(string eval, ScriptEngine? engine = null) => Assert.Single(ScriptRunner.Run(ScriptReader.Read(Load + eval), engine ?? ScriptEngine.Ours)).Problem;

    static ScriptEngine Answering(QueryValue value, IReadOnlyList<string> warnings) => new(
        (_, _, _) => new(value, warnings, [], new()), (_, _, _, _, _) => new(new MatrixValue([]), warnings, [], new()));
}
