using System.Net;
using System.Net.Http.Headers;
using Muster.Telemetry.Intake.Protobuf;
using Muster.Telemetry.Intake.Snappy;

namespace Muster.Server.Tests.Writing;

public sealed class RemoteWriteDoorTests
{
    const string TypeOfTwo = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task<HttpResponseMessage> Send(RunningServer server, ProtobufWriter message, string type = "application/x-protobuf", string? ack = null)
    {
        var block = new byte[SnappyBlock.LongestCompressed(message.Written.Length)];
        using var content = new ByteArrayContent(block, 0, SnappyBlock.Compress(message.Written, block));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        content.Headers.ContentEncoding.Add("snappy");
        if (ack is not null) content.Headers.Add("X-Muster-Ack", ack);
        return await server.Http.PostAsync("/api/v1/write", content, Cancel);
    }

    static ProtobufWriter Label(string name, string value)
    {
        var label = new ProtobufWriter();
        label.Text(1, name);
        label.Text(2, value);
        return label;
    }

    static ProtobufWriter Request(string metric, long time, (string Name, string Value)? exemplar = null)
    {
        var (request, series, sample) = (new ProtobufWriter(), new ProtobufWriter(), new ProtobufWriter());
        series.Message(1, Label("__name__", metric));
        sample.Double(1, 7);
        sample.Varint(2, (ulong)time);
        series.Message(2, sample);
        if (exemplar is var (name, value))
        {
            var one = new ProtobufWriter();
            one.Message(1, Label(name, value));
            one.Varint(3, (ulong)time);
            series.Message(3, one);
        }

        request.Message(1, series);
        return request;
    }

    static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    static async Task<string> Ask(RunningServer server, string query) => await server.Http.GetStringAsync("/api/v1/query?query=" + Uri.EscapeDataString(query), Cancel);

    [Theory]
    [InlineData("", "x", 1)]
    [InlineData("trace_id", "x", 300_000)]
    public async Task An_exemplar_that_cannot_be_stored_costs_no_sample(string name, string value, int times)
    {
        await using var server = await RunningServer.Start();
        using var answer = await Send(server, Request("seen", Now, (name, string.Concat(Enumerable.Repeat(value, times)))));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("0", Assert.Single(answer.Headers.GetValues("X-Prometheus-Remote-Write-Exemplars-Written")));
        Assert.Contains("\"7\"", await Ask(server, "seen"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_whole_says_that_nothing_was_written()
    {
        await using var server = await RunningServer.Start();
        var message = new ProtobufWriter();
        message.Text(4, "the first symbol is the empty one");
        using var answer = await Send(server, message, TypeOfTwo);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        foreach (var kind in new[] { "Samples", "Histograms", "Exemplars" }) Assert.Equal("0", Assert.Single(answer.Headers.GetValues($"X-Prometheus-Remote-Write-{kind}-Written")));
    }

    [Fact]
    public async Task A_series_without_a_name_is_counted_and_the_other_is_taken()
    {
        await using var server = await RunningServer.Start();
        var message = Request("named", Now);
        message.Raw(Request("", Now).Written);
        using var answer = await Send(server, message);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-Prometheus-Remote-Write-Samples-Written")));
        Assert.Contains("muster_intake_invalid_samples_total{project=\"default\"} 1\n", await server.Http.GetStringAsync("/metrics", Cancel), StringComparison.Ordinal);
        Assert.Contains("\"7\"", await Ask(server, "named"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.NoContent)]
    [InlineData("durable", HttpStatusCode.NoContent)]
    [InlineData("Durable", HttpStatusCode.NoContent)]
    [InlineData("durabel", HttpStatusCode.BadRequest)]
    public async Task Who_asks_for_an_acknowledgement_that_there_is_not_does_not_believe_to_have_it(string? ack, HttpStatusCode expected)
    {
        await using var server = await RunningServer.Start();
        using var answer = await Send(server, Request("a", Now), ack: ack);
        Assert.Equal(expected, answer.StatusCode);
    }
}
