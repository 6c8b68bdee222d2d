using System.Collections.Immutable;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Promql.Evaluation;

/// <summary>What a query may cost, whoever asks it.</summary>
public sealed class BoundTests
{
    const string TooMany = "query processing would load too many samples into memory in query execution";

    sealed class Series(Labels labels, Action<SampleBuffer> fill) : ISeries
    {
        public Labels Labels => labels;

        public void Read(long from, long to, SampleBuffer into) => fill(into);
    }

    sealed class Source(params ISeries[] all) : ISeriesSource
    {
        public IReadOnlyList<ISeries> Select(ImmutableArray<Matcher> matchers, long from, long to, CancellationToken cancel) => all;
    }

    static void Floats(SampleBuffer into)
    {
        for (var at = 0; at < 100; at++) into.Add(at * 1000, at % 7);
    }

    static Source Some(int series, Action<SampleBuffer> fill) => new([.. Enumerable.Range(0, series).Select(at => new Series(Labels.Of((Labels.MetricName, "x"), ("at", $"{at}")), fill))]);

    static string Refusal(ISeriesSource source, string query, long most)
    {
        var options = QueryOptions.Default with { MaxSamples = most };
        var instant = Assert.Throws<QueryProblem>(() => QueryEngine.Instant(source, query, 99_000, options, CancellationToken.None));
        Assert.Equal(QueryProblemKind.Execution, instant.Kind);
        return instant.Message;
    }

    [Fact]
    public void The_samples_of_all_series_that_a_range_gives_out_are_held_together()
    {
        Assert.Equal(TooMany, Refusal(Some(10, Floats), "x[10m]", 500));
        Assert.Equal(10, ((MatrixValue)QueryEngine.Instant(Some(10, Floats), "x[10m]", 99_000, QueryOptions.Default with { MaxSamples = 2000 }, CancellationToken.None).Value).Series.Length);
    }

    [Fact]
    public void Scalars_that_stand_side_by_side_are_held_together()
    {
        var high = string.Concat(Enumerable.Repeat("1+(", 100)) + "1" + new string(')', 100);
        Assert.Equal(TooMany, Refusal(Some(0, Floats), $"max_over_time(vector({high})[1000s:1s])", 50_000));
    }

    [Theory]
    [InlineData("x[10m]")]
    [InlineData("rate(x[1m])")]
    [InlineData("max_over_time((x * 2)[80s:1s])")]
    [InlineData("sum(x)")]
    public void A_histogram_counts_by_its_buckets(string query)
    {
        static void Fill(SampleBuffer into)
        {
            for (var at = 0; at < 100; at++) into.Add(at * 1000, new NativeHistogram { Count = 1000 * at, Sum = 1, PositiveSpans = [new(0, 1000)], PositiveBuckets = [.. Enumerable.Repeat((double)at, 1000)] });
        }

        Assert.Equal(TooMany, Refusal(Some(2, Fill), query, 50_000));
    }

    [Theory]
    [InlineData("rate(x[1m])")]
    [InlineData("quantile_over_time(0.5, x[1m])")]
    [InlineData("x[10m]")]
    [InlineData("sum by (a, b) (x)")]
    [InlineData("x + x")]
    public void Who_waits_no_longer_is_not_answered_to_the_end(string query)
    {
        using var source = new CancellationTokenSource();
        var series = Some(1, into =>
        {
            Floats(into);
            source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => QueryEngine.Instant(series, query, 99_000, QueryOptions.Default, source.Token));
    }

    [Theory]
    [InlineData("rate(x[30s])")]
    [InlineData("delta(x[30s])")]
    [InlineData("irate(x[30s])")]
    [InlineData("count_over_time(x[30s])")]
    public void Samples_are_counted_in_each_window_that_they_stand_in(string query) =>
        Assert.Equal(3 * 30, QueryEngine.Range(Some(1, Floats), query, 50_000, 70_000, 10_000, QueryOptions.Default, CancellationToken.None).Statistics.SamplesQueried);

    [Theory]
    [InlineData(40, "label_replace(", ", \"at\", \"$1$1$1$1\", \"at\", \"(.*)\")")]
    [InlineData(40, "label_join(", ", \"at\", \"\", \"at\", \"at\", \"at\", \"at\")")]
    [InlineData(40, "label_join(", ", \"at\", \"0123456789012345678901234567890123456789\", \"at\", \"at\")")]
    public void A_label_that_each_call_makes_longer_is_refused_before_it_fills_the_memory(int calls, string open, string close)
    {
        var query = string.Concat(Enumerable.Repeat(open, calls)) + "x" + string.Concat(Enumerable.Repeat(close, calls));
        Assert.Equal("the value that is made for the label \"at\" is longer than 65536 characters", Refusal(Some(1, Floats), query, 1_000_000));
    }

    [Fact]
    public void An_expression_of_label_replace_is_as_long_as_one_of_a_selector_at_most() =>
        Assert.Equal("the regular expression in label_replace() is longer than 32768 characters", Refusal(Some(1, Floats), $"label_replace(x, \"a\", \"\", \"\", \"{new string('a', 40_000)}\")", 1000));

    [Fact]
    public void Labels_that_are_made_are_held_too() => Assert.Equal(TooMany, Refusal(Some(100, Floats), $"label_replace(x, \"a\", \"{new string('a', 60_000)}\", \"\", \"\")", 100_000));

    [Fact]
    public void What_was_read_counts_in_the_peak() => Assert.True(QueryEngine.Instant(Some(1, Floats), "x", 99_000, QueryOptions.Default, CancellationToken.None).Statistics.PeakSamples >= 100);
}
