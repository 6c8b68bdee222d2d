using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Muster.Server.Otlp;
using Muster.Telemetry.Intake.Otlp;

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
}
