using System.Net;
using System.Text;
using System.Text.Json;

namespace Muster.Server.Tests.Api;

/// <summary>A counter with dots in its names and an exemplar, as an SDK sends it, looked for under both names at every door.</summary>
public sealed class SentNamesTests
{
    static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task<RunningServer> Filled()
    {
        var server = await RunningServer.Start(change: options => options with { Admin = true });
        string Point(string route, string value, string exemplars) => $$$"""{"timeUnixNano": "{{{Now}}}000000", "startTimeUnixNano": "{{{Now - 60_000}}}000000", "asDouble": {{{value}}}, "attributes": [{"key": "http.route", "value": {"stringValue": "{{{route}}}"}}], "exemplars": [{{{exemplars}}}]}""";
        string Exemplar(long time, string value) => $$"""{"timeUnixNano": "{{time}}000000", "asDouble": {{value}}, "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174"}""";
        using var body = new StringContent($$$"""
            {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "http.requests", "unit": "{request}", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
              {{{Point("/a", "1", Exemplar(Now, "2") + "," + Exemplar(Now - 500, "1e300"))}}}, {{{Point("/b", "2", "")}}}]}}]}]}]}
            """, Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync("/v1/metrics", body, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return server;
    }

    static async Task<JsonElement> Data(RunningServer server, string path)
    {
        using var told = JsonDocument.Parse(await server.Http.GetStringAsync("/api/v1/" + path, Cancel));
        return told.RootElement.GetProperty("data").Clone();
    }

    [Theory]
    [InlineData("http_requests_total", 2)]
    [InlineData("{\"http.requests\"}", 2)]
    [InlineData("{\"http.requests\", \"http.route\"=\"/a\"}", 1)]
    [InlineData("http_requests_total{\"http.route\"=\"/a\"}", 1)]
    [InlineData("http_requests_total{\"http.route\"!=\"/a\"}", 1)]
    [InlineData("{\"http.requests\", http_route=~\"/[ab]\"}", 2)]
    public async Task Both_names_find_the_series(string selector, int count)
    {
        await using var server = await Filled();
        var asked = Uri.EscapeDataString(selector);
        Assert.Equal(count, (await Data(server, $"query?query={asked}")).GetProperty("result").GetArrayLength());
        Assert.Equal(count, (await Data(server, $"series?match[]={asked}")).GetArrayLength());
        Assert.Equal(count, (await Data(server, $"label/http_route/values?match[]={asked}")).GetArrayLength());
        Assert.Equal(count, (await Data(server, $"label/http.route/values?match[]={asked}")).GetArrayLength());
        Assert.Equal(count, (await Data(server, $"label/U__http_2e_route/values?match[]={asked}")).GetArrayLength());
        Assert.Contains("http_route", (await Data(server, $"labels?match[]={asked}")).EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["http_requests_total"], (await Data(server, $"label/__name__/values?match[]={asked}")).EnumerateArray().Select(name => name.GetString()));
        using var deleted = await server.Http.PostAsync($"/api/v1/admin/tsdb/delete_series?match[]={asked}", null, Cancel);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal(2 - count, (await Data(server, "query?query=http_requests_total")).GetProperty("result").GetArrayLength());
    }

    [Theory]
    [InlineData("http_requests_total")]
    [InlineData("{\"http.requests\"}")]
    [InlineData("rate(http_requests_total[5m]) / http_requests_total")]
    [InlineData("http_requests_total{\"http.route\"=\"/a\"} or {\"http.requests\"}")]
    public async Task Exemplars_stand_there_once_in_the_order_of_their_times(string query)
    {
        await using var server = await Filled();
        var series = Assert.Single((await Data(server, $"query_exemplars?query={Uri.EscapeDataString(query)}")).EnumerateArray());
        Assert.Equal("/a", series.GetProperty("seriesLabels").GetProperty("http_route").GetString());
        var exemplars = series.GetProperty("exemplars");
        Assert.Equal(["1e+300", "2"], exemplars.EnumerateArray().Select(one => one.GetProperty("value").GetString()));
        Assert.Equal("5b8efff798038103d269b633813fc60c", exemplars[1].GetProperty("labels").GetProperty("trace_id").GetString());
        Assert.Equal(Now / 1000.0, exemplars[1].GetProperty("timestamp").GetDouble());
    }

    [Fact]
    public async Task Metadata_is_found_under_both_names()
    {
        await using var server = await Filled();
        var name = Assert.Single((await Data(server, "metadata?metric=http.requests")).EnumerateObject()).Name;
        Assert.Equal(name, Assert.Single((await Data(server, $"metadata?metric={name}")).EnumerateObject()).Name);
    }
}
