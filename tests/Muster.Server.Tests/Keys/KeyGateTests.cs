using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Muster.Server.Keys;
using Muster.Server.Tests.Otlp;

namespace Muster.Server.Tests.Keys;

public sealed class KeyGateTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static Task<RunningServer> Two(int? quota = null) => RunningServer.Start(new LineMetrics(), options => options with { Projects = [new("shop", [KeyTests.Hash("a key of the shop")], SamplesPerSecond: quota), new("bank", [KeyTests.Hash("a key of the bank")])] });

    static async Task<HttpResponseMessage> Send(RunningServer server, HttpMethod method, string path, string? key, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Authorization = new("Bearer", key);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
        return await server.Http.SendAsync(request, Cancel);
    }

    [Theory]
    [InlineData("/api/v1/query?query=1")]
    [InlineData("/metrics")]
    [InlineData("/api/v1/status/tsdb")]
    [InlineData("/no/such/door")]
    public async Task Without_a_key_nothing_is_answered(string path)
    {
        await using var server = await Two();
        using var without = await Send(server, HttpMethod.Get, path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        Assert.Equal("Bearer", Assert.Single(without.Headers.WwwAuthenticate).Scheme);
        using var wrong = await Send(server, HttpMethod.Get, path, "a key of nobody");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
    }

    /// <summary>Whatever door is added: it stands behind the gate unless it is named here.</summary>
    [Fact]
    public async Task Without_a_key_no_door_that_there_is_answers()
    {
        string[] open = ["/", "/graph", "/assets/", "/-/healthy", "/-/ready"];
        await using var server = await Two();
        var asked = 0;
        foreach (var door in server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = "/" + string.Join('/', door.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part is RoutePatternLiteralPart literal ? literal.Content : "job"))));
            if (open.Any(one => one.EndsWith('/') && one.Length > 1 ? path.StartsWith(one, StringComparison.Ordinal) : path == one)) continue;
            foreach (var method in door.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"])
            {
                asked++;
                using var answer = await Send(server, new(method), path, null, method == "POST" ? "m" : null);
                Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{method} {path}: {answer.StatusCode}");
            }
        }

        Assert.True(asked > 30, $"only {asked} doors were found");
    }

    [Theory]
    [InlineData("/graph")]
    [InlineData("/assets/graph/graph.js")]
    [InlineData("/-/healthy")]
    [InlineData("/-/ready")]
    public async Task The_page_and_the_supervisor_need_none(string path)
    {
        await using var server = await Two();
        using var answer = await Send(server, HttpMethod.Get, path, null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_project_sees_only_what_is_its_own()
    {
        await using var server = await Two();
        using var sent = await Send(server, HttpMethod.Post, "/v1/metrics", "a key of the shop", "sold");
        Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
        async Task<string> Names(string key)
        {
            using var answer = await Send(server, HttpMethod.Get, "/api/v1/label/__name__/values", key);
            return await answer.Content.ReadAsStringAsync(Cancel);
        }

        Assert.Contains("\"sold\"", await Names("a key of the shop"), StringComparison.Ordinal);
        Assert.DoesNotContain("sold", await Names("a key of the bank"), StringComparison.Ordinal);
        using var metrics = await Send(server, HttpMethod.Get, "/metrics", "a key of the bank");
        Assert.DoesNotContain("project=\"shop\"", await metrics.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_sends_more_than_it_may_waits_and_the_other_does_not()
    {
        await using var server = await Two(quota: 1);
        var many = string.Join('|', Enumerable.Range(0, 100).Select(at => $"m{at}"));
        using var first = await Send(server, HttpMethod.Post, "/v1/metrics", "a key of the shop", many);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using var second = await Send(server, HttpMethod.Post, "/v1/metrics", "a key of the shop", many);
        Assert.Equal(HttpStatusCode.TooManyRequests, second.StatusCode);
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 60, 100);
        using var other = await Send(server, HttpMethod.Post, "/v1/metrics", "a key of the bank", many);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Without_keys_a_header_may_name_the_project()
    {
        await using var server = await RunningServer.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/labels");
        request.Headers.Add(KeyGate.ProjectHeader, "nobody");
        using var answer = await server.Http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1:7280", false, true)]
    [InlineData("[::1]:7280", false, true)]
    [InlineData("0.0.0.0:7280", false, false)]
    [InlineData("192.0.2.7:7280", false, false)]
    [InlineData("192.0.2.7:7280", true, true)]
    [InlineData("127.0.0.1", true, false)]
    [InlineData("::1", true, false)]
    [InlineData("localhost:7280", true, false)]
    public void Without_keys_only_loopback_is_listened_on(string text, bool hasKeys, bool isTaken) => Assert.Equal(isTaken, ListenAddress.Read(text, isOptional: false, hasKeys, out _) is null);
}
