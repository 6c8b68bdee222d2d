using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Scraping;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Scraping;

/// <summary>Debian's node exporter, scraped as it is.</summary>
public sealed class NodeExporterTests
{
    const string Exporter = "/usr/bin/prometheus-node-exporter";

    [Fact]
    public async Task A_real_exporter_is_scraped_and_read_back()
    {
        var port = FreePort();
        using var process = Process.Start(new ProcessStartInfo(Exporter, [$"--web.listen-address=127.0.0.1:{port}", "--collector.disable-defaults", "--collector.loadavg", "--collector.meminfo", "--collector.cpu", "--collector.uname"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            using var folder = new TemporaryFolder();
            await using var store = MetricStore.Open(Path.Combine(folder.Path, "store"), new(), TimeProvider.System);
            var parser = new ExpositionParser();
            var (scrapes, enough) = (0, new TaskCompletionSource());
            var surroundings = new Around().With(time: TimeProvider.System) with
            {
                Parser = (body, format, time, into) => parser.Parse(body, format == ScrapeFormat.OpenMetrics, time, into),
                Sink = async (batch, cancel) =>
                {
                    var taken = await store.Append(batch, durable: false, cancel);
                    Assert.Equal(0, taken.RejectedCount);
                    // The exporter begins while it is scraped: the first ones may fail, and are short.
                    if (batch.Count > 50 && ++scrapes == 3) enough.TrySetResult();
                },
            };
            using var stop = new CancellationTokenSource();
            var set = new ScrapeSet(surroundings);
            var options = ScrapeOptions.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"scrape_configs": [{"job_name": "node", "scrape_interval": "200ms", "static_configs": [{"targets": ["127.0.0.1:{{port}}"]}]}]}"""), out _)!;
            var running = set.Run(options, stop.Token);
            await await Task.WhenAny(enough.Task, running).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            var status = Assert.Single(set.Targets);
            await stop.CancelAsync();
            await running;

            Assert.Equal((TargetHealth.Up, ""), (status.Health, status.LastError));
            Assert.Equal(1, Last(store, "up", out _));
            Assert.True(Last(store, "scrape_samples_scraped", out _) > 50);
            Assert.True(Last(store, "node_memory_MemTotal_bytes", out var memory) > 1 << 20);
            Assert.Equal(("node", $"127.0.0.1:{port}"), (memory["job"], memory["instance"]));
            Assert.Equal("gauge", Assert.Single(store.Metadata("node_memory_MemTotal_bytes", 0)).Kind);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    static double Last(MetricStore store, string metric, out Labels labels)
    {
        var series = Assert.Single(store.Select([new Matcher(Labels.MetricName, MatchKind.Equal, metric)], 0, long.MaxValue, CancellationToken.None));
        var samples = new SampleBuffer();
        series.Read(0, long.MaxValue, samples);
        labels = series.Labels;
        return samples.Values[^1];
    }

    static int FreePort()
    {
        for (var port = Random.Shared.Next(40_001, 60_000); ; port++)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
            }
        }
    }
}
