using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Muster.Server.Otlp;
using Muster.Server.Tests.Keys;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Server.Tests.Otlp;

public sealed class OtlpGrpcDoorTests
{
    const string Metrics = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    sealed record Answer(HttpStatusCode Http, string? Status, string? Message, string? Details, byte[] Body);

    static async Task<Answer> Call(RunningServer server, byte[] framed, string path = Metrics, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(framed) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await server.Grpc.SendAsync(request, Cancel);
        var body = await response.Content.ReadAsByteArrayAsync(Cancel);
        string? Trailer(string name) => response.TrailingHeaders.TryGetValues(name, out var values) ? string.Join(',', values) : null;
        return new(response.StatusCode, Trailer("grpc-status"), Trailer("grpc-message"), Trailer("grpc-status-details-bin"), body);
    }

    /// <summary>A body that comes in pieces, each in a frame of its own, and then waits.</summary>
    sealed class Pieces(byte[] bytes, Task wait) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var one in bytes)
            {
                await stream.WriteAsync(new[] { one });
                await stream.FlushAsync();
            }

            await wait;
        }

        protected override bool TryComputeLength(out long length) => (length = -1) > 0;
    }

    static async Task<string?> InPieces(RunningServer server, byte[] framed, Task wait, string? timeout)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Metrics) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new Pieces(framed, wait) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        if (timeout is not null) request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        using var response = await server.Grpc.SendAsync(request, Cancel);
        await response.Content.ReadAsByteArrayAsync(Cancel);
        return response.TrailingHeaders.GetValues("grpc-status").Single();
    }

    [Fact]
    public async Task A_message_may_come_in_many_frames()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        Assert.Equal("0", await InPieces(server, Frame("in_pieces"), Task.CompletedTask, "10S"));
        Assert.Contains("\"1\"", await server.Http.GetStringAsync("/api/v1/query?query=count(in_pieces)", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_does_not_come_before_its_deadline_is_told_so()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        var end = new TaskCompletionSource();
        Assert.Equal("4", await InPieces(server, [0, 0, 0, 0, 9], end.Task, "100m"));
        end.SetResult();
    }

    [Fact]
    public async Task Two_messages_are_one_too_many_and_none_is_taken()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        Assert.Equal("13", (await Call(server, [.. Frame("one"), .. Frame("two")])).Status);
        Assert.DoesNotContain("\"1\"", await server.Http.GetStringAsync("/api/v1/query?query=count({__name__=~%22one|two%22})", Cancel), StringComparison.Ordinal);
    }

    static byte[] Frame(string message) => GrpcMessage.Write(Encoding.UTF8.GetBytes(message));

    static byte[] Zipped(byte[] message)
    {
        using var into = new MemoryStream();
        using (var zip = new GZipStream(into, CompressionLevel.Optimal, leaveOpen: true)) zip.Write(message);
        var framed = GrpcMessage.Write(into.ToArray());
        framed[0] = 1;
        return framed;
    }

    [Fact]
    public async Task What_is_sent_can_be_asked_for()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        var answer = await Call(server, Frame("over_grpc"));
        Assert.Equal((HttpStatusCode.OK, "0"), (answer.Http, answer.Status));
        Assert.Equal(new byte[5], answer.Body);
        Assert.Contains("\"1\"", await server.Http.GetStringAsync("/api/v1/query?query=count(over_grpc)", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_is_read()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        Assert.Equal("0", (await Call(server, Zipped("zipped"u8.ToArray()), Metrics, ("grpc-encoding", "gzip"))).Status);
        Assert.Contains("\"1\"", await server.Http.GetStringAsync("/api/v1/query?query=count(zipped)", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_encoding_is_unimplemented()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        Assert.Equal("12", (await Call(server, Zipped("x"u8.ToArray()), Metrics, ("grpc-encoding", "snappy"))).Status);
    }

    [Fact]
    public async Task Points_that_are_refused_are_told_in_the_message()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        var answer = await Call(server, Frame("a|!"));
        Assert.Equal("0", answer.Status);
        Assert.Contains("a point is none", Encoding.UTF8.GetString(answer.Body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_is_an_invalid_argument_in_the_trailers()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        var answer = await Call(server, Frame("?"));
        Assert.Equal((HttpStatusCode.OK, "3", "no export: 100 %25 %C3%BC"), (answer.Http, answer.Status, answer.Message));
        Assert.Null(answer.Details);
    }

    [Fact]
    public async Task A_bomb_is_resource_exhausted_and_is_not_to_be_sent_again()
    {
        await using var server = await RunningServer.Start(new LineMetrics(), options => options with { MostRequestBytes = 1 << 20 });
        var answer = await Call(server, Zipped(new byte[64 << 20]), Metrics, ("grpc-encoding", "gzip"));
        Assert.Equal("8", answer.Status);
        Assert.Null(answer.Details);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData(new byte[] { 7, 0, 0, 0, 0 })]
    public async Task What_is_no_frame_is_refused(byte[] body)
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        Assert.Equal("13", (await Call(server, body)).Status);
    }

    [Theory]
    [InlineData("trace.v1.TraceService/Export")]
    [InlineData("logs.v1.LogsService/Export")]
    [InlineData("metrics.v1.MetricsService/Import")]
    public async Task Traces_logs_and_methods_that_are_none_are_unimplemented(string service)
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        Assert.Equal("12", (await Call(server, Frame("x"), "/opentelemetry.proto.collector." + service)).Status);
    }

    [Fact]
    public async Task Who_sends_more_than_it_may_is_told_when_to_come_back()
    {
        await using var server = await RunningServer.Start(new LineMetrics(), options => options with { Projects = [new("shop", [KeyTests.Hash("a key of the shop")], SamplesPerSecond: 1)] });
        var many = string.Join('|', Enumerable.Range(0, 600).Select(at => $"m{at}"));
        Assert.Equal("0", (await Call(server, Frame(many), Metrics, ("authorization", "Bearer a key of the shop"))).Status);
        var answer = await Call(server, Frame("more"), Metrics, ("authorization", "Bearer a key of the shop"));
        Assert.Equal("8", answer.Status);
        Assert.InRange(RetryDelay(answer.Details!), 500, 600);
    }

    static long RetryDelay(string details)
    {
        var status = new ProtobufReader(Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '=')));
        while (status.Next() && status.Field != 3) status.Skip();
        var any = new ProtobufReader(status.Bytes());
        Assert.True(any.Next());
        Assert.Equal("type.googleapis.com/google.rpc.RetryInfo", Encoding.UTF8.GetString(any.Bytes()));
        Assert.True(any.Next());
        var info = new ProtobufReader(any.Bytes());
        Assert.True(info.Next());
        var duration = new ProtobufReader(info.Bytes());
        Assert.True(duration.Next());
        return duration.Integer();
    }

    [Fact]
    public async Task Without_a_key_it_is_unauthenticated()
    {
        await using var server = await RunningServer.Start(new LineMetrics(), options => options with { Projects = [new("shop", [KeyTests.Hash("a key of the shop")])] });
        Assert.Equal("16", (await Call(server, Frame("x"))).Status);
    }

    [Fact]
    public void A_frame_is_read_or_refused_whatever_comes()
    {
        var random = new Random(7);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            if (random.Next(2) == 0 && bytes.Length > 4) (bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]) = (0, 0, 0, 0, (byte)(bytes.Length - 5));
            if (GrpcMessage.TryRead(bytes, out var message, out _)) Assert.Equal(bytes.Length - 5, message.Length);
        }
    }

    [Theory]
    [InlineData("1S", 1000)]
    [InlineData("250m", 250)]
    [InlineData("2M", 120_000)]
    public void A_timeout_is_read(string text, double milliseconds) => Assert.Equal(milliseconds, GrpcText.Timeout(text)!.Value.TotalMilliseconds);

    [Theory]
    [InlineData(null)]
    [InlineData("S")]
    [InlineData("-1S")]
    [InlineData("123456789S")]
    [InlineData("5x")]
    public void What_is_no_timeout_is_none(string? text) => Assert.Null(GrpcText.Timeout(text));
}
