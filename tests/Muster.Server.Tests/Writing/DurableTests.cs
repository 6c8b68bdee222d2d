using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Muster.Server.Projects;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Intake.Snappy;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Server.Tests.Writing;

/// <summary>With <c>X-Muster-Ack: durable</c> the answer waits for the flush of the log; without it does not. The flush is held up by its own lock, as a disk would that takes its time.</summary>
public sealed class DurableTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/write")]
    [InlineData("/v1/metrics")]
    public async Task An_answer_waits_for_the_disk_where_it_was_asked_to(string path)
    {
        await using var server = await RunningServer.Start();
        var flush = FlushOf(server.Services.GetRequiredService<ProjectSet>().Named(ProjectSet.Default)!.Store);
        using var held = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var holding = Task.Factory.StartNew(() =>
        {
            lock (flush)
            {
                held.Set();
                end.Wait(Cancel);
            }
        }, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        held.Wait(Cancel);
        Task<HttpResponseMessage> durable;
        try
        {
            durable = Send(server, path, "durable_one", isDurable: true);
            while (!await IsThere(server, "durable_one")) await Task.Yield();
            foreach (var name in new[] { "plain_one", "plain_two", "plain_three" })
            {
                using var plain = await Send(server, path, name, isDurable: false);
                Assert.True(plain.IsSuccessStatusCode);
            }

            Assert.False(durable.IsCompleted, "it was answered before the log was flushed");
        }
        finally { end.Set(); }

        await holding;
        using var answer = await durable;
        Assert.True(answer.IsSuccessStatusCode);
    }

    static Lock FlushOf(MetricStore store)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic;
        var sync = typeof(MetricStore).GetField("_sync", Own)!.GetValue(store)!;
        return (Lock)sync.GetType().GetField("_syncing", Own)!.GetValue(sync)!;
    }

    static async Task<bool> IsThere(RunningServer server, string name) => (await server.Http.GetStringAsync("/api/v1/query?query=" + name, Cancel)).Contains("\"value\"", StringComparison.Ordinal);

    static async Task<HttpResponseMessage> Send(RunningServer server, string path, string name, bool isDurable)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (path == "/v1/metrics")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{ "resourceMetrics": [ { "scopeMetrics": [ { "metrics": [ { "name": "{{name}}", "gauge": { "dataPoints": [ { "timeUnixNano": "{{now}}000000", "asInt": 1 } ] } } ] } ] } ] }"""));
            request.Content.Headers.ContentType = new("application/json");
        }
        else
        {
            var encoder = new RemoteWriteEncoder();
            encoder.Add(Labels.Of((Labels.MetricName, name)), [now], [1]);
            var compressed = new byte[SnappyBlock.LongestCompressed(encoder.Written.Length)];
            request.Content = new ByteArrayContent(compressed, 0, SnappyBlock.Compress(encoder.Written, compressed));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            request.Content.Headers.ContentEncoding.Add("snappy");
        }

        if (isDurable) request.Headers.Add("X-Muster-Ack", "durable");
        return await server.Http.SendAsync(request, Cancel);
    }
}
