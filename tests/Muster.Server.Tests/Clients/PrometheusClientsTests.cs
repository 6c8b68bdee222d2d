using System.Globalization;
using System.Text.Json;
using Muster.Server.Tests.Otlp;
using Muster.Servers;

namespace Muster.Server.Tests.Clients;

/// <summary>A real Prometheus that scrapes itself and writes remotely, and its own tool against our API.</summary>
public sealed class PrometheusClientsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_real_Prometheus_writes_is_read_back_exactly()
    {
        await using var server = await RunningServer.Start();
        var port = Ports.Free();
        await using var prometheus = await PrometheusServer.StartAt(port, string.Create(CultureInfo.InvariantCulture, $$"""
            global: { scrape_interval: 1s, scrape_timeout: 1s }
            scrape_configs: [ { job_name: self, static_configs: [ { targets: ["127.0.0.1:{{port}}"] } ] } ]
            # One shard sends in the order of the scrape, of which up is the last: when it is there, all is.
            remote_write: [ { url: "{{server.Http.BaseAddress}}api/v1/write", queue_config: { max_shards: 1, batch_send_deadline: 100ms } } ]
            """), Cancel);
        await ServerProcess.Until(() => Count(server.Http, "count_over_time(up{job=\"self\"}[1m])") >= 3, "three scrapes did not arrive", TimeSpan.FromSeconds(60), Cancel);

        using var http = new HttpClient { BaseAddress = prometheus.Address };
        // As of a moment when all of it has arrived.
        var at = Count(server.Http, "timestamp(up{job=\"self\"})").ToString("F3", CultureInfo.InvariantCulture);
        foreach (var query in new[] { "{job=\"self\"}", "sum by (handler) (prometheus_http_requests_total)", "max_over_time(prometheus_http_requests_total[9500ms])", "count by (__name__) ({job=\"self\"})" })
        {
            var (theirs, ours) = (await Vector(http, query, at), await Vector(server.Http, query, at));
            Assert.NotEmpty(theirs);
            Assert.Equal(theirs, ours);
        }
    }

    [Fact]
    public async Task The_tool_of_Prometheus_asks_our_API()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var content = new ByteArrayContent("asked_for"u8.ToArray()) { Headers = { ContentType = new("application/x-protobuf") } };
        using var sent = await server.Http.PostAsync("/v1/metrics", content, Cancel);
        var address = server.Http.BaseAddress!.ToString().TrimEnd('/');
        using var folder = new ServerFolder();
        async Task<string> Tool(params string[] arguments) => (await ServerProcess.Run(folder, "promtool", ["query", .. arguments], Cancel)).Trim();
        Assert.StartsWith("scalar: 2 @[", await Tool("instant", address, "1 + 1"), StringComparison.Ordinal);
        Assert.StartsWith("asked_for => 1 @[", await Tool("instant", address, "asked_for"), StringComparison.Ordinal);
        Assert.Equal("{} =>\n6 @[1700000000]\n6 @[1700000030]\n6 @[1700000060]", await Tool("range", "--start=1700000000", "--end=1700000060", "--step=30s", address, "vector(6)"));
        Assert.Equal("asked_for", await Tool("labels", address, "__name__"));
        Assert.Equal("{__name__=\"asked_for\"}", await Tool("series", "--match=asked_for", address));
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Tool("instant", address, "sum("));
        Assert.Contains("bad_data", refused.Message, StringComparison.Ordinal);
    }

    static double Count(HttpClient http, string query)
    {
        using var json = JsonDocument.Parse(http.GetStringAsync(new Uri("api/v1/query?query=" + Uri.EscapeDataString(query), UriKind.Relative), Cancel).GetAwaiter().GetResult());
        var result = json.RootElement.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? 0 : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    static async Task<SortedDictionary<string, string>> Vector(HttpClient http, string query, string at)
    {
        using var json = JsonDocument.Parse(await http.GetStringAsync(new Uri($"api/v1/query?time={at}&query={Uri.EscapeDataString(query)}", UriKind.Relative), Cancel));
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var sample in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            values.Add(string.Join(",", sample.GetProperty("metric").EnumerateObject().Select(label => $"{label.Name}={label.Value}").Order(StringComparer.Ordinal)), sample.GetProperty("value")[1].GetString()!);
        }

        return values;
    }
}
