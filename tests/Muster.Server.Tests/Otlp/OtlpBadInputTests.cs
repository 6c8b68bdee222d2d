using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Muster.Server.Otlp;
using Muster.Telemetry.Intake.Otlp;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Server.Tests.Otlp;

/// <summary>What no exporter sends, at the doors themselves: each is answered, with a clear word, and costs nothing of what was there.</summary>
public sealed class OtlpBadInputTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string Nanoseconds => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) + "000000";

    static string Request(string metrics) => $$"""{ "resourceMetrics": [ { "scopeMetrics": [ { "metrics": [ {{metrics}} ] } ] } ] }""";

    static string Gauge(string name, string time, string value = "\"asInt\": 1") => $$"""{ "name": "{{name}}", "gauge": { "dataPoints": [ { "timeUnixNano": "{{time}}", {{value}} } ] } }""";

    static async Task<(HttpStatusCode Status, string Body)> Send(RunningServer server, byte[] body, string type, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        using var answer = await server.Http.PostAsync("/v1/metrics", content, Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    static Task<(HttpStatusCode Status, string Body)> Json(RunningServer server, string json) => Send(server, Encoding.UTF8.GetBytes(json), "application/json");

    static async Task<string> Ask(RunningServer server, string query) => await server.Http.GetStringAsync("/api/v1/query?query=" + Uri.EscapeDataString(query), Cancel);

    [Theory]
    [InlineData("0", "no time")]
    [InlineData("16725225600000000000", "odd")] // 2500
    [InlineData("18446744073709551615", "odd")]
    [InlineData("1", "odd")]
    public async Task A_time_of_1970_or_of_2500_is_refused_with_its_reason_and_the_rest_is_taken(string time, string says)
    {
        await using var server = await RunningServer.Start();
        var (status, body) = await Json(server, Request(Gauge("good", Nanoseconds, "\"asInt\": 5") + "," + Gauge("odd", time)));
        Assert.Equal(HttpStatusCode.OK, status);
        using var told = JsonDocument.Parse(body);
        var partial = told.RootElement.GetProperty("partialSuccess");
        Assert.Equal("1", partial.GetProperty("rejectedDataPoints").GetString());
        Assert.Contains(says, partial.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Contains(",\"5\"]", await Ask(server, "good"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"asDouble\": \"NaN\"", "NaN")]
    [InlineData("\"asDouble\": \"Infinity\"", "+Inf")]
    [InlineData("\"asDouble\": \"-Infinity\"", "-Inf")]
    [InlineData("\"asDouble\": 1e308", "1e+308")]
    [InlineData("\"asInt\": \"-9223372036854775808\"", "-9223372036854775808")]
    public async Task A_value_that_is_no_number_or_has_no_end_is_kept_as_it_is(string value, string kept)
    {
        await using var server = await RunningServer.Start();
        Assert.Equal((HttpStatusCode.OK, "{}"), await Json(server, Request(Gauge("g", Nanoseconds, value))));
        using var answer = JsonDocument.Parse(await Ask(server, "g"));
        var text = answer.RootElement.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString()!;
        Assert.Equal(kept.Length > 15 ? double.Parse(kept, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) : kept, kept.Length > 15 ? double.Parse(text, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) : text);
    }

    [Fact]
    public async Task A_histogram_that_the_store_refuses_is_one_point_and_not_one_for_each_of_its_buckets()
    {
        await using var server = await RunningServer.Start();
        var late = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 3_600_000).ToString(CultureInfo.InvariantCulture) + "000000";
        var (status, body) = await Json(server, Request($$"""{ "name": "h", "histogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "{{late}}", "count": 6, "sum": 12.5, "bucketCounts": [1, 2, 3], "explicitBounds": [1, 2.5] } ] } }"""));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\"rejectedDataPoints\":\"1\"", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Both_compressions_are_read_and_a_bomb_in_either_is_too_large(string encoding)
    {
        await using var server = await RunningServer.Start(change: options => options with { MostRequestBytes = 1 << 20 });
        Assert.Equal((HttpStatusCode.OK, "{}"), await Send(server, Packed(Encoding.UTF8.GetBytes(Request(Gauge("packed", Nanoseconds))), encoding), "application/json", encoding));
        Assert.Contains("\"value\"", await Ask(server, "packed"), StringComparison.Ordinal);
        var bomb = Packed(new byte[64 << 20], encoding);
        Assert.True(bomb.Length < 1 << 20);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Send(server, bomb, "application/json", encoding)).Status);
    }

    static byte[] Packed(byte[] plain, string encoding)
    {
        using var into = new MemoryStream();
        using (Stream pack = encoding == "gzip" ? new GZipStream(into, CompressionLevel.Optimal, leaveOpen: true) : new ZLibStream(into, CompressionLevel.Optimal, leaveOpen: true)) pack.Write(plain);
        return into.ToArray();
    }

    [Fact]
    public async Task Bytes_that_are_no_utf8_are_answered_and_what_is_kept_of_them_can_be_asked_for()
    {
        await using var server = await RunningServer.Start();
        var message = OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(Request(Gauge("good", Nanoseconds, "\"asInt\": 1, \"attributes\": [ { \"key\": \"kkkk\", \"value\": { \"stringValue\": \"vvvv\" } } ]")))).ToArray();
        foreach (var text in new[] { "good", "kkkk", "vvvv" })
        {
            var broken = message.ToArray();
            new byte[] { 0xff, 0xfe, 0xc0, 0x80 }.CopyTo(broken.AsSpan(message.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text))));
            Assert.True((await Send(server, broken, "application/x-protobuf")).Status is HttpStatusCode.OK or HttpStatusCode.BadRequest);
        }

        using var names = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/labels", Cancel));
        Assert.Equal("success", names.RootElement.GetProperty("status").GetString());
        using var series = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/series?match[]={__name__=~\".%2B\"}", Cancel));
        Assert.Equal("success", series.RootElement.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-protobuf")]
    public async Task Whatever_bytes_come_the_door_answers_and_keeps_what_it_had(string type)
    {
        await using var server = await RunningServer.Start();
        Assert.Equal((HttpStatusCode.OK, "{}"), await Json(server, Request(Gauge("kept", Nanoseconds, "\"asInt\": 7"))));
        var random = new Random(19);
        var json = Encoding.UTF8.GetBytes(Request(Gauge("other", Nanoseconds) + $$""", { "name": "h", "histogram": { "aggregationTemporality": 1, "dataPoints": [ { "timeUnixNano": "{{Nanoseconds}}", "count": 6, "sum": 12.5, "bucketCounts": [1, 2, 3], "explicitBounds": [1, 2.5] } ] } }, { "name": "e", "exponentialHistogram": { "aggregationTemporality": 2, "dataPoints": [ { "timeUnixNano": "{{Nanoseconds}}", "count": 7, "sum": 20, "scale": 3, "zeroCount": 1, "positive": { "offset": 0, "bucketCounts": [ 4, "2" ] } } ] } }"""));
        var body = type == "application/json" ? json : OtlpJson.ToProtobuf(json).ToArray();
        var (taken, refused) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            var changed = Changed(body, random);
            var (status, _) = await Send(server, changed, type);
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{status} to {Convert.ToHexString(changed)}");
            if (status == HttpStatusCode.OK) taken++;
            else refused++;
        }

        Assert.True(taken > 20 && refused > 50, $"{taken} taken, {refused} refused");
        Assert.Contains(",\"7\"]", await Ask(server, "kept"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whatever_bytes_come_over_grpc_the_call_ends_with_a_status_that_fits()
    {
        await using var server = await RunningServer.Start();
        var random = new Random(23);
        var message = GrpcMessage.Write(OtlpJson.ToProtobuf(Encoding.UTF8.GetBytes(Request(Gauge("other", Nanoseconds)))).Span);
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        for (var round = 0; round < 300; round++)
        {
            var changed = Changed(message, random);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(changed) };
            request.Content.Headers.ContentType = new("application/grpc");
            if (round % 3 == 0) request.Headers.Add("grpc-encoding", "gzip");
            using var answer = await server.Grpc.SendAsync(request, Cancel);
            await answer.Content.ReadAsByteArrayAsync(Cancel);
            var status = Assert.Single(answer.TrailingHeaders.GetValues("grpc-status"));
            Assert.True(status is "0" or "3" or "8" or "12" or "13", $"{status} to {Convert.ToHexString(changed)}");
            seen.Add(status);
        }

        Assert.Superset(new HashSet<string> { "0", "3", "13" }, seen);
    }

    [Fact]
    public async Task A_call_whose_deadline_passes_ends_with_that()
    {
        await using var server = await RunningServer.Start();
        var never = new TaskCompletionSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new Endless(never.Task) };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.Add("grpc-timeout", "20m");
        using var answer = await server.Grpc.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await answer.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal("4", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        never.SetResult();
    }

    /// <summary>A beginning, and no end until it is let go.</summary>
    sealed class Endless(Task until) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[3]);
            await stream.FlushAsync();
            await until;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    static byte[] Changed(byte[] bytes, Random random)
    {
        var changed = bytes[..(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)];
        for (var change = random.Next(3); change > 0 && changed.Length > 0; change--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return changed;
    }

    /// <summary>Many attributes, and many of one name, at each place that has some.</summary>
    [Theory]
    [InlineData("point", false)]
    [InlineData("point", true)]
    [InlineData("scope", false)]
    [InlineData("scope", true)]
    [InlineData("resource", false)]
    [InlineData("resource", true)]
    public async Task A_hundred_thousand_attributes_are_answered(string place, bool isOneName)
    {
        await using var server = await RunningServer.Start();
        var attributes = new ProtobufWriter();
        for (var at = 0; at < 100_000; at++)
        {
            var (attribute, value) = (new ProtobufWriter(), new ProtobufWriter());
            value.Text(1, "v");
            attribute.Text(1, isOneName ? "a" : "a" + at.ToString(CultureInfo.InvariantCulture));
            attribute.Message(2, value);
            attributes.Message(place switch { "point" => 7, "scope" => 3, _ => 1 }, attribute);
        }

        var (point, gauge, metric, scopeMetrics, resourceMetrics, request) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
        if (place == "resource") resourceMetrics.Message(1, attributes);
        if (place == "scope") scopeMetrics.Message(1, attributes);
        if (place == "point") point.Raw(attributes.Written);
        point.Fixed64(3, (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000);
        point.Double(4, 1);
        gauge.Message(1, point);
        metric.Text(1, "many");
        metric.Message(5, gauge);
        scopeMetrics.Message(2, metric);
        resourceMetrics.Message(2, scopeMetrics);
        request.Message(1, resourceMetrics);
        var (status, _) = await Send(server, request.Written.ToArray(), "application/x-protobuf");
        Assert.Equal(HttpStatusCode.OK, status);
    }
}
