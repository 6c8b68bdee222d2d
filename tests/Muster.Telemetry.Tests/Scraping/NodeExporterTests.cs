using System.Globalization;
using Muster.Servers;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Scraping;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Scraping;

/// <summary>Debian's node exporter, scraped as it is.</summary>
public sealed class NodeExporterTests
{
    /// <summary>What it said is read by a second reader, line by line, and each of its samples is asked for.</summary>
    [Fact]
    public async Task A_real_exporter_is_scraped_and_read_back_exactly()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var exporter = await NodeExporter.Start(cancel);
        using var folder = new TemporaryFolder();
        await using var store = MetricStore.Open(Path.Combine(folder.Path, "store"), new(), TimeProvider.System);
        var (parser, pages) = (new ExpositionParser(), new List<byte[]>());
        // However loaded the machine is, each of the three scrapes has its time.
        var job = new ScrapeJob { Name = "node", Timeout = TimeSpan.FromMinutes(1) };
        var surroundings = new Around().With(time: TimeProvider.System) with
        {
            Parser = (body, format, time, into) =>
            {
                pages.Add(body.ToArray());
                return parser.Parse(body, format == ScrapeFormat.OpenMetrics, time, into);
            },
            Sink = async (batch, stop) => Assert.Equal(0, (await store.Append(batch, durable: false, stop)).RejectedCount),
        };
        using var fetch = new ScrapeFetch(job, surroundings);
        var loop = new ScrapeLoop(Target.Of(job, $"127.0.0.1:{exporter.Port}", new Dictionary<string, string>(), out _)!, fetch, new(), surroundings);
        for (var scrape = 0; scrape < 3; scrape++)
        {
            await loop.Once(TimeProvider.System.GetUtcNow(), cancel);
            Assert.Equal((TargetHealth.Up, ""), (loop.Status.Health, loop.Status.LastError));
        }

        var kept = store.Select([new(Labels.MetricName, MatchKind.NotEqual, "")], 0, long.MaxValue, cancel).ToDictionary(series => series.Labels, Samples);
        Assert.Equal([1, 1, 1], kept.Single(series => series.Key.Name == "up").Value);
        Assert.Equal(3, pages.Count);
        var found = 0;
        for (var scrape = 0; scrape < 3; scrape++)
        {
            var expected = new SampleBatch();
            Assert.Null(Around.Parse(pages[scrape], ScrapeFormat.Text, 0, expected));
            foreach (var (labels, _, value) in Around.Read(expected))
            {
                // Quantiles have one spelling.
                var spelled = labels.Has("quantile") ? labels.With("quantile", BoundText.Of(double.Parse(labels["quantile"], CultureInfo.InvariantCulture))) : labels;
                Assert.Equal(value, kept[spelled.With("job", "node").With("instance", $"127.0.0.1:{exporter.Port}")][scrape]);
                found++;
            }
        }

        Assert.True(found > 150, $"{found} samples in three pages");
        Assert.All(kept.Values, values => Assert.Equal(3, values.Length));
        Assert.Equal("gauge", Assert.Single(store.Metadata("node_memory_MemTotal_bytes", 0)).Kind);
    }

    static double[] Samples(ISeries series)
    {
        var samples = new SampleBuffer();
        series.Read(0, long.MaxValue, samples);
        return samples.Values.ToArray();
    }
}
