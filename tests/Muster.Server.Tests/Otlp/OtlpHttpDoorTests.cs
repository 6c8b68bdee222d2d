using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Server.Tests.Otlp;

public sealed class OtlpHttpDoorTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static ByteArrayContent Body(string text, string type = "application/x-protobuf", string? encoding = null) => Body(Encoding.UTF8.GetBytes(text), type, encoding);

    static ByteArrayContent Body(byte[] bytes, string type, string? encoding)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        return content;
    }

    static byte[] Zipped(byte[] plain)
    {
        using var into = new MemoryStream();
        using (var zip = new GZipStream(into, CompressionLevel.Optimal)) zip.Write(plain);
        return into.ToArray();
    }

    static async Task<string> Count(RunningServer server, string name) => await server.Http.GetStringAsync($"/api/v1/query?query=count({name})", Cancel);

    [Theory]
    [InlineData("/v1/metrics")]
    [InlineData("/api/v1/otlp/v1/metrics")]
    public async Task What_is_sent_can_be_asked_for(string path)
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var answer = await server.Http.PostAsync(path, Body("sent"), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/x-protobuf", answer.Content.Headers.ContentType!.MediaType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Contains("\"1\"", await Count(server, "sent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_answered_in_json_and_a_point_that_is_refused_is_told()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var answer = await server.Http.PostAsync("/v1/metrics", Body("\"good|!|!\"", "application/json; charset=utf-8"), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        var partial = told.RootElement.GetProperty("partialSuccess");
        Assert.Equal("2", partial.GetProperty("rejectedDataPoints").GetString());
        Assert.Equal("a point is none", partial.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public async Task A_partial_success_in_protobuf_has_the_count_and_the_reason()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var answer = await server.Http.PostAsync("/v1/metrics", Body("good|!"), Cancel);
        var (count, reason) = Partial(await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal((1, "a point is none"), (count, reason));
    }

    static (long Count, string Reason) Partial(byte[] bytes)
    {
        var response = new ProtobufReader(bytes);
        Assert.True(response.Next());
        var partial = new ProtobufReader(response.Bytes());
        Assert.True(partial.Next());
        var count = partial.Integer();
        Assert.True(partial.Next());
        return (count, Encoding.UTF8.GetString(partial.Bytes()));
    }

    [Fact]
    public async Task Gzip_is_read()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var answer = await server.Http.PostAsync("/v1/metrics", Body(Zipped("zipped"u8.ToArray()), "application/x-protobuf", "gzip"), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"1\"", await Count(server, "zipped"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_gzip_is_malformed()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var answer = await server.Http.PostAsync("/v1/metrics", Body("not zipped", encoding: "gzip"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("gzip", true)]
    [InlineData("deflate", false)]
    [InlineData("deflate", true)]
    public async Task What_is_compressed_and_cut_off_is_malformed(string encoding, bool isCut)
    {
        using var into = new MemoryStream();
        using (Stream zip = encoding == "gzip" ? new GZipStream(into, CompressionLevel.NoCompression) : new ZLibStream(into, CompressionLevel.NoCompression)) zip.Write("first|second"u8);
        var bytes = into.ToArray();
        await using var server = await RunningServer.Start(new LineMetrics());
        // Without its check, and without the end of its text: the beginning alone would be an export too.
        using var answer = await server.Http.PostAsync("/v1/metrics", Body(isCut ? bytes[..^(8 + "|second".Length)] : bytes, "application/x-protobuf", encoding), Cancel);
        Assert.Equal(isCut ? HttpStatusCode.BadRequest : HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_bomb_is_refused_before_it_is_unpacked()
    {
        await using var server = await RunningServer.Start(new LineMetrics(), options => options with { MostRequestBytes = 1 << 20 });
        var bomb = Zipped(new byte[200 << 20]);
        Assert.True(bomb.Length < 1 << 20);
        using var answer = await server.Http.PostAsync("/v1/metrics", Body(bomb, "application/x-protobuf", "gzip"), Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_too_large_as_it_comes_is_refused()
    {
        await using var server = await RunningServer.Start(new LineMetrics(), options => options with { MostRequestBytes = 1000 });
        using var answer = await server.Http.PostAsync("/v1/metrics", Body(new string('a', 2000)), Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_status_of_invalid_argument()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var answer = await server.Http.PostAsync("/v1/metrics", Body("\"?\"", "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(3, status.RootElement.GetProperty("code").GetInt32());
        Assert.Equal("no export: 100 % ü", status.RootElement.GetProperty("message").GetString());
        Assert.EndsWith("google.rpc.BadRequest", status.RootElement.GetProperty("details")[0].GetProperty("@type").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-protobuf", "br")]
    public async Task Other_types_and_encodings_are_not_taken(string type, string? encoding)
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var answer = await server.Http.PostAsync("/v1/metrics", Body("x", type, encoding), Cancel);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }

    [Theory]
    [InlineData("/v1/traces")]
    [InlineData("/v1/logs")]
    [InlineData("/api/v1/otlp/v1/traces")]
    public async Task Traces_and_logs_are_refused_as_not_kept(string path)
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var answer = await server.Http.PostAsync(path, Body("{}", "application/json"), Cancel);
        Assert.Equal(HttpStatusCode.NotImplemented, answer.StatusCode);
        Assert.Contains("\"code\":12", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
