using Muster.Servers;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Intake.Snappy;
using Muster.Telemetry.Series;

namespace Muster.Probes.Tests.Monitoring;

/// <summary>A real memory that was sent an hour of samples, one each 15 seconds: of series that are well, and of each way in which one is not.</summary>
public sealed class FilledMemory : IAsyncLifetime
{
    public TelemetryServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        Server = await TelemetryServer.Start(cancel);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000 * 1000;
        var hour = new RemoteWriteEncoder();
        void Add(string name, string job, Func<int, double?> value, int each = 15)
        {
            // Seconds before now, the oldest first.
            var samples = Enumerable.Range(0, (3600 / each) + 1).Select(at => 3600 - (at * each)).Select(ago => (Ago: ago, Value: value(ago))).Where(one => one.Value is not null).ToList();
            hour.Add(Labels.Of((Labels.MetricName, name), ("job", job)), [.. samples.Select(one => now - (one.Ago * 1000L))], [.. samples.Select(one => one.Value!.Value)]);
        }

        Add("requests_total", "api", ago => 2 * (3600 - ago));
        Add("requests_total", "web", ago => 4 * (3600 - ago));
        Add("queue_depth", "api", ago => 3600 - ago);
        Add("up", "api", _ => 1);
        Add("up", "flaky", ago => ago is > 600 and < 1500 ? 0 : 1);
        Add("up", "dead", _ => 0);
        Add("ended", "api", ago => ago >= 240 ? 7 : null);
        Add("holed", "api", ago => ago is > 900 and < 2700 ? null : 7);
        Add("young_total", "api", ago => ago <= 180 ? 180 - ago : null);
        Add("sparse", "api", _ => 5, each: 300);
        Add("not_a_number", "api", _ => double.NaN);
        await Server.Write(Packed(hour), null, cancel);
    }

    internal static byte[] Packed(RemoteWriteEncoder request)
    {
        var compressed = new byte[SnappyBlock.LongestCompressed(request.Written.Length)];
        return compressed[..SnappyBlock.Compress(request.Written, compressed)];
    }

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
