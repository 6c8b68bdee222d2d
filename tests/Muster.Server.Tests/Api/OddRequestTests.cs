using System.Net;
using System.Text.Json;

namespace Muster.Server.Tests.Api;

/// <summary>What no dashboard asks, and what anybody may.</summary>
public sealed class OddRequestTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task<(int Status, JsonElement Root)> Get(RunningServer server, string path)
    {
        using var answer = await server.Http.GetAsync("/api/v1/" + path, Cancel);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
        return ((int)answer.StatusCode, told.RootElement.Clone());
    }

    [Theory]
    [InlineData("query_range?query=1&start=-9e15&end=9e15&step=1", 400, "bad_data")]
    [InlineData("query_range?query=1&start=-9.1e15&end=9.1e15&step=8e14", 400, "bad_data")]
    [InlineData("query?query=1&timeout=1e12", 400, "bad_data")]
    [InlineData("query?query=1&timeout=290000y", 400, "bad_data")]
    [InlineData("query?query=1&timeout=0", 503, "timeout")]
    [InlineData("query?query=1&timeout=-1", 503, "timeout")]
    [InlineData("query?query=1&time=2026-11-28", 400, "bad_data")]
    [InlineData("query?query=1&time=11/12/2026%2010:00", 400, "bad_data")]
    [InlineData("query?query=1&time=2026-11-28%2010:00:00", 400, "bad_data")]
    [InlineData("query?query=1&time=%205", 400, "bad_data")]
    [InlineData("query?query=1&time=2026-13-28T10:00:00Z", 400, "bad_data")]
    [InlineData("labels?match[]=", 400, "bad_data")]
    [InlineData("query_exemplars?query=up&start=2&end=1", 400, "bad_data")]
    public async Task What_cannot_be_meant_is_refused(string path, int status, string kind)
    {
        await using var server = await RunningServer.Start();
        var (code, root) = await Get(server, path);
        Assert.Equal(status, code);
        Assert.Equal(kind, root.GetProperty("errorType").GetString());
    }

    [Theory]
    [InlineData("query?query=1&time=2026-11-28T10:00:00.123456789%2B02:00")]
    [InlineData("query?query=1&time=-9.1e15")]
    [InlineData("query?query=x%5B290y%5D%20offset%20-290y&time=9.1e15")]
    [InlineData("query?query=max_over_time(vector(1)%5B290y:289y%5D%20offset%20290y)&time=-9.1e15")]
    [InlineData("query?query=x&time=-9.1e15&lookback_delta=290y")]
    [InlineData("query_range?query=x%20%40%209e15&start=0&end=1&step=290y")]
    [InlineData("query?query=1&timeout=290y")]
    [InlineData("series?match[]=x&start=-9.1e15&end=9.1e15&limit=2147483647")]
    [InlineData("query_exemplars?query=x")]
    [InlineData("targets?state=dropped")]
    public async Task What_is_odd_is_answered(string path)
    {
        await using var server = await RunningServer.Start();
        Assert.Equal(200, (await Get(server, path)).Status);
    }

    [Theory]
    [InlineData("query?query=up%20%2B%0A%20sum(", "invalid parameter \"query\": 2:6: parse error: ")]
    [InlineData("query?query=up%20%2B%20%22a%22", "invalid parameter \"query\": 1:")]
    [InlineData("parse_query?query=sum(", "invalid parameter \"query\": 1:5: parse error: ")]
    [InlineData("format_query?query=)", "invalid parameter \"query\": 1:1: parse error: ")]
    [InlineData("query_exemplars?query=)", "invalid parameter \"query\": 1:1: parse error: ")]
    [InlineData("series?match[]=up&match[]=up%7B", "invalid parameter \"match[]\": 1:4: parse error: ")]
    [InlineData("labels?match[]=up%5B5m%5D", "invalid parameter \"match[]\": 1:1: parse error: ")]
    public async Task What_cannot_be_read_is_told_with_its_place(string path, string begins)
    {
        await using var server = await RunningServer.Start();
        var (status, root) = await Get(server, path);
        Assert.Equal(400, status);
        Assert.StartsWith(begins, root.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abs(", 490, ")")]
    [InlineData("1+(", 245, ")")]
    [InlineData("1+", 990, "")]
    public async Task The_tree_of_a_query_that_is_high_is_written_whole(string open, int times, string close)
    {
        await using var server = await RunningServer.Start();
        var query = string.Concat(Enumerable.Repeat(open, times)) + (open == "abs(" ? "x" : "1") + string.Concat(Enumerable.Repeat(close, times));
        using var form = new FormUrlEncodedContent([new("query", query)]);
        using var answer = await server.Http.PostAsync("/api/v1/parse_query", form, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var tree = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel), new() { MaxDepth = 4000 });
        Assert.Equal("success", tree.RootElement.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_form_with_too_many_fields_is_refused_with_why()
    {
        await using var server = await RunningServer.Start();
        using var form = new FormUrlEncodedContent(Enumerable.Range(0, 1025).Select(at => KeyValuePair.Create("match[]", $"x{at}")));
        using var answer = await server.Http.PostAsync("/api/v1/series", form, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("the form cannot be read", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_form_says_comes_before_the_address()
    {
        await using var server = await RunningServer.Start();
        using var form = new FormUrlEncodedContent([new("query", "2")]);
        using var answer = await server.Http.PostAsync("/api/v1/query?query=1&time=7", form, Cancel);
        Assert.Contains("""[7,"2"]""", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
