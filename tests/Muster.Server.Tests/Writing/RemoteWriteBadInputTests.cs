using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Muster.Server.Tests.Keys;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Intake.Snappy;
using Muster.Telemetry.Series;

namespace Muster.Server.Tests.Writing;

public sealed class RemoteWriteBadInputTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    static ReadOnlyMemory<byte> Message(params (string Name, long Time, double Value)[] samples)
    {
        var encoder = new RemoteWriteEncoder();
        foreach (var (name, time, value) in samples) encoder.Add(Labels.Of((Labels.MetricName, name)), [time], [value]);
        return encoder.Written.ToArray();
    }

    static byte[] Compressed(ReadOnlySpan<byte> message)
    {
        var compressed = new byte[SnappyBlock.LongestCompressed(message.Length)];
        return compressed[..SnappyBlock.Compress(message, compressed)];
    }

    static async Task<HttpResponseMessage> Send(RunningServer server, byte[] compressed, string? key = null, string? type = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/write") { Content = new ByteArrayContent(compressed) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type ?? "application/x-protobuf");
        request.Content.Headers.ContentEncoding.Add("snappy");
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        return await server.Http.SendAsync(request, Cancel);
    }

    static async Task<string> Ask(RunningServer server, string query) => await server.Http.GetStringAsync("/api/v1/query?query=" + Uri.EscapeDataString(query), Cancel);

    [Fact]
    public async Task What_is_refused_is_told_as_not_to_be_sent_again_and_the_rest_is_taken()
    {
        await using var server = await RunningServer.Start();
        using var answer = await Send(server, Compressed(Message(("good", Now, 5), ("early", Now + 3_600_000, 1)).Span));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-Prometheus-Remote-Write-Samples-Written")));
        var told = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.StartsWith("1 samples were not taken: early", told, StringComparison.Ordinal);
        Assert.Contains("\"5\"", await Ask(server, "good"), StringComparison.Ordinal);
        Assert.DoesNotContain("\"value\"", await Ask(server, "early offset -1h"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    [InlineData(16_725_225_600_000L)] // 2500
    [InlineData(long.MaxValue)]
    public async Task A_time_of_1970_or_of_2500_is_refused_with_its_reason_and_the_rest_is_taken(long time)
    {
        await using var server = await RunningServer.Start();
        using var answer = await Send(server, Compressed(Message(("good", Now, 5), ("odd", time, 1)).Span));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("odd", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("\"5\"", await Ask(server, "good"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_is_refused_as_too_large_before_it_is_unpacked()
    {
        await using var server = await RunningServer.Start(change: options => options with { MostRequestBytes = 1 << 20 });
        var bomb = Compressed(new byte[16 << 20]);
        Assert.True(bomb.Length < 1 << 20);
        using var answer = await Send(server, bomb);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Fact]
    public async Task Who_sends_more_than_it_may_is_told_when_to_come_back_and_nothing_was_taken()
    {
        await using var server = await RunningServer.Start(change: options => options with { Projects = [new("shop", [KeyTests.Hash("a key of the shop")], SamplesPerSecond: 1)] });
        var many = Message([.. Enumerable.Range(0, 3000).Select(at => ("m" + at.ToString(CultureInfo.InvariantCulture), Now, 1.0))]);
        using var first = await Send(server, Compressed(many.Span), "a key of the shop");
        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        using var second = await Send(server, Compressed(Message(("more", Now, 1)).Span), "a key of the shop");
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 2000, 3000);
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/query?query=more") { Headers = { Authorization = new("Bearer", "a key of the shop") } };
        using var answer = await server.Http.SendAsync(asked, Cancel);
        Assert.DoesNotContain("\"value\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_special_float_and_a_histogram_of_them_comes_back_as_it_was()
    {
        await using var server = await RunningServer.Start();
        var now = Now;
        var encoder = new RemoteWriteEncoder();
        encoder.Add(Labels.Of((Labels.MetricName, "nan")), [now], [double.NaN]);
        encoder.Add(Labels.Of((Labels.MetricName, "up")), [now], [double.PositiveInfinity]);
        encoder.Add(Labels.Of((Labels.MetricName, "down")), [now], [double.NegativeInfinity]);
        encoder.Add(Labels.Of((Labels.MetricName, "least")), [now], [double.Epsilon]);
        encoder.Add(Labels.Of((Labels.MetricName, "h")), [now], [new NativeHistogram { Count = 1, Sum = double.NaN, ZeroCount = 1 }]);
        using var answer = await Send(server, Compressed(encoder.Written));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        foreach (var (query, value) in new[] { ("nan", "NaN"), ("up", "+Inf"), ("down", "-Inf"), ("least", "5e-324"), ("histogram_sum(h)", "NaN"), ("histogram_count(h)", "1") }) Assert.Contains($",\"{value}\"]", await Ask(server, query), StringComparison.Ordinal);
    }

    /// <summary>The answers to what is no message are that it is none; and nothing that was taken before is lost by it.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("application/x-protobuf;proto=io.prometheus.write.v2.Request")]
    public async Task Whatever_bytes_come_the_door_answers_and_keeps_what_it_had(string? type)
    {
        await using var server = await RunningServer.Start();
        using (var first = await Send(server, Compressed(Message(("kept", Now, 7)).Span))) Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        var random = new Random(17);
        var message = type is null ? Message([.. Enumerable.Range(0, 20).Select(at => ("m" + (at % 5).ToString(CultureInfo.InvariantCulture), Now + at, at + 0.5))]).ToArray() : Symbols();
        var (taken, refused) = (0, 0);
        for (var round = 0; round < 400; round++)
        {
            // Within the message, or around it.
            var bytes = round % 2 == 0 ? Compressed(Changed(message, random)) : Changed(Compressed(message), random);
            using var answer = await Send(server, bytes, type: type);
            Assert.True(answer.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"{answer.StatusCode} to {Convert.ToHexString(bytes)}");
            if (answer.StatusCode == HttpStatusCode.NoContent) taken++;
            else refused++;
        }

        Assert.True(taken > 5 && refused > 50, $"{taken} taken, {refused} refused");
        Assert.Contains(",\"7\"]", await Ask(server, "kept"), StringComparison.Ordinal);
    }

    static byte[] Symbols()
    {
        var encoder = new SymbolRequestEncoder();
        for (var at = 0; at < 5; at++) encoder.Add(Labels.Of((Labels.MetricName, "m" + at.ToString(CultureInfo.InvariantCulture)), ("job", "api")), [Now, Now + 10], [1, 2], metadata: new("m", "gauge", "How much.", ""));
        encoder.Add(Labels.Of((Labels.MetricName, "h")), [Now], [new NativeHistogram { Count = 3, Sum = 1, Schema = 2, PositiveSpans = [new(0, 2)], PositiveBuckets = [1, 2] }]);
        return encoder.Written.ToArray();
    }

    static byte[] Changed(byte[] bytes, Random random)
    {
        var changed = bytes[..(random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length)];
        for (var change = random.Next(3); change > 0 && changed.Length > 0; change--) changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return changed;
    }
}
