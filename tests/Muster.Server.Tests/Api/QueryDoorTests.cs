using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Muster.Telemetry.Intake.RemoteWrite;
using Muster.Telemetry.Intake.Snappy;
using Muster.Telemetry.Series;

namespace Muster.Server.Tests.Api;

public sealed class QueryDoorTests
{
    static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000 * 1000;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static string At(long time) => (time / 1000).ToString(CultureInfo.InvariantCulture);

    /// <summary>Three series of a sample each ten seconds for a minute: <c>up</c> of a, b and c with 1, 2 and 3.</summary>
    static async Task<RunningServer> Filled(Func<TelemetryOptions, TelemetryOptions>? change = null)
    {
        var server = await RunningServer.Start(change: change);
        var encoder = new RemoteWriteEncoder();
        long[] times = [.. Enumerable.Range(-6, 7).Select(at => Now + (at * 10_000))];
        foreach (var (name, value) in new[] { ("a", 1.0), ("b", 2.0), ("c", 3.0) })
        {
            encoder.Add(Labels.Of((Labels.MetricName, "up"), ("name", name)), times, [.. times.Select(_ => value)]);
        }

        using var answer = await Write(server, encoder.Written);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal("21", Assert.Single(answer.Headers.GetValues("X-Prometheus-Remote-Write-Samples-Written")));
        return server;
    }

    static Task<HttpResponseMessage> Write(RunningServer server, ReadOnlySpan<byte> message, string type = "application/x-protobuf", string encoding = "snappy")
    {
        var compressed = new byte[SnappyBlock.LongestCompressed(message.Length)];
        var length = SnappyBlock.Compress(message, compressed);
        var content = new ByteArrayContent(compressed, 0, length);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        content.Headers.ContentEncoding.Add(encoding);
        return server.Http.PostAsync("/api/v1/write", content, Cancel);
    }

