using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Tests.Store.Head;

public sealed class HeadSeriesTests
{
    [Fact]
    public void Every_sample_is_found_by_its_time_however_late_it_came_and_no_other_is()
    {
        var random = new Random(3);
        var series = new HeadSeries(0);
        var expected = new Dictionary<long, double>();
        for (var at = 0; at < 20_000; at++)
        {
            var time = random.Next(3) == 0 ? at * 10 : random.Next(100_000) * 2;
            if (!expected.TryAdd(time, at))
            {
                Assert.True(series.TryFind(time, out _, out _));
                continue;
            }

            if (random.Next(7) == 0)
            {
                var histogram = AppendTests.Histogram(at);
                if (time > series.Newest) series.Append(time, 0, histogram);
                else series.AppendLate(time, 0, histogram);
            }
            else if (time > series.Newest)
            {
                series.Append(time, at, null);
            }
            else
            {
                series.AppendLate(time, at, null);
            }
        }

        foreach (var (time, value) in expected)
        {
            Assert.True(series.TryFind(time, out var found, out var histogram));
            Assert.Equal(value, histogram?.Count ?? found);
            Assert.Equal(expected.ContainsKey(time + 1), series.TryFind(time + 1, out _, out _));
        }

        var all = new SampleBuffer();
        series.Read(long.MinValue, long.MaxValue, all);
        Assert.Equal(expected.Keys.Order(), all.Times.ToArray());
    }

    [Fact]
    public void In_order_samples_are_found_in_the_chunk_that_has_them()
    {
        var series = new HeadSeries(0);
        for (var at = 0; at < 1000; at++) series.Append(at * 10, at, at % 2 == 0 ? null : AppendTests.Histogram(at));
        for (var at = 0; at < 1000; at++)
        {
            Assert.True(series.TryFind(at * 10, out var value, out var histogram));
            Assert.Equal(at, histogram?.Count ?? value);
            Assert.False(series.TryFind((at * 10) + 1, out _, out _));
            var some = new SampleBuffer();
            series.Read((at * 10) - 5, (at * 10) + 15, some);
            Assert.Equal(at < 999 ? 2 : 1, some.Count);
        }
    }

    [Fact]
    public void The_newest_sample_is_known_without_decoding_while_it_is_a_float()
    {
        var series = new HeadSeries(0);
        Assert.False(series.TryNewest(out _, out _));
        series.Append(10, 1.5, null);
        Assert.True(series.TryNewest(out var time, out var value));
        Assert.Equal((10, 1.5), (time, value));
        series.AppendLate(5, 9, null);
        Assert.True(series.TryNewest(out time, out value));
        Assert.Equal((10, 1.5), (time, value));
        series.Append(20, 0, AppendTests.Histogram(1));
        Assert.False(series.TryNewest(out _, out _));
        series.Append(30, double.NaN, null);
        Assert.True(series.TryNewest(out time, out value));
        Assert.Equal(30, time);
        Assert.True(double.IsNaN(value));
    }

    [Fact]
    public async Task A_reader_never_sees_the_time_of_one_sample_with_the_value_of_another()
    {
        var series = new HeadSeries(0);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var seen = 0;
            while (!done.IsCancellationRequested || seen == 0)
            {
                if (!series.TryNewest(out var time, out var value)) continue;
                Assert.Equal(time * 2.0, value);
                seen++;
            }
        }, TestContext.Current.CancellationToken);
        for (var time = 1L; time <= 300_000; time++) series.Append(time, time * 2.0, null);
        await done.CancelAsync();
        await reading;
    }
}
