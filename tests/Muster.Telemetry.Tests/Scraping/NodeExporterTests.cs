using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Muster.Telemetry.Scraping;

namespace Muster.Telemetry.Tests.Scraping;

/// <summary>Debian's node exporter, scraped as it is. Skipped where it is not installed.</summary>
public sealed class NodeExporterTests
{
    const string Exporter = "/usr/bin/prometheus-node-exporter";

    [Fact]
    public async Task A_real_exporter_is_scraped_and_read_back()
    {
        if (!File.Exists(Exporter)) Assert.Skip($"{Exporter} is not installed");
        var port = FreePort();
        using var process = Process.Start(new ProcessStartInfo(Exporter, [$"--web.listen-address=127.0.0.1:{port}", "--collector.disable-defaults", "--collector.loadavg", "--collector.meminfo", "--collector.cpu", "--collector.uname"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            var around = new Around();
            using var stop = new CancellationTokenSource();
            var set = new ScrapeSet(around.With(time: TimeProvider.System));
            var options = ScrapeOptions.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"scrape_configs": [{"job_name": "node", "scrape_interval": "200ms", "static_configs": [{"targets": ["127.0.0.1:{{port}}"]}]}]}"""), out _)!;
            var running = set.Run(options, stop.Token);
            IReadOnlyList<Around.Seen> batch;
            do batch = await around.Next();
            while (batch.Single(one => one.Labels.Name == "up").Value == 0);
            var second = await around.Next();
            await stop.CancelAsync();
            await running;

            Assert.True(batch.Count > 50);
            Assert.All(batch, one => Assert.Equal(("node", $"127.0.0.1:{port}"), (one.Labels["job"], one.Labels["instance"])));
            Assert.True(batch.Single(one => one.Labels.Name == "node_memory_MemTotal_bytes").Value > 1 << 20);
            Assert.Contains(batch, one => one.Labels.Name == "node_cpu_seconds_total" && one.Labels["mode"] == "idle");
            Assert.Equal(batch.Count - 5, batch.Single(one => one.Labels.Name == "scrape_samples_scraped").Value);
            Assert.True(second[0].Time > batch[0].Time);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
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
