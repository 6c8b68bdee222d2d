using System.Net;
using System.Net.Http.Headers;
using Muster.Server.Keys;
using Muster.Server.Tests.Keys;
using Muster.Server.Tests.Otlp;

namespace Muster.Server.Tests;

public sealed class OwnPortTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/query?query=1")]
    [InlineData("/graph")]
    [InlineData("/metrics")]
    [InlineData("/-/healthy")]
    public async Task The_port_of_otlp_over_http_answers_otlp_alone(string path)
    {
        await using var server = await RunningServer.Start(new LineMetrics(), options => options with { OtlpHttp = new(IPAddress.Loopback, 0), OtlpGrpc = null });
        using var otlp = new HttpClient { BaseAddress = server.Grpc.BaseAddress };
        using var other = await otlp.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        using var content = new StringContent("\"sent\"", new MediaTypeHeaderValue("application/json"));
        using var taken = await otlp.PostAsync("/v1/metrics", content, Cancel);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        using var here = await server.Http.GetAsync(path, Cancel);
        Assert.Equal(HttpStatusCode.OK, here.StatusCode);
    }

    [Theory]
    [InlineData("application/json", "/v1/metrics")]
    [InlineData("application/grpc", "/v1/metrics")]
    [InlineData("application/x-www-form-urlencoded", "/api/v1/query")]
    public async Task The_port_of_grpc_answers_grpc_alone(string type, string path)
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new StringContent("\"query=1\"", new MediaTypeHeaderValue(type)) };
        using var answer = await server.Grpc.SendAsync(request, Cancel);
        await answer.Content.ReadAsByteArrayAsync(Cancel);
        if (type == "application/grpc") Assert.Equal("12", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        else Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("/v1/metrics")]
    [InlineData("/api/v1/otlp/v1/metrics")]
    public async Task Who_may_not_send_otlp_hears_it_in_its_words(string path)
    {
        await using var server = await RunningServer.Start(new LineMetrics(), options => options with { Projects = [new("shop", [KeyTests.Hash("a key of the shop")])] });
        using var content = new StringContent("\"sent\"", new MediaTypeHeaderValue("application/json"));
        using var answer = await server.Http.PostAsync(path, content, Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("\"code\":16", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_origin_hears_it_in_otlps_words_too()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/metrics") { Content = new StringContent("\"sent\"", new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("Origin", "https://evil.example");
        using var answer = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("\"code\":7", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_project_that_is_none_is_told_in_otlps_words()
    {
        await using var server = await RunningServer.Start(new LineMetrics());
        using var content = new StringContent("\"sent\"", new MediaTypeHeaderValue("application/json"));
        content.Headers.Add(KeyGate.ProjectHeader, "nobody");
        using var answer = await server.Http.PostAsync("/v1/metrics", content, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("\"code\":5", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }
}