    [Theory]
    [InlineData("application/json", "snappy", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-protobuf", "gzip", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-protobuf;proto=prometheus.WriteRequest", "snappy", HttpStatusCode.BadRequest)]
    public async Task What_is_no_remote_write_is_refused(string type, string encoding, HttpStatusCode status)
    {
        await using var server = await RunningServer.Start();
        using var answer = await Write(server, "no message"u8, type, encoding);
        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task An_instant_query_has_the_shape_that_is_documented()
    {
        await using var server = await Filled();
        var answer = await server.Http.GetStringAsync($"/api/v1/query?query=up%7Bname=%22b%22%7D&time={At(Now)}.25", Cancel);
        Assert.Equal($$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","name":"b"},"value":[{{{At(Now)}}}.25,"2"]}]}}""", answer);
    }

    [Fact]
    public async Task A_range_by_post_has_the_shape_that_is_documented()
    {
        await using var server = await Filled();
        using var form = new FormUrlEncodedContent([new("query", "sum(up)"), new("start", At(Now - 20_000)), new("end", At(Now)), new("step", "10s")]);
        using var answer = await server.Http.PostAsync("/api/v1/query_range", form, Cancel);
        Assert.Equal($$$"""{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[{{{At(Now - 20_000)}}},"6"],[{{{At(Now - 10_000)}}},"6"],[{{{At(Now)}}},"6"]]}]}}""", await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("1e300*1e300", "+Inf")]
    [InlineData("-1e300*1e300", "-Inf")]
    [InlineData("0/0", "NaN")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-07")]
    [InlineData("1/3", "0.3333333333333333")]
    public async Task Numbers_are_written_as_prometheus_does(string query, string number)
    {
        await using var server = await RunningServer.Start();
        var answer = await server.Http.GetStringAsync("/api/v1/query?time=1&query=" + Uri.EscapeDataString(query), Cancel);
        Assert.Equal($$$"""{"status":"success","data":{"resultType":"scalar","result":[1,"{{{number}}}"]}}""", answer);
    }

    [Theory]
    [InlineData("query?query=sum(", 400, "bad_data")]
    [InlineData("query", 400, "bad_data")]
    [InlineData("query?query=1&time=yesterday", 400, "bad_data")]
    [InlineData("query?query=1&timeout=x", 400, "bad_data")]
    [InlineData("query?query=1&limit=-1", 400, "bad_data")]
    [InlineData("query_range?query=1&start=0&end=100000&step=1", 400, "bad_data")]
    [InlineData("query_range?query=1&start=10&end=0&step=1", 400, "bad_data")]
    [InlineData("query_range?query=1&start=0&end=1&step=0", 400, "bad_data")]
    [InlineData("series", 400, "bad_data")]
    [InlineData("query?query=up%2Bon()up", 422, "execution")]
    public async Task What_is_wrong_is_told_in_the_shape_that_is_documented(string path, int status, string kind)
    {
        await using var server = await Filled();
        using var answer = await server.Http.GetAsync("/api/v1/" + path, Cancel);
        Assert.Equal(status, (int)answer.StatusCode);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("error", told.RootElement.GetProperty("status").GetString());
        Assert.Equal(kind, told.RootElement.GetProperty("errorType").GetString());
        Assert.NotEmpty(told.RootElement.GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task More_series_than_the_limit_are_cut_with_a_warning()
    {
        await using var server = await Filled();
        using var answer = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/query?query=up&limit=2", Cancel));
        Assert.Equal(2, answer.RootElement.GetProperty("data").GetProperty("result").GetArrayLength());
        Assert.Equal("results truncated due to limit", answer.RootElement.GetProperty("warnings")[0].GetString());
    }

    [Theory]
    [InlineData("series?match[]=up%7Bname=~%22a|b%22%7D", """[{"__name__":"up","name":"a"},{"__name__":"up","name":"b"}]""")]
    [InlineData("labels", """["__name__","name"]""")]
    [InlineData("label/name/values", """["a","b","c"]""")]
    [InlineData("label/U__name/values", """["a","b","c"]""")]
    [InlineData("label/name/values?match[]=up%7Bname!=%22a%22%7D", """["b","c"]""")]
    [InlineData("label/none/values", "[]")]
    [InlineData("rules", """{"groups":[]}""")]
    [InlineData("alerts", """{"alerts":[]}""")]
    [InlineData("format_query?query=sum(up)by(name)", "\"sum by (name) (up)\"")]
    public async Task What_is_known_is_told_in_the_shape_that_is_documented(string path, string data)
    {
        await using var server = await Filled();
        Assert.Equal($$$"""{"status":"success","data":{{{data}}}}""", await server.Http.GetStringAsync("/api/v1/" + path, Cancel));
    }

    [Theory]
    [InlineData("targets", "activeTargets")]
    [InlineData("status/buildinfo", "version")]
    [InlineData("status/config", "yaml")]
    [InlineData("parse_query?query=sum(up)", "expr")]
    [InlineData("status/runtimeinfo", "storageRetention")]
    [InlineData("status/tsdb", "headStats")]
    public async Task What_clients_ask_first_is_there(string path, string property)
    {
        await using var server = await RunningServer.Start();
        using var answer = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/" + path, Cancel));
        Assert.True(answer.RootElement.GetProperty("data").TryGetProperty(property, out _));
    }

    [Theory]
    [InlineData("series?match[]=up&limit=2", 2, true)]
    [InlineData("series?match[]=up&limit=3", 3, false)]
    [InlineData("labels?limit=1", 1, true)]
    [InlineData("labels?limit=2", 2, false)]
    [InlineData("label/name/values?limit=1", 1, true)]
    [InlineData("label/name/values?limit=0", 3, false)]
    public async Task What_a_limit_leaves_out_is_told(string path, int count, bool isCut)
    {
        await using var server = await Filled();
        using var answer = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/" + path, Cancel));
        Assert.Equal(count, answer.RootElement.GetProperty("data").GetArrayLength());
        Assert.Equal(isCut, answer.RootElement.TryGetProperty("warnings", out var warnings) && warnings[0].GetString() == "results truncated due to limit");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-5")]
    public async Task A_lookback_of_nothing_is_the_usual_one(string lookback)
    {
        await using var server = await Filled();
        Assert.Contains("\"3\"", await server.Http.GetStringAsync($"/api/v1/query?query=count(up)&lookback_delta={lookback}", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_many_pieces_is_whole()
    {
        const int Series = 6, Steps = 10_000;
        await using var server = await Filled(options => options with { QueriesAtOnce = 1 });
        var query = string.Join(" or ", Enumerable.Range(0, Series).Select(at => $"label_replace(vector(1/3), \"n\", \"{at}\", \"\", \"\")"));
        for (var turn = 0; turn < 6; turn++)
        {
            using var form = new FormUrlEncodedContent([new("query", query), new("start", "0"), new("end", $"{Steps - 1}"), new("step", "1")]);
            using var answer = await server.Http.PostAsync("/api/v1/query_range", form, Cancel);
            using var read = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
            var result = read.RootElement.GetProperty("data").GetProperty("result");
            Assert.Equal(Series, result.GetArrayLength());
            foreach (var series in result.EnumerateArray())
            {
                var values = series.GetProperty("values");
                Assert.Equal(Steps, values.GetArrayLength());
                Assert.Equal(Enumerable.Range(0, Steps), values.EnumerateArray().Select(point => point[0].GetInt32()));
            }
        }
    }

    [Fact]
    public async Task What_is_live_is_counted()
    {
        await using var server = await Filled();
        using var answer = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/status/tsdb", Cancel));
        Assert.Equal(3, answer.RootElement.GetProperty("data").GetProperty("headStats").GetProperty("numSeries").GetInt32());
        Assert.Contains("\"timeSeriesCount\":3", await server.Http.GetStringAsync("/api/v1/status/runtimeinfo", Cancel), StringComparison.Ordinal);
        Assert.Contains("\"storageRetention\":\"30d\"", await server.Http.GetStringAsync("/api/v1/status/runtimeinfo", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_zipped_for_who_asks_for_it()
    {
        await using var server = await Filled();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/query?query=up");
        request.Headers.AcceptEncoding.Add(new("gzip"));
        using var answer = await server.Http.SendAsync(request, Cancel);
        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        await using var plain = new GZipStream(await answer.Content.ReadAsStreamAsync(Cancel), CompressionMode.Decompress);
        using var read = await JsonDocument.ParseAsync(plain, cancellationToken: Cancel);
        Assert.Equal(3, read.RootElement.GetProperty("data").GetProperty("result").GetArrayLength());
    }

    [Fact]
    public async Task Series_are_deleted_with_leave()
    {
        await using var server = await Filled(options => options with { Admin = true });
        using var answer = await server.Http.PostAsync("/api/v1/admin/tsdb/delete_series?match[]=up%7Bname=%22a%22%7D", null, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Contains("\"2\"", await server.Http.GetStringAsync("/api/v1/query?query=count(up)", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_deleted_without_leave()
    {
        await using var server = await Filled();
        using var answer = await server.Http.PostAsync("/api/v1/admin/tsdb/delete_series?match[]=up", null, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("\"3\"", await server.Http.GetStringAsync("/api/v1/query?query=count(up)", Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_kept_is_there_in_statistics_when_they_are_asked_for()
    {
        await using var server = await Filled();
        Assert.DoesNotContain("stats", await server.Http.GetStringAsync("/api/v1/query?query=up", Cancel), StringComparison.Ordinal);
        Assert.Contains("\"expression\":\"up\"", await server.Http.GetStringAsync("/api/v1/query?query=up&stats=all", Cancel), StringComparison.Ordinal);
    }
}
