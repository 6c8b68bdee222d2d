using Muster.Telemetry.Chunks;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

public sealed class AppendTests
{
    static readonly long T = Bench.Start;

    [Fact]
    public async Task What_was_put_in_is_found_with_its_labels()
    {
        await using var bench = new Bench();
        bench.Put("up", T, 1, ("job", "api"));
        bench.Put("up", T + 10, 0, ("job", "api"));
        bench.Put("up", T, 5, ("job", "db"));
        Assert.Equal("up{job=\"api\"} 0=1 10=0\nup{job=\"db\"} 0=5", bench.Ask(Bench.Named("up")));
        Assert.Equal("up{job=\"api\"} 10=0", bench.Ask(T + 1, T + 20, Bench.Named("up")));
    }

    [Fact]
    public async Task The_same_sample_again_is_taken_and_is_no_second_one_and_another_value_is_refused()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        Assert.Equal(1, bench.Put("a", T, 1).Accepted);
        var other = bench.Put("a", T, 2);
        Assert.Equal(0, other.Accepted);
        Assert.Equal(1, other.Rejected[Refused.DuplicateOtherValue]);
        Assert.Contains("a at", Assert.Single(other.First), StringComparison.Ordinal);
        Assert.Equal("a 0=1", bench.Ask(Bench.Named("a")));
        Assert.Equal(1, bench.Store.Statistics().Samples);
        Assert.Equal(1, bench.Store.Statistics().Rejected[Refused.DuplicateOtherValue]);
    }

    [Fact]
    public async Task Two_samples_of_one_time_in_one_batch_are_judged_as_if_they_came_one_after_the_other()
    {
        await using var bench = new Bench();
        var batch = new SampleBatch();
        var a = batch.Open(Bench.Key("a"));
        var again = batch.Open(Bench.Key("a"));
        batch.Add(a, T, 1);
        batch.Add(a, T + 20, 2);
        batch.Add(a, T + 10, 3);
        batch.Add(again, T + 10, 3);
        batch.Add(a, T + 10, 4);
        batch.Add(again, T, 7);
        var outcome = bench.Put(batch);
        Assert.Equal(4, outcome.Accepted);
        Assert.Equal(2, outcome.Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal("a 0=1 10=3 20=2", bench.Ask(Bench.Named("a")));
    }

    [Fact]
    public async Task Late_samples_within_the_window_are_put_in_their_place_and_others_are_refused()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Put("a", T - 60_000, 2);
        bench.Put("a", T - 30_000, 3);
        Assert.Equal(1, bench.Put("a", T - 3_600_001, 4).Rejected[Refused.TooOld]);
        Assert.Equal(1, bench.Put("a", T - 30_000, 4).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal(1, bench.Put("a", T - 30_000, 3).Accepted);
        Assert.Equal("a -60000=2 -30000=3 0=1", bench.Ask(Bench.Named("a")));
    }

    [Fact]
    public async Task A_sample_far_ahead_of_the_clock_is_refused_and_one_a_little_ahead_is_not()
    {
        await using var bench = new Bench();
        Assert.Equal(1, bench.Put("a", T + 600_001, 1).Rejected[Refused.TooFarAhead]);
        Assert.Equal(1, bench.Put("a", T + 600_000, 1).Accepted);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_refuses_nobody()
    {
        await using var bench = new Bench();
        bench.Clock.Wrong = TimeSpan.FromHours(-5);
        Assert.Equal(1, bench.Put("a", T, 1).Accepted);
    }

    [Fact]
    public async Task A_clock_that_was_ahead_when_the_store_was_opened_and_is_set_right_refuses_no_new_series()
    {
        await using var bench = new Bench();
        bench.Clock.Wrong = TimeSpan.FromDays(60);
        await bench.Restart();
        bench.Clock.Wrong = default;
        Assert.Equal(1, bench.Put("a", T, 1).Accepted);
    }

    [Fact]
    public async Task The_limit_of_series_names_the_label_that_has_most_values()
    {
        await using var bench = new Bench(new() { MaxSeries = 3 });
        for (var at = 0; at < 3; at++) bench.Put("a", T, 1, ("user", $"{at}"), ("job", "x"));
        var refused = bench.Put("a", T, 1, ("user", "3"), ("job", "x"));
        Assert.Equal(1, refused.Rejected[Refused.SeriesLimit]);
        Assert.Contains("user", refused.First[0], StringComparison.Ordinal);
        Assert.Equal(1, bench.Put("a", T + 1, 1, ("user", "2"), ("job", "x")).Accepted);
    }

    [Fact]
    public async Task More_names_of_labels_than_are_kept_are_refused()
    {
        await using var bench = new Bench();
        var (accepted, rejected) = (0, 0);
        for (var part = 0; part < 3; part++)
        {
            var batch = new SampleBatch();
            for (var at = 0; at < 500; at++)
            {
                var writer = new SeriesKeyWriter();
                for (var label = 0; label < 100; label++) writer.Add(System.Text.Encoding.UTF8.GetBytes($"n{part}_{at}_{label}"), "x"u8);
                Assert.True(writer.TryFinish(out var key, out _));
                batch.Add(batch.Open(key), T, 1);
            }

            var taken = bench.Put(batch);
            accepted += taken.Accepted;
            rejected += taken.Rejected.GetValueOrDefault(Refused.LabelLimit);
        }

        Assert.Equal((1000, 500), (accepted, rejected));
        Assert.Equal(1, bench.Put("a", T, 1, ("n0_0_0", "y")).Rejected.GetValueOrDefault(Refused.LabelLimit));
        Assert.Equal(1, bench.Put("a", T, 1, ("n0_0_0", "y")).RejectedCount);
    }

    [Fact]
    public async Task A_batch_longer_than_a_record_may_be_is_taken_as_far_as_it_fits_and_comes_back()
    {
        await using var bench = new Bench();
        var histogram = new NativeHistogram { Count = 1, PositiveSpans = [new(-500, 8192)], PositiveBuckets = [.. new double[8192]] };
        var batch = new SampleBatch();
        var series = batch.Open(Bench.Key("h"));
        // As many buckets as a batch may have, and floats behind them.
        const int Histograms = 2040, Floats = 100_000;
        for (var at = 0; at < Histograms; at++) batch.Add(series, T + at, histogram);
        var floats = batch.Open(Bench.Key("f"));
        for (var at = 0; at < Floats; at++) batch.Add(floats, T + at, 1 / (at + 3.0));
        var taken = bench.Put(batch);
        Assert.InRange(taken.Accepted, Histograms, Histograms + Floats - 1);
        Assert.Equal(Histograms + Floats - taken.Accepted, taken.Rejected[Refused.NoSpace]);
        bench.Kill();
        Assert.True(bench.Store.Recovery.IsClean);
        Assert.Equal(taken.Accepted, bench.Store.Recovery.Samples);
    }

    [Fact]
    public async Task New_series_with_keys_longer_than_a_record_may_be_are_refused_and_spoil_no_other_batch()
    {
        await using var bench = new Bench(new() { MaxLabelValueBytes = 120_000 });
        var batch = new SampleBatch();
        var text = new string('x', 100_000);
        for (var at = 0; at < 1500; at++) batch.Add(batch.Open(Bench.Key($"m{at}", ("text", text))), T, 1);
        var taken = bench.Put(batch);
        Assert.InRange(taken.Accepted, 1000, 1499);
        Assert.Equal(1500 - taken.Accepted, taken.Rejected[Refused.NoSpace]);
        Assert.Equal(1, bench.Put("a", T, 1).Accepted);
    }

    [Fact]
    public async Task Series_whose_samples_are_all_ahead_or_past_the_retention_take_no_place()
    {
        await using var bench = new Bench(new() { MaxSeries = 3 });
        for (var at = 0; at < 5; at++)
        {
            Assert.Equal(1, bench.Put("ahead", T + 86_400_000, 1, ("i", $"{at}")).Rejected[Refused.TooFarAhead]);
            Assert.Equal(1, bench.Put("old", T - (40 * 86_400_000L), 1, ("i", $"{at}")).Rejected[Refused.TooOld]);
        }

        Assert.Empty(bench.Store.LabelNames([], long.MinValue, long.MaxValue, 0, Bench.Cancel));
        for (var at = 0; at < 3; at++) Assert.Equal(1, bench.Put("a", T, 1, ("i", $"{at}")).Accepted);
        Assert.Equal(1, bench.Put("a", T + 86_400_000, 1, ("i", "0")).Rejected[Refused.TooFarAhead]);
    }

    [Fact]
    public async Task Too_many_labels_and_too_long_ones_are_refused()
    {
        await using var bench = new Bench(new() { MaxLabels = 2, MaxLabelNameBytes = 10, MaxLabelValueBytes = 5 });
        Assert.Equal(1, bench.Put("a", T, 1, ("b", "1"), ("c", "1")).Rejected[Refused.LabelLimit]);
        Assert.Equal(1, bench.Put("a", T, 1, ("b", "123456")).Rejected[Refused.LabelLimit]);
        Assert.Equal(1, bench.Put("a", T, 1, ("b2345678901", "1")).Rejected[Refused.LabelLimit]);
        Assert.Equal(1, bench.Put("a", T, 1, ("b", "12345")).Accepted);
        Assert.Equal("a{b=\"12345\"} 0=1", bench.Ask());
    }

    [Fact]
    public async Task A_series_may_go_from_floats_to_histograms_and_back_and_end()
    {
        await using var bench = new Bench();
        bench.Put("a", T, 1);
        bench.Put("a", T + 10, Histogram(7));
        bench.Put("a", T + 20, StaleMarker.Value);
        bench.Put("a", T + 30, 2);
        Assert.Equal(1, bench.Put("a", T + 10, Histogram(7)).Accepted);
        Assert.Equal(1, bench.Put("a", T + 10, Histogram(8)).Rejected[Refused.DuplicateOtherValue]);
        Assert.Equal("a 0=1 10=h7 20=stale 30=2", bench.Ask(Bench.Named("a")));
    }

    [Fact]
    public async Task A_histogram_whose_buckets_do_not_fit_its_spans_is_refused()
    {
        await using var bench = new Bench();
        Assert.Equal(1, bench.Put("a", T, new NativeHistogram { PositiveSpans = [new(0, 2)], PositiveBuckets = [1] }).Rejected[Refused.BadHistogram]);
        Assert.Equal(1, bench.Put("a", T, new NativeHistogram { PositiveSpans = default }).Rejected[Refused.BadHistogram]);
        Assert.Equal(1, bench.Put("a", T, new NativeHistogram { PositiveSpans = [.. new BucketSpan[HistogramLayout.MostBuckets + 1]] }).Rejected[Refused.BadHistogram]);
        Assert.Equal(1, bench.Put("a", T, new NativeHistogram { PositiveSpans = [new(0, (uint)HistogramLayout.MostBuckets + 1)], PositiveBuckets = [.. new double[HistogramLayout.MostBuckets + 1]] }).Rejected[Refused.BadHistogram]);
    }

    [Fact]
    public async Task More_samples_than_a_chunk_holds_come_back_in_order()
    {
        await using var bench = new Bench();
        for (var at = 0; at < 1000; at++) bench.Put("a", T + at, at);
        Assert.Equal("a " + string.Join(' ', Enumerable.Range(0, 1000).Select(at => $"{at}={at}")), bench.Ask(Bench.Named("a")));
        Assert.Equal("a 119=119 120=120 121=121", bench.Ask(T + 119, T + 121, Bench.Named("a")));
    }

    [Fact]
    public async Task Exemplars_and_metadata_are_kept_and_found()
    {
        await using var bench = new Bench();
        var batch = new SampleBatch();
        var a = batch.Open(Bench.Key("a"));
        batch.Add(a, T, 1);
        batch.Exemplars.Add(new(a, T, 0.5, Labels.Of(("trace_id", "abc"))));
        batch.Metadata.Add(new("a", "counter", "Things.", "things"));
        Assert.Equal(1, bench.Put(batch).Exemplars);
        Assert.Equal("abc", Assert.Single(bench.Store.Exemplars([Bench.Named("a")], T, T, 0, Bench.Cancel)).Exemplar.Labels["trace_id"]);
        Assert.Empty(bench.Store.Exemplars([Bench.Named("b")], T, T, 0, Bench.Cancel));
        Assert.Equal("counter", Assert.Single(bench.Store.Metadata(null, 0)).Kind);
        Assert.Empty(bench.Store.Metadata("b", 0));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("trace_id", 200_000)]
    public async Task An_exemplar_whose_labels_are_none_is_left_out_and_its_sample_is_not(string name, int length)
    {
        await using var bench = new Bench();
        for (var again = 0; again < 2; again++)
        {
            var batch = new SampleBatch();
            var a = batch.Open(Bench.Key("a"));
            batch.Add(a, T, 1);
            batch.Exemplars.Add(new(a, T, 0.5, Labels.Of((name, new string('x', length)))));
            var taken = bench.Put(batch);
            Assert.Equal((1, 0), (taken.Accepted, taken.Exemplars));
        }

        Assert.Equal("a 0=1", bench.Ask());
        bench.Kill();
        Assert.Equal("a 0=1", bench.Ask());
    }

    [Fact]
    public async Task A_batch_that_fails_half_way_is_as_if_it_had_never_come()
    {
        await using var bench = new Bench();
        var batch = new SampleBatch();
        var a = batch.Open(Bench.Key("a"));
        batch.Add(a, T, 1);
        batch.Exemplars.Add(new(7, T, 0.5, Labels.Empty));
        Assert.ThrowsAny<Exception>(() => bench.Put(batch));
        batch.Exemplars.Clear();
        Assert.Equal(1, bench.Put(batch).Accepted);
        bench.Kill();
        Assert.Equal("a 0=1", bench.Ask());
    }

    [Fact]
    public void Exemplars_are_bounded_by_their_text_too()
    {
        var ring = new Muster.Telemetry.Store.Head.ExemplarRing(10, 100);
        for (var at = 0; at < 9; at++) ring.Add(Labels.Of(("s", new string('x', 29))), new(0, at, 1, Labels.Of(("t", new string('y', 19)))), 1);
        Assert.Equal([7L, 8L], ring.All().Select(one => one.Exemplar.Time));
    }

    [Fact]
    public async Task Names_and_values_of_labels_are_sorted_and_bounded()
    {
        await using var bench = new Bench();
        bench.Put("b", T, 1, ("job", "x"));
        bench.Put("a", T, 1, ("job", "y"), ("zone", "1"));
        Assert.Equal(["__name__", "job", "zone"], bench.Store.LabelNames([], T, T, 0, Bench.Cancel));
        Assert.Equal(["__name__", "job"], bench.Store.LabelNames([[Bench.Named("b")]], T, T, 0, Bench.Cancel));
        Assert.Equal(["a", "b"], bench.Store.LabelValues("__name__", [], T, T, 0, Bench.Cancel));
        Assert.Equal(["x"], bench.Store.LabelValues("job", [[Bench.Named("b")]], T, T, 0, Bench.Cancel));
        Assert.Equal(["x"], bench.Store.LabelValues("job", [], T, T, 1, Bench.Cancel));
        Assert.Equal(2, bench.Store.Series([[Bench.Named("b")], [Bench.Named("a")]], T, T, 0, Bench.Cancel).Count);
        Assert.Equal(new Tally("job", 2), bench.Store.Cardinality(5, Bench.Cancel).ByLabel.Single(one => one.Name == "job"));
        Assert.Equal(2, bench.Store.Statistics().LiveSeries);
    }

    internal static NativeHistogram Histogram(double count) =>
        new() { Schema = 3, Count = count, Sum = count * 2, ZeroThreshold = 0.001, PositiveSpans = [new(1, 2)], PositiveBuckets = [1, count - 1] };
}
