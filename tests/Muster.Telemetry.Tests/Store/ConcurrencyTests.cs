using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

/// <summary>On the disk of the machine, with everything running at once.</summary>
public sealed class ConcurrencyTests
{
    static readonly long T = Bench.Start;

    [Fact]
    public async Task Readers_see_what_was_acknowledged_in_order_while_others_write_seal_and_merge()
    {
        var folder = Directory.CreateTempSubdirectory("muster-store-").FullName;
        var clock = new SetClock(Bench.Noon);
        var store = MetricStore.Open(folder, new() { MaxLogBytes = 20_000 }, clock);
        var written = new long[4];
        using var stop = new CancellationTokenSource();
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            var batch = new SampleBatch();
            for (var at = 0; at < 600; at++)
            {
                batch.Clear();
                for (var series = 0; series < 10; series++) batch.Add(batch.Open(Bench.Key("m", ("w", $"{writer}"), ("s", $"{series}"), ("churn", $"{at / 200}"))), T + (at * 100), at);
                while (true)
                {
                    try
                    {
                        Assert.Equal(10, (await store.Append(batch, durable: at % 100 == 0, Bench.Cancel)).Accepted);
                        break;
                    }
                    catch (StoreUnavailable) { await store.Tend(Bench.Cancel); }
                }

                Volatile.Write(ref written[writer], at + 1);
            }
        })).ToArray();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                var least = Volatile.Read(ref written[1]);
                Check(store, least);
            }
        })).ToArray();
        var tending = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await store.Tend(Bench.Cancel);
        }, Bench.Cancel);
        // Whoever fails first, nobody goes on reading and sealing behind the back of the other tests.
        try { await Task.WhenAll(writers); }
        finally { await stop.CancelAsync(); }

        await Task.WhenAll(readers);
        await tending;
        Check(store, 600);
        await store.Snapshot(folder + "-copy", Bench.Cancel);
        await store.DisposeAsync();
        store = MetricStore.Open(folder, new(), clock);
        Assert.True(store.Recovery.IsClean);
        Check(store, 600);
        Assert.Equal(24_000, store.Statistics().Samples);
        await store.DisposeAsync();
        await using (var copy = MetricStore.Open(folder + "-copy", new(), clock)) Check(copy, 600);
        Directory.Delete(folder, recursive: true);
        Directory.Delete(folder + "-copy", recursive: true);
    }

    static void Check(MetricStore store, long least)
    {
        var seen = 0L;
        var buffer = new SampleBuffer();
        foreach (var series in store.Select([new("w", MatchKind.Equal, "1"), new("s", MatchKind.Equal, "7")], long.MinValue, long.MaxValue, Bench.Cancel))
        {
            buffer.Clear();
            series.Read(long.MinValue, long.MaxValue, buffer);
            var churn = int.Parse(series.Labels["churn"], System.Globalization.CultureInfo.InvariantCulture);
            for (var at = 0; at < buffer.Count; at++)
            {
                Assert.Equal(T + (((churn * 200) + at) * 100), buffer.Times[at]);
                Assert.Equal((churn * 200) + at, buffer.Values[at]);
            }

            seen += buffer.Count;
        }

        Assert.True(seen >= least, $"{seen} of {least}");
    }
}
