using System.Net;
using System.Text.RegularExpressions;

namespace Muster.Server.Tests.Graph;

public sealed partial class GraphPageTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_is_served_with_a_policy_that_runs_nothing_within_it()
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.GetAsync("/graph?g0.expr=up&g0.tab=0", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        var page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.DoesNotMatch("(?i)<script(?![^>]* src=)|\\son\\w+=|\\sstyle=|<style", page);
    }

    [Fact]
    public async Task Everything_the_page_names_is_there()
    {
        await using var server = await RunningServer.Start();
        var page = await server.Http.GetStringAsync("/graph", Cancel);
        var named = Named().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(4, named.Count);
        foreach (var path in named)
        {
            using var answer = await server.Http.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.True(answer.Content.Headers.ContentLength > 500);
        }
    }

    [GeneratedRegex("(?:src|href)=\"(/[^\"]+)\"")]
    private static partial Regex Named();

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        await using var server = await RunningServer.Start();
        using var first = await server.Http.GetAsync("/assets/graph/graph.js", Cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/graph/graph.js");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task The_root_leads_to_the_page()
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.GetAsync("/", Cancel);
        Assert.Equal("/graph", answer.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Theory]
    [InlineData("/assets/../Program.cs")]
    [InlineData("/assets/graph/")]
    [InlineData("/wwwroot/graph/index.html")]
    public async Task Nothing_else_is_there(string path)
    {
        await using var server = await RunningServer.Start();
        using var answer = await server.Http.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
