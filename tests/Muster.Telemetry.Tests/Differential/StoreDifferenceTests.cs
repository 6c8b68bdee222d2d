using Muster.Telemetry.Intake;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Store;
using Muster.Telemetry.Tests.Store;

namespace Muster.Telemetry.Tests.Differential;

/// <summary>The same queries over samples held in the hand and over a store that has sealed some of them, merged some, and holds the last in its head.</summary>
public sealed class StoreDifferenceTests
{
    [Fact]
    public async Task A_store_answers_as_the_samples_themselves_do_before_and_after_it_was_opened_anew()
    {
        var cancel = TestContext.Current.CancellationToken;
        var random = new Random(11);
        var source = RandomSeries.Of(random);
        var clock = new SetClock(DateTimeOffset.FromUnixTimeMilliseconds(RandomSeries.Start));
        var files = new MemoryFiles();
        var store = MetricStore.Open("/store", new StoreOptions(), clock, files, background: false);
        var batch = new SampleBatch();
        for (var step = 0; step < RandomSeries.Steps; step++)
        {
            var (from, to) = (RandomSeries.Start + (step * RandomSeries.Step), RandomSeries.Start + ((step + 1) * RandomSeries.Step));
            clock.Pass(TimeSpan.FromMilliseconds(RandomSeries.Step));
            batch.Clear();
            foreach (var series in source.All)
            {
                foreach (var (time, value) in series.Samples.Where(sample => sample.Time >= from && sample.Time < to)) batch.Add(batch.Open(SeriesKey.Of(series.Labels)), time, value);
            }

            Assert.Equal(0, (await store.Append(batch, durable: false, cancel)).RejectedCount);
            if (step % 100 == 99) await store.Tend(cancel);
        }

        Assert.True(store.Statistics().Blocks > 0, "nothing was sealed: only the head would be tried");
        Compare(source, store, new RandomQuery(random), random, 400);
        await store.DisposeAsync();
        await using var again = MetricStore.Open("/store", new StoreOptions(), clock, files, background: false);
        Assert.True(again.Recovery.IsClean);
        Compare(source, again, new RandomQuery(random), random, 400);
    }

    static void Compare(HeldSource held, MetricStore store, RandomQuery queries, Random random, int count)
    {
        for (var n = 0; n < count; n++)
        {
            var query = queries.Next();
            var start = RandomSeries.Start + 3_600_013 + (random.Next(3600) * 1000L);
            Assert.Equal(Answer(held, query, start), Answer(store, query, start));
        }
    }

    static SortedDictionary<string, double> Answer(Muster.Telemetry.Series.ISeriesSource source, string query, long start)
    {
        var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
        try
        {
            foreach (var series in ((MatrixValue)QueryEngine.Range(source, query, start, start + 1_200_000, 60_000, QueryOptions.Default, CancellationToken.None).Value).Series)
            {
                // Which series comes first decides which rounding a sum has: twelve digits are enough to tell a wrong one.
                for (var at = 0; at < series.Times.Length; at++) values.Add($"{series.Labels}@{series.Times[at]}", double.IsFinite(series.Values[at]) && series.Values[at] != 0 ? Round(series.Values[at]) : series.Values[at]);
            }
        }
        catch (QueryProblem) { values.Add("refused", 0); }

        return values;
    }

    static double Round(double value)
    {
        var scale = Math.Pow(10, 9 - Math.Ceiling(Math.Log10(Math.Abs(value))));
        return Math.Round(value * scale) / scale;
    }
}
