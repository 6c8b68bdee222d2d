using System.Collections.Immutable;
using Muster.Cli.Telemetry;
using Muster.Probes;

namespace Muster.Cli.Tests.Telemetry;

public sealed class TelemetryTopTests
{
    const string Status = """{"status":"success","data":{"headStats":{"numSeries":12345},"seriesCountByMetricName":[{"name":"http_requests_total","value":9000}],"labelValueCountByLabelName":[{"name":"pod","value":700}],"seriesCountByLabelValuePair":[{"name":"job=api","value":8000}]}}""";

    static async Task<Ran> Top(Func<int, SiteResponse> metrics, Func<int, string>? status = null)
    {
        using var scratch = new Scratch();
        await using var site = LoopbackSite.Start();
        var looks = 0;
        site.Otherwise = request => request.Path == "/metrics" ? metrics(looks++) : request.Path == "/api/v1/status/tsdb" ? SiteResponse.Json(200, status?.Invoke(looks) ?? Status) : new(404);
        return await scratch.Run("telemetry", "top", "--once", "--url", $"http://127.0.0.1:{site.Port}");
    }

    [Fact]
    public async Task It_shows_series_rate_and_who_makes_them_many()
    {
        var ran = await Top(look => new(200, $"# TYPE x counter\nprometheus_tsdb_head_samples_appended_total{{type=\"float\"}} {1000 + (look * 90_000)}\nprometheus_tsdb_head_samples_appended_total{{type=\"histogram\"}} {look * 10_000}\n"));
        Assert.Equal(0, ran.Exit);
        Assert.Contains("series  12,345", ran.Data, StringComparison.Ordinal);
        Assert.Matches(@"ingest  (100|9\d(\.\d)?)k samples/s", ran.Data); // a second and a little, at 100,000
        foreach (var line in (string[])["9,000  http_requests_total", "700  pod", "8,000  job=api"]) Assert.Contains(line, ran.Data, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(40)]
    [InlineData(14)]
    public void In_a_terminal_it_ends_before_its_head_is_out_of_sight(int rows)
    {
        ImmutableArray<(string, long)> ten = [.. Enumerable.Range(0, 10).Select(at => ($"n{at}", 10L - at))];
        var view = new StoreView(10, null, DateTimeOffset.UnixEpoch, ten, ten, ten);
        var lines = view.Text("http://x", null, 80, rows).Split('\n');

        Assert.InRange(lines.Length, rows - 3, rows);
        Assert.Equal(3, lines.Count(line => line == "  10  n0"));
        Assert.Equal(41, view.Text("http://x", null, 80).Split('\n').Length);
    }

    [Fact]
    public async Task Without_a_counter_the_rate_is_not_known()
    {
        Assert.Contains("ingest  not known", (await Top(_ => new(404))).Data, StringComparison.Ordinal);
        Assert.Contains("ingest  not known", (await Top(_ => new(200, "other_total 1\nprometheus_tsdb_head_samples_appended_total_more 5\n"))).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_counter_the_rate_is_that_of_the_samples_that_are_held() =>
        Assert.Matches(@"ingest  (500|4\d\d) samples/s", (await Top(_ => new(404), look => Status.Replace("\"headStats\"", $"\"store\":{{\"samples\":{100 + (look * 500)}}},\"headStats\"", StringComparison.Ordinal))).Data);

    [Fact]
    public async Task What_is_no_prometheus_is_told()
    {
        using var scratch = new Scratch();
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "{}");
        var ran = await scratch.Run("telemetry", "top", "--once", "--url", $"http://127.0.0.1:{site.Port}");
        Assert.Equal(ExitCode.Undecided, ran.Exit);
        Assert.Contains("not that of a Prometheus", ran.Talk, StringComparison.Ordinal);
    }
}
