using System.Net;
using Muster.Server.Tests.Otlp;

namespace Muster.Server.Tests.Keys;

public sealed class SameMachineTests
{
    [Theory]
    [InlineData("localhost", null, HttpStatusCode.OK)]
    [InlineData("127.0.0.1", null, HttpStatusCode.OK)]
    [InlineData("[::1]", null, HttpStatusCode.OK)]
    [InlineData("127.0.0.1", "http://localhost:7280", HttpStatusCode.OK)]
    [InlineData("evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", "null", HttpStatusCode.Forbidden)]
    public async Task Without_keys_only_this_machine_and_its_own_pages_may_ask(string host, string? origin, HttpStatusCode expected)
    {
        await using var server = await RunningServer.Start();
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/query?query=1");
        request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var answer = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("/v1/metrics", "127.0.0.1", "https://evil.example")]
    [InlineData("/v1/metrics", "evil.example", null)]
    [InlineData("/api/v1/write", "127.0.0.1", "https://evil.example")]
    [InlineData("/api/v1/admin/tsdb/delete_series?match[]=kept", "127.0.0.1", "https://evil.example")]
    [InlineData("/api/v1/admin/tsdb/delete_series?match[]=kept", "evil.example", null)]
    public async Task Without_keys_a_page_of_elsewhere_writes_and_deletes_nothing(string path, string host, string? origin)
    {
        await using var server = await RunningServer.Start(new LineMetrics(), options => options with { Admin = true });
        var cancel = TestContext.Current.CancellationToken;
        using (var own = await server.Http.PostAsync("/v1/metrics", Body("kept"), cancel)) Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Body("planted") };
        request.Headers.Host = host;
        if (origin is not null) request.Headers.Add("Origin", origin);
        using var answer = await server.Http.SendAsync(request, cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("""{"status":"success","data":["kept"]}""", await server.Http.GetStringAsync("/api/v1/label/__name__/values", cancel));
    }

    static ByteArrayContent Body(string lines) => new(System.Text.Encoding.UTF8.GetBytes(lines)) { Headers = { ContentType = new("application/x-protobuf") } };
}
