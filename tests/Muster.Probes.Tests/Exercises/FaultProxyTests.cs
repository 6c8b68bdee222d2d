using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Exercises;

/// <summary>The proxy on real sockets, driven over its control socket as other tools drive it.</summary>
public sealed class FaultProxyTests : IAsyncLifetime
{
    static readonly HttpClient Http = new();
    LoopbackListener _echo = null!;
    FaultProxies _proxies = null!;
    int _port;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _echo = LoopbackListener.Start(static async (stream, stop) =>
        {
            await stream.CopyToAsync(stream, stop);
            // Said after the other side had ended: it arrives only where a half-closed connection is kept.
            await stream.WriteAsync("bye"u8.ToArray(), stop);
        });
        _proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        (_port, var wrong) = await _proxies.Add("echo", 0, $"127.0.0.1:{_echo.Port}");
        Assert.Null(wrong);
    }

    public async ValueTask DisposeAsync()
    {
        await _proxies.DisposeAsync();
        await _echo.DisposeAsync();
    }

    async Task<TcpClient> Connect(int? port = null)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port ?? _port, Cancel);
        return client;
    }

    async Task<(int Status, string Body)> Ask(string method, string path, string? json = null, string? agent = null, string? host = null)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(_proxies.Control, path)) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        if (agent is not null) request.Headers.TryAddWithoutValidation("User-Agent", agent);
        if (host is not null) request.Headers.Host = host;
        using var answer = await Http.SendAsync(request, Cancel);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    async Task Fault(string json) => Assert.Equal(200, (await Ask("POST", "/proxies/echo/toxics", json)).Status);

    async Task<double> Counted(string what) => ((Value.Number)((Value.Fields)((Value.Fields)Value.Parse(Encoding.UTF8.GetBytes((await Ask("GET", "/proxies/echo")).Body)))["seen"]!)[what]!).Is;

    static async Task<TimeSpan> Echo(TcpClient client, byte[] bytes)
    {
        var began = TimeProvider.System.GetTimestamp();
        var back = new byte[bytes.Length];
        var write = client.GetStream().WriteAsync(bytes, Cancel);
        await client.GetStream().ReadExactlyAsync(back, Cancel);
        await write;
        Assert.True(bytes.AsSpan().SequenceEqual(back));
        return TimeProvider.System.GetElapsedTime(began);
    }

    /// <summary>How the connection came to its end.</summary>
    static async Task<string> End(TcpClient client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try { return await client.GetStream().ReadAsync(new byte[1], limit.Token) == 0 ? "closed" : "data"; }
        catch (IOException reset) when (reset.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset }) { return "reset"; }
    }

    [Fact]
    public async Task What_is_sent_comes_through_whole_and_a_half_closed_connection_is_kept()
    {
        using var client = await Connect();
        var stream = client.GetStream(); // One that has ended its half gives none.
        await Echo(client, RandomNumberGenerator.GetBytes(3_000_000));

        client.Client.Shutdown(SocketShutdown.Send);
        var rest = new byte[3];
        await stream.ReadExactlyAsync(rest, Cancel);

        Assert.Equal("bye", Encoding.ASCII.GetString(rest));
        Assert.Equal(0, await stream.ReadAsync(rest, Cancel));
        Assert.Equal(3_000_000, await Counted("upstream_bytes"));
        Assert.Equal(3_000_003, await Counted("downstream_bytes"));
    }

    [Fact]
    public async Task Latency_adds_time_to_each_answer_keeps_throughput_and_goes_when_it_is_taken_away()
    {
        using var client = await Connect();
        await Fault("""{ "type": "latency", "attributes": { "latency": 200, "jitter": 20 } }""");

        Assert.InRange((await Echo(client, [1, 2, 3])).TotalMilliseconds, 179, 2000);
        // One piece after another would take minutes.
        Assert.InRange((await Echo(client, RandomNumberGenerator.GetBytes(4_000_000))).TotalSeconds, 0.179, 8);
        Assert.True(await Counted("delayed_bytes") >= 4_000_003);

        await Fault("""{ "name": "slow", "type": "latency", "attributes": { "latency": 60000 } }""");
        var waiting = Echo(client, [4]);
        await ServerProcess.Until(() => Counted("delayed_bytes").GetAwaiter().GetResult() >= 4_000_004, "nothing waits", TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(204, (await Ask("DELETE", "/proxies/echo/toxics/slow")).Status);
        Assert.Equal(204, (await Ask("DELETE", "/proxies/echo/toxics/latency_downstream")).Status);
        Assert.InRange((await waiting).TotalSeconds, 0, 20);
    }

    [Fact]
    public async Task What_hangs_passes_nothing_on_and_a_stream_with_a_hole_is_reset_when_it_ends()
    {
        using var client = await Connect();
        await Fault("""{ "type": "timeout", "stream": "upstream", "attributes": { "timeout": 0 } }""");
        await client.GetStream().WriteAsync(new byte[5], Cancel);

        var end = End(client);
        await ServerProcess.Until(() => Counted("withheld_bytes").GetAwaiter().GetResult() == 5, "nothing was withheld", TimeSpan.FromSeconds(10), Cancel);
        Assert.False(end.IsCompleted);
        Assert.Equal(204, (await Ask("POST", "/reset")).Status);

        Assert.Equal("reset", await end);
        using var next = await Connect();
        await Echo(next, [1]);
    }

    [Fact]
    public async Task Disabled_it_refuses_and_cuts_and_enabled_it_listens_on_the_same_port()
    {
        using var client = await Connect();
        await Echo(client, [1]);

        Assert.Equal(200, (await Ask("POST", "/proxies/echo", """{ "enabled": false }""")).Status);
        Assert.Equal("closed", await End(client));
        await Assert.ThrowsAsync<SocketException>(async () => (await Connect()).Dispose());
        Assert.Equal(1, await Counted("cut"));
        Assert.Equal(200, (await Ask("POST", "/proxies/echo", """{ "enabled": true }""")).Status);

        using var next = await Connect();
        await Echo(next, [1]);
    }

    [Fact]
    public async Task A_reset_comes_after_its_time_on_connections_that_say_nothing()
    {
        using var idle = await Connect();
        await Echo(idle, [1]);
        await Fault("""{ "type": "reset_peer", "attributes": { "timeout": 100 } }""");

        Assert.Equal("reset", await End(idle));
        using var next = await Connect();
        Assert.Equal("reset", await End(next));
    }

    [Fact]
    public async Task A_limit_of_data_passes_so_much_and_no_more()
    {
        await Fault("""{ "type": "limit_data", "attributes": { "bytes": 1000 } }""");
        using var client = await Connect();
        await client.GetStream().WriteAsync(new byte[1500], Cancel);

        await client.GetStream().ReadExactlyAsync(new byte[1000], Cancel);
        Assert.Equal("closed", await End(client));
        Assert.Equal(500, await Counted("withheld_bytes"));
    }

    /// <summary>A client that gets 200 for a fault that was never put on passes with no fault on.</summary>
    [Theory]
    [InlineData("POST", "/proxies/echo", """{ "enabled": "false" }""")]
    [InlineData("POST", "/proxies/echo", "[]")]
    [InlineData("POST", "/proxies/echo", null)]
    [InlineData("PATCH", "/proxies/echo", """{ "upstream": 7 }""")]
    [InlineData("POST", "/proxies/echo", """{ "upstream": "nowhere" }""")]
    [InlineData("POST", "/proxies/echo/toxics", null)]
    [InlineData("POST", "/proxies/echo/toxics", """{ "type": "latency", "attributes": { "latency": 1000000000000 } }""")]
    [InlineData("POST", "/proxies/echo/toxics", """{ "type": "latency", "attributes": "x" }""")]
    [InlineData("POST", "/proxies/echo/toxics", """{ "type": "latency", "stream": 7 }""")]
    [InlineData("POST", "/populate", """[ { "name": "echo", "upstream": "nowhere" } ]""")]
    [InlineData("POST", "/populate", """[ { "name": "echo", "upstream": 7 } ]""")]
    [InlineData("POST", "/populate", "{}")]
    [InlineData("POST", "/populate", "[ 1 ]")]
    public async Task What_is_not_understood_is_refused_and_changes_nothing(string method, string path, string? body)
    {
        await Fault("""{ "type": "latency", "attributes": { "latency": 1 } }""");
        var before = (await Ask("GET", "/proxies/echo")).Body;

        Assert.Equal(400, (await Ask(method, path, body)).Status);

        Assert.Equal(before, (await Ask("GET", "/proxies/echo")).Body);
    }

    [Fact]
    public async Task Moved_to_another_place_it_keeps_its_faults_and_what_it_has_seen()
    {
        using (var client = await Connect()) await Echo(client, new byte[100]);
        await Fault("""{ "type": "latency", "attributes": { "latency": 50 } }""");
        await using var other = LoopbackListener.Start(static async (stream, stop) => await stream.CopyToAsync(stream, stop));

        Assert.Equal(200, (await Ask("POST", "/proxies/echo", $$"""{ "upstream": "127.0.0.1:{{other.Port}}" }""")).Status);

        Assert.Equal(1, await Counted("connections"));
        using var again = await Connect();
        Assert.InRange((await Echo(again, new byte[100])).TotalMilliseconds, 45, 5000);
    }

    /// <summary>A service that starts in the middle of an outage asks for its proxies too.</summary>
    [Fact]
    public async Task One_that_is_off_stays_off_when_somebody_asks_for_it_again()
    {
        await Ask("POST", "/proxies/echo", """{ "enabled": false }""");

        Assert.Equal(201, (await Ask("POST", "/populate", $$"""[ { "name": "echo", "listen": "127.0.0.1:{{_port}}", "upstream": "127.0.0.1:{{_echo.Port}}" } ]""")).Status);

        Assert.Contains("\"enabled\":false", (await Ask("GET", "/proxies/echo")).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, 100_000, 0.4)]
    [InlineData(10_000, 4_000_000, 0.3)]
    public async Task A_narrow_way_lets_as_much_through_as_was_said_and_no_less(int rate, int bytes, double seconds)
    {
        await Fault($$"""{ "type": "bandwidth", "attributes": { "rate": {{rate}} } }""");
        using var client = await Connect();

        Assert.InRange((await Echo(client, new byte[bytes])).TotalSeconds, seconds, seconds * 6);
    }

    /// <summary>The naive count calls every piece delayed.</summary>
    [Fact]
    public async Task What_is_narrower_than_nothing_that_passes_has_delayed_nobody()
    {
        await Fault("""{ "type": "bandwidth", "attributes": { "rate": 1000000 } }""");
        using var client = await Connect();

        await Echo(client, new byte[1000]);

        Assert.Equal(0, await Counted("delayed_bytes"));
    }

    [Fact]
    public async Task A_narrow_way_takes_its_time_and_a_slow_close_too()
    {
        await Fault("""{ "type": "bandwidth", "attributes": { "rate": 100 } }""");
        using var client = await Connect();
        var stream = client.GetStream();
        Assert.InRange((await Echo(client, new byte[50_000])).TotalSeconds, 0.4, 5);
        await Ask("POST", "/reset");
        await Fault("""{ "type": "slow_close", "attributes": { "delay": 300 } }""");
        client.Client.Shutdown(SocketShutdown.Send);
        await stream.ReadExactlyAsync(new byte[3], Cancel);
        var began = TimeProvider.System.GetTimestamp();

        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancel));

        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds, 250, 5000);
    }

    [Fact]
    public async Task A_toxicity_of_nothing_is_on_no_connection()
    {
        await Fault("""{ "type": "timeout", "toxicity": 0, "attributes": { "timeout": 0 } }""");
        using var client = await Connect();

        await Echo(client, [1]);
    }

    [Fact]
    public async Task The_control_socket_speaks_the_published_api()
    {
        Assert.Contains("\"version\"", (await Ask("GET", "/version")).Body, StringComparison.Ordinal);
        Assert.Equal((404, true), (await Ask("GET", "/proxies/other") is var (missing, says) ? missing : 0, says.Contains("proxy not found", StringComparison.Ordinal)));
        Assert.Equal(409, (await Ask("POST", "/proxies", """{ "name": "echo", "upstream": "127.0.0.1:1" }""")).Status);
        Assert.Equal(400, (await Ask("POST", "/proxies", """{ "name": "next" }""")).Status);
        Assert.Equal(400, (await Ask("POST", "/proxies", """{ "name": "next", "listen": "0.0.0.0:0", "upstream": "127.0.0.1:1" }""")).Status);
        Assert.Equal(400, (await Ask("POST", "/proxies", "{ not json")).Status);
        Assert.Equal(400, (await Ask("POST", "/proxies/echo/toxics", """{ "type": "noxious" }""")).Status);
        Assert.Equal(400, (await Ask("POST", "/proxies/echo/toxics", """{ "type": "latency", "stream": "sideways" }""")).Status);
        Assert.Equal(400, (await Ask("POST", "/proxies/echo/toxics", """{ "type": "latency", "attributes": { "latency": -1 } }""")).Status);
        await Fault("""{ "type": "latency", "attributes": { "latency": 5 } }""");
        Assert.Equal(409, (await Ask("POST", "/proxies/echo/toxics", """{ "type": "latency" }""")).Status);
        Assert.Contains("\"latency\":7", (await Ask("POST", "/proxies/echo/toxics/latency_downstream", """{ "attributes": { "latency": 7 } }""")).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await Ask("DELETE", "/proxies/echo/toxics/other")).Status);
        Assert.Equal(201, (await Ask("POST", "/populate", $$"""[ { "name": "second", "listen": "localhost:0", "upstream": "127.0.0.1:{{_echo.Port}}" } ]""")).Status);
        Assert.Equal(204, (await Ask("DELETE", "/proxies/second")).Status);
        Assert.DoesNotContain("second", (await Ask("GET", "/proxies")).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await Ask("GET", "/")).Status);
    }

    [Fact]
    public async Task A_page_in_a_browser_can_put_no_fault_on()
    {
        Assert.Equal(403, (await Ask("POST", "/proxies/echo", """{ "enabled": false }""", agent: "Mozilla/5.0 (X11)")).Status);
        Assert.Equal(403, (await Ask("POST", "/proxies/echo", """{ "enabled": false }""", host: "evil.shop.test")).Status);

        using var client = await Connect();
        await Echo(client, [1]);
    }

    [Fact]
    public async Task It_passes_on_to_no_address_that_the_guard_refuses()
    {
        var dialled = 0;
        await using var guarded = FaultProxies.Start(new OutboundGuard(dial: (_, _, _) => { Interlocked.Increment(ref dialled); throw new SocketException((int)SocketError.ConnectionRefused); }), TimeProvider.System);
        var (port, _) = await guarded.Add("metadata", 0, "169.254.169.254:80");

        // So soon that it may come before connecting is over.
        try
        {
            using var client = await Connect(port);
            Assert.Equal("reset", await End(client));
        }
        catch (SocketException reset) { Assert.NotEqual(SocketError.ConnectionRefused, reset.SocketErrorCode); }

        Assert.Equal(0, dialled);
    }

    [Fact]
    public async Task Closed_it_leaves_no_connection_and_no_port()
    {
        var proxies = FaultProxies.Start(new OutboundGuard(), TimeProvider.System);
        var ((port, _), control) = (await proxies.Add("echo", 0, $"127.0.0.1:{_echo.Port}"), proxies.Control.Port);
        using var client = await Connect(port);
        await Echo(client, [1]);

        await proxies.DisposeAsync();

        Assert.Equal("closed", await End(client));
        Assert.False(Ports.IsOpen(port));
        Assert.False(Ports.IsOpen(control));
    }

    [Fact]
    public async Task A_thousand_connections_that_say_nothing_hold_no_buffers()
    {
        await using var silent = LoopbackListener.Start(static async (stream, stop) => _ = await stream.ReadAsync(new byte[1], stop));
        var (port, _) = await _proxies.Add("silent", 0, $"127.0.0.1:{silent.Port}");
        var clients = new List<TcpClient>();
        double Open() => ((Value.Number)((Value.Fields)_proxies.Find("silent")!.Written["seen"]!)["open"]!).Is;
        try
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < 1000; i++) clients.Add(await Connect(port));
            await ServerProcess.Until(() => Open() == 1000, "not all stand", TimeSpan.FromSeconds(20), Cancel);

            // Both sides and the listeners of this test among them; with buffers it would be 128 MB.
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 40_000_000);
        }
        finally { foreach (var client in clients) client.Dispose(); }
    }

    [Fact]
    public void No_body_breaks_the_reader_of_toxics() => Fuzz.Damage(
        [.. ((string[])["""{"name":"a","type":"latency","stream":"upstream","toxicity":0.5,"attributes":{"latency":100,"jitter":3}}""", """{"type":"limit_data","attributes":{"bytes":1e9}}""", """[{"type":null}]"""]).Select(Encoding.UTF8.GetBytes)],
        bytes =>
        {
            Value body;
            try { body = Value.Parse(bytes); }
            catch (Exception unread) when (unread is System.Text.Json.JsonException or InvalidOperationException) { return; } // The control socket answers 400.
            var (toxic, wrong) = Toxic.Read(body as Value.Fields ?? Value.Fields.Empty);
            Assert.True(toxic is null != wrong is null);
            if (toxic is not null) Assert.Equal(toxic.Written, Toxic.Read(toxic.Written).Toxic!.Written);
        });

    [Theory]
    [InlineData("127.0.0.1:80", 80)]
    [InlineData("localhost:0", 0)]
    [InlineData(":6379", 6379)]
    [InlineData("0.0.0.0:80", null)]
    [InlineData("[::]:80", null)]
    [InlineData("shop.test:80", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("127.0.0.1:65536", null)]
    public void It_listens_on_this_machine_alone(string listen, int? port) =>
        Assert.Equal(port?.ToString(CultureInfo.InvariantCulture), ProxyControl.TryPort(listen, out var read) ? read.ToString(CultureInfo.InvariantCulture) : null);
}
