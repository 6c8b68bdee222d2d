using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Muster.Server.Otlp;
using Muster.Server.Tests.Keys;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Series;

namespace Muster.Server.Tests.Otlp;

public sealed class OtlpMetricsTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string Export(string name, double value, int temporality = 2, int later = 0) => $$"""
        { "resourceMetrics": [ { "resource": { "attributes": [ { "key": "service.name", "value": { "stringValue": "shop" } } ] }, "scopeMetrics": [ { "metrics": [
          { "name": "{{name}}", "sum": { "aggregationTemporality": {{temporality}}, "isMonotonic": true, "dataPoints": [ { "timeUnixNano": "{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + later}}000000", "asDouble": {{value}} } ] } } ] } ] } ] }
        """;

    static async Task<string> Ask(RunningServer server, string query) => await server.Http.GetStringAsync("/api/v1/query?query=" + Uri.EscapeDataString(query), Cancel);

    [Fact]
    public async Task Json_and_protobuf_of_one_export_are_the_same_series()
    {
        await using var server = await RunningServer.Start();
        var json = Export("orders.placed", 5);
        using var first = await server.Http.PostAsync("/v1/metrics", new StringContent(json, Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal("{}", await first.Content.ReadAsStringAsync(Cancel));
        using var content = new ByteArrayContent(OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(Export("orders.placed", 5))).ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        using var second = await server.Http.PostAsync("/v1/metrics", content, Cancel);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Contains("\"1\"", await Ask(server, "count(orders_placed_total{job=\"shop\"} == 5)"), StringComparison.Ordinal);
        Assert.Contains("\"5\"", await Ask(server, "{\"orders.placed\"}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Grpc_brings_the_same()
    {
        await using var server = await RunningServer.Start();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Content = new ByteArrayContent(GrpcMessage.Write(OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(Export("orders.sent", 7))).Span));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var answer = await server.Grpc.SendAsync(request, Cancel);
        await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        Assert.Contains("\"7\"", await Ask(server, "orders_sent_total"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Differences_are_summed_up()
    {
        await using var server = await RunningServer.Start();
        for (var turn = 0; turn < 3; turn++)
        {
            using var sent = await server.Http.PostAsync("/v1/metrics", new StringContent(Export("bytes.read", 10, temporality: 1, later: turn), Encoding.UTF8, "application/json"), Cancel);
            Assert.Equal("{}", await sent.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Contains("\"30\"", await Ask(server, "max_over_time(bytes_read_total[1m] offset -10s)"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_point_without_a_temporality_is_refused_and_counted()
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.PostAsync("/v1/metrics", new StringContent(Export("x", 1, temporality: 0), Encoding.UTF8, "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"rejectedDataPoints\":\"1\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public void An_export_of_differences_that_was_not_kept_is_read_again_as_the_first_time()
    {
        var metrics = new OtlpMetrics();
        var export = Encoding.UTF8.GetBytes(Export("bytes.read", 10, temporality: 1));
        metrics.Read("p", export, isJson: true, new()).Undo!();
        var again = new SampleBatch();
        var read = metrics.Read("p", export, isJson: true, again);
        Assert.Equal((1, 0, 10.0), (read.Points, read.Rejected, again.Values[0]));
        Assert.Equal(1, metrics.Read("p", export, isJson: true, new()).Rejected);
    }

    [Fact]
    public void An_export_that_breaks_in_its_middle_adds_nothing()
    {
        var metrics = new OtlpMetrics();
        var export = OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(Export("bytes.read", 10, temporality: 1))).ToArray();
        Assert.Throws<IntakeProblem>(() => metrics.Read("p", [.. export, 0xff], isJson: false, new()));
        Assert.Equal(0, metrics.Read("p", export, isJson: false, new()).Rejected);
    }

    /// <summary>One sample for each export, and it counts what is undone.</summary>
    sealed class Undone : IOtlpMetrics
    {
        public int Count { get; private set; }

        public OtlpRead Read(string project, ReadOnlySpan<byte> message, bool isJson, SampleBatch into)
        {
            for (var at = 0; at < 100; at++) into.Add(into.Open(SeriesKey.Of(Labels.Of((Labels.MetricName, $"m{at}")))), TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 1);
            return new(100, 0, []) { Undo = () => Count++ };
        }
    }

    [Fact]
    public async Task What_is_sent_away_over_its_quota_is_undone_and_what_is_taken_is_not()
    {
        var metrics = new Undone();
        await using var server = await RunningServer.Start(metrics, options => options with { Projects = [new("shop", [KeyTests.Hash("a key of the shop")], SamplesPerSecond: 1)] });
        server.Http.DefaultRequestHeaders.Authorization = new("Bearer", "a key of the shop");
        foreach (var (status, undone) in new[] { (HttpStatusCode.OK, 0), (HttpStatusCode.TooManyRequests, 1) })
        {
            using var answer = await server.Http.PostAsync("/v1/metrics", new StringContent("{}", Encoding.UTF8, "application/json"), Cancel);
            Assert.Equal((status, undone), (answer.StatusCode, metrics.Count));
        }
    }

    [Fact]
    public async Task Points_that_are_none_are_counted()
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.PostAsync("/v1/metrics", new StringContent(Export("x", 1, temporality: 0), Encoding.UTF8, "application/json"), Cancel);
        Assert.Contains("muster_intake_invalid_samples_total{project=\"default\"} 1\n", await server.Http.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_that_cites_what_was_sent_is_short()
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.PostAsync("/v1/metrics", new StringContent(Export(new string('x', 1_000_000), 1, temporality: 0), Encoding.UTF8, "application/json"), Cancel);
        Assert.InRange((await answer.Content.ReadAsStringAsync(Cancel)).Length, 100, 1_000);
    }
}
