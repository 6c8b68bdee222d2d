using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Probes.Load;
using Muster.Probes.Tests.Load.Wires;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

/// <summary>Whole runs over WebSockets, from the written form on.</summary>
public class SocketRunTests
{
    const string Ten = """ "vus": 2, "iterations": 10, "max_duration": "30s" """;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    static async Task<LoadResult> Run(string target, string scenario, Func<LoadPlan, LoadPlan>? change = null)
    {
        var form = (Value.Fields)Value.Parse(Encoding.UTF8.GetBytes($$"""{ "target": "{{target}}", "scenarios": { "talk": { "websocket": "/ws", {{scenario}} } } }"""));
        var read = LoadPlanReader.Read(LoadForm.Of(form), new LoadFolder("."));
        Assert.Empty(read.Problems);
        var plan = change?.Invoke(read.Plan!) ?? read.Plan!;
        var outcome = await LoadRun.Run(plan, new RunnerOptions { Release = Digest.Of("test"u8) }, new(), Cancel);
        var result = Assert.IsType<LoadOutcome.Ran>(outcome).Result;
        Assert.True(result.Balance.Holds, result.Balance.ToString());
        return result;
    }

    static async Task Fails(LoopbackListener site, Failure failure, string says, string scenario = """ "send": "hello", "await": true """)
    {
        var result = await Run($"ws://127.0.0.1:{site.Port}", $"{Ten}, {scenario}");
        Assert.True(result.All.Failures[(int)failure] == 10, $"{string.Join(" ", result.All.Failures)} {string.Join("; ", result.Doubts)}");
        // An answer with another status is an answer; of all else the first reason is told.
        if (failure != Failure.Status) Assert.Contains(result.Doubts, doubt => doubt.Contains(says, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("http")]
    public async Task Every_message_is_answered_and_every_session_is_one_request(string scheme)
    {
        var said = new ConcurrentQueue<string>();
        var closed = new ConcurrentQueue<WebSocketCloseStatus?>();
        await using var site = SocketSite.Start(async (socket, cancel) =>
        {
            var buffer = new byte[200_000];
            while (await socket.ReceiveAsync(buffer.AsMemory(), cancel) is var got && got.MessageType == WebSocketMessageType.Text)
            {
                var length = got.Count;
                for (; !got.EndOfMessage; length += got.Count) got = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
                said.Enqueue(Encoding.UTF8.GetString(buffer, 0, Math.Min(length, 20)));
                // In parts.
                await socket.SendAsync("one"u8.ToArray().AsMemory(), WebSocketMessageType.Text, endOfMessage: false, cancel);
                await socket.SendAsync("more"u8.ToArray().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, cancel);
            }

            closed.Enqueue(socket.CloseStatus);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancel);
        });

        var result = await Run($"{scheme}://127.0.0.1:{site.Port}", $$""" {{Ten}}, "send": [ "hello $(vu:id)", { "type": "subscribe" }, "{{new string('x', 300)}}" ], "await": true """);

        Assert.True(result.All.Failed == 0, string.Join("; ", result.Doubts));
        Assert.Equal((10, 10), (result.All.Requests, result.All.Statuses[101]));
        Assert.Equal((10, 30, 30), (result.Sockets.Sessions, result.Sockets.Sent, result.Sockets.Received));
        Assert.Equal((10, 10, 30), (result.Sockets.Connecting.Count, result.Sockets.Session.Count, result.Sockets.RoundTrip.Count));
        Assert.Equal((10, 10, 0, 0), (result.Balance.Sent, result.Balance.Answered, result.Balance.Failed, result.Balance.InFlight));
        Assert.Equal(10, result.Balance.Connections);
        Assert.True(result.Sockets.Session.Greatest >= result.Sockets.Connecting.Least);
        Assert.Equal(30, said.Count);
        Assert.Subset(new HashSet<string>(["hello 1", "hello 2", """{"type":"subscribe"}""", new string('x', 20)]), said.ToHashSet());
        Assert.All(closed, code => Assert.Equal(WebSocketCloseStatus.NormalClosure, code));
    }

    [Fact]
    public async Task Sessions_go_over_TLS_as_well()
    {
        using var authority = LoopbackAuthority.Create();
        using var bare = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        using var leaf = X509CertificateLoader.LoadPkcs12(bare.Export(X509ContentType.Pkcs12), null);
        using var trust = new TemporaryFile(authority.PemOfRoot);
        await using var site = SocketSite.Start(SocketSite.Echo, leaf);

        var result = await Run($"wss://127.0.0.1:{site.Port}", $$""" {{Ten}}, "send": [ "a", "b" ], "await": true """, plan => plan with { Wiring = plan.Wiring with { Trust = trust.Path } });

        Assert.True(result.All.Failed == 0, string.Join("; ", result.Doubts));
        Assert.Equal((10, 20, 20), (result.Sockets.Sessions, result.Sockets.Sent, result.Sockets.Received));
        Assert.Equal(10, result.All.Handshaking.Count);
    }

    [Fact]
    public async Task What_the_server_says_by_itself_counts_and_its_pings_are_answered_in_kind()
    {
        var pongs = new ConcurrentQueue<byte[]>();
        await using var site = SocketSite.Raw(async (stream, cancel) =>
        {
            await stream.WriteAsync((byte[])[0x81, 1, (byte)'a', 0x01, 1, (byte)'b', 0x89, 3, 1, 2, 3, 0x80, 1, (byte)'c', 0x8a, 0], cancel);
            var frame = new byte[9];
            await stream.ReadExactlyAsync(frame, cancel);
            pongs.Enqueue([frame[0], (byte)(frame[1] & 0x7f), .. frame[6..].Select((octet, i) => (byte)(octet ^ frame[2 + i]))]);
            await SocketSite.Silence(stream, cancel);
        });

        var result = await Run($"ws://127.0.0.1:{site.Port}", """ "vus": 1, "iterations": 2, "max_duration": "30s", "stay": "300ms", "timeout": "200ms" """);

        Assert.True(result.All.Failed == 0, string.Join("; ", result.Doubts));
        Assert.Equal((2, 0, 4, 0), (result.Sockets.Sessions, result.Sockets.Sent, result.Sockets.Received, result.Sockets.RoundTrip.Count));
        Assert.Equal(2, pongs.Count);
        Assert.All(pongs, pong => Assert.Equal([0x8a, 3, 1, 2, 3], pong));
        Assert.True(result.Sockets.Session.Least >= 300_000_000);
        Assert.True(result.All.Latency.Least < result.Sockets.Session.Least);
    }

    [Fact]
    public async Task A_round_trip_is_as_long_as_the_server_lets_wait()
    {
        await using var site = SocketSite.Start(async (socket, cancel) =>
        {
            var buffer = new byte[100];
            await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            await StallingSite.Later(TimeSpan.FromMilliseconds(300), cancel);
            await socket.SendAsync(buffer.AsMemory(0, 1), WebSocketMessageType.Binary, true, cancel);
            await SocketSite.Echo(socket, cancel);
        });

        var result = await Run($"ws://127.0.0.1:{site.Port}", """ "vus": 4, "iterations": 4, "max_duration": "30s", "send": "x", "await": true """);

        Assert.Equal(0, result.All.Failed);
        Assert.Equal(4, result.Sockets.RoundTrip.Count);
        Assert.True(result.Sockets.RoundTrip.Least >= 300_000_000);
    }

    [Fact]
    public async Task Sessions_that_are_open_at_the_end_are_in_flight()
    {
        await using var site = SocketSite.Start(SocketSite.Echo);

        var result = await Run($"ws://127.0.0.1:{site.Port}", """ "vus": 3, "duration": "500ms", "graceful_stop": "100ms", "send": "x", "await": true, "stay": "1m" """);

        Assert.Equal((3, 3, 0), (result.Balance.Sent, result.Balance.InFlight, result.All.Requests));
        Assert.Equal((3, 3, 0), (result.Sockets.Sessions, result.Sockets.RoundTrip.Count, result.Sockets.Session.Count));
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", Failure.Status, "")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", Failure.Status, "")]
    [InlineData(SocketSite.Opening + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", Failure.Garbage, "Sec-WebSocket-Accept")]
    [InlineData(SocketSite.Opening + "\r\n", Failure.Garbage, "Sec-WebSocket-Accept")]
    [InlineData("HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\n", Failure.Protocol, "another protocol")]
    [InlineData("nothing like it\r\n\r\n", Failure.Garbage, "no HTTP/1.1")]
    public async Task An_opening_that_is_none_fails_for_its_own_reason(string answer, Failure failure, string says)
    {
        await using var site = Peer.Answering((_, _, _) => answer);
        await Fails(site, failure, says);
    }

    [Theory]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate\r\n")]
    [InlineData("Sec-WebSocket-Protocol: chat\r\n")]
    public async Task Nothing_is_spoken_that_was_not_asked_for(string line)
    {
        await using var site = Peer.Answering((_, _, asked) => $"{SocketSite.Opening}{SocketSite.Accept(asked)}{line}\r\n");
        await Fails(site, Failure.Protocol, "opens a WebSocket with a");
    }

    [Theory]
    [InlineData("", Failure.Closed, "closed the connection")]
    [InlineData("880203F3", Failure.Closed, "1011")]
    [InlineData("8800", Failure.Closed, "1005")]
    [InlineData("880103", Failure.Garbage, "code")]
    [InlineData("880203ED", Failure.Garbage, "code")] // 1005 may not be said
    [InlineData("8181", Failure.Garbage, "mask")]
    [InlineData("C100", Failure.Garbage, "extension")]
    [InlineData("8300", Failure.Garbage, "no frame")]
    [InlineData("8000", Failure.Garbage, "continues no message")]
    [InlineData("0100" + "8100", Failure.Garbage, "within another")]
    [InlineData("0900", Failure.Garbage, "in parts")]
    [InlineData("897E0080", Failure.Garbage, "too long")]
    [InlineData("827F0000000001000000", Failure.TooLarge, "8388608")]
    [InlineData("827FFFFFFFFFFFFFFFFF", Failure.TooLarge, "8388608")]
    public async Task A_session_that_goes_wrong_has_failed(string bytes, Failure failure, string says)
    {
        await using var site = SocketSite.Raw(async (stream, cancel) =>
        {
            await stream.ReadExactlyAsync(new byte[11], cancel); // hello, masked
            await stream.WriteAsync(Convert.FromHexString(bytes), cancel);
        });
        await Fails(site, failure, says);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_too_late()
    {
        await using var site = SocketSite.Raw(SocketSite.Silence);
        await Fails(site, Failure.Timeout, "was not answered", """ "send": "hello", "await": true, "timeout": "100ms" """);
    }

    [Fact]
    public async Task Over_HTTP_2_no_WebSocket_is_opened_and_the_result_says_so()
    {
        await using var site = SocketSite.Start(SocketSite.Echo);

        var result = await Run($"ws://127.0.0.1:{site.Port}", Ten, plan => plan with { Wiring = plan.Wiring with { HttpVersion = "2" } });

        Assert.Equal(10, result.All.Failures[(int)Failure.Protocol]);
        Assert.Contains(result.Doubts, doubt => doubt.Contains("HTTP/1.1 alone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_and_other_requests_stand_in_one_iteration()
    {
        await using var site = LoopbackListener.Start(async (stream, cancel) =>
        {
            while (await Peer.Request(stream, cancel) is { } asked)
            {
                if (!asked.Contains("Upgrade", StringComparison.Ordinal))
                {
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), cancel);
                    continue;
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes($"{SocketSite.Opening}{SocketSite.Accept(asked)}\r\n"), cancel);
                using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
                await SocketSite.Echo(socket, cancel);
                return;
            }
        });
        var form = (Value.Fields)Value.Parse(Encoding.UTF8.GetBytes($$"""
            { "target": "http://127.0.0.1:{{site.Port}}", "scenarios": { "both": { {{Ten}}, "requests": [ { "get": "/a" }, { "websocket": "/ws", "send": "x", "await": true }, { "get": "/b" } ] } } }
            """));
        var read = LoadPlanReader.Read(LoadForm.Of(form), new LoadFolder("."));

        var result = Assert.IsType<LoadOutcome.Ran>(await LoadRun.Run(read.Plan!, new RunnerOptions { Release = Digest.Of("test"u8) }, new(), Cancel)).Result;

        Assert.True(result.All.Failed == 0, string.Join("; ", result.Doubts));
        Assert.Equal((30, 10), (result.All.Requests, result.Sockets.RoundTrip.Count));
        Assert.Equal(10, Assert.Single(result.Iterations).Done);
    }
}
