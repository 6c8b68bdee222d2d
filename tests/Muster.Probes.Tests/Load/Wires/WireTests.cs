using System.Net;
using System.Net.Sockets;
using System.Text;
using Muster.Probes.Load;
using Muster.Servers;

namespace Muster.Probes.Tests.Load.Wires;

/// <summary>What holds for every wire of HTTP/1.1, whatever its sockets are.</summary>
public abstract class WireTests(string kind)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task Nginx_answers_many_requests_over_one_connection()
    {
        var port = Ports.Free();
        await using var nginx = await NginxServer.Start($$"""server { listen 127.0.0.1:{{port}}; location / { return 200 "hello"; } location /big { proxy_buffering off; return 301 /; } }""", Cancel);
        using var trial = new WireTrial(kind: kind);
        var exchange = trial.New(port);

        for (var i = 0; i < 50; i++)
        {
            await trial.Ask(exchange);
            Assert.Equal((Failure.None, true, 200, "hello"), (exchange.Failure, exchange.Answered, exchange.Answer.Status, Encoding.Latin1.GetString(exchange.Answer.Body.Span)));
            Assert.Contains("Server: nginx", Encoding.Latin1.GetString(exchange.Answer.Head.Span), StringComparison.Ordinal);
            Assert.Equal(i == 0, exchange.Connecting > 0);
            Assert.True(exchange.Sent >= 0 && exchange.FirstByte >= exchange.Sent && exchange.Done >= exchange.FirstByte && exchange.BytesIn > 100);
        }

        Assert.Equal((1, 0), (trial.Wire.Connections, trial.Wire.Retried));
    }

    [Fact]
    public async Task Without_reuse_each_request_has_a_connection_and_a_release_ends_one()
    {
        await using var peer = Peer.Answering((_, _, _) => Ok);
        using var never = new WireTrial(new() { Reuse = Reuse.Never }, kind: kind);
        using var kept = new WireTrial(kind: kind);
        var (fresh, held) = (never.New(peer.Port), kept.New(peer.Port));

        for (var i = 0; i < 5; i++)
        {
            await never.Ask(fresh);
            await kept.Ask(held);
            if (i == 2) kept.Wire.Release(held);
        }

        Assert.Equal((5, 2), (never.Wire.Connections, kept.Wire.Connections));
    }

    [Fact]
    public async Task A_port_that_refuses_is_refused_and_the_next_address_is_tried()
    {
        var closed = LoopbackListener.ClosedPort();
        await using var peer = Peer.Answering((_, _, _) => Ok);
        using var trial = new WireTrial(kind: kind);

        var refused = await trial.Ask(trial.New(closed));
        var second = await trial.Ask(trial.New(peer.Port, addresses: [IPAddress.Parse("127.0.0.9"), IPAddress.Loopback]));

        Assert.Equal((Failure.Refused, false, -1L, $"127.0.0.1:{closed} refuses connections"), (refused.Failure, refused.Answered, refused.Sent, refused.Detail));
        Assert.Null(refused.Held);
        Assert.Equal(200, second.Answer.Status);
    }

    [Fact]
    public async Task An_address_that_the_guard_refuses_is_not_touched()
    {
        using var trial = new WireTrial(kind: kind);

        var refused = await trial.Ask(trial.New(80, addresses: [IPAddress.Parse("169.254.169.254")]));

        Assert.Equal(Failure.NoConnection, refused.Failure);
        Assert.Contains("never allowed", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_guard_with_its_own_dial_function_makes_the_sockets()
    {
        await using var peer = Peer.Answering((_, _, _) => Ok);
        var dialled = new List<IPEndPoint>();
        using var trial = new WireTrial(kind: kind, guard: new(dial: async (to, protocol, cancel) =>
        {
            lock (dialled) dialled.Add(to);
            if (to.Port == 1) throw new SocketException((int)SocketError.ConnectionRefused);
            return await Dialling.Dial(to, protocol, cancel);
        }));
        var exchange = trial.New(peer.Port);

        for (var i = 0; i < 3; i++) Assert.Equal(200, (await trial.Ask(exchange)).Answer.Status);
        var refused = await trial.Ask(trial.New(1));

        Assert.Equal([new(IPAddress.Loopback, peer.Port), new(IPAddress.Loopback, 1)], dialled);
        Assert.Equal(Failure.Refused, refused.Failure);
    }

    [Fact]
    public async Task Garbage_is_told_with_its_reason_and_the_next_request_has_a_new_connection()
    {
        await using var peer = Peer.Answering((connection, _, _) => connection == 0 ? "220 mail.shop.test ESMTP\r\n" : Ok);
        using var trial = new WireTrial(kind: kind);
        var exchange = trial.New(peer.Port);

        await trial.Ask(exchange);
        Assert.Equal((Failure.Garbage, false, "the answer is no HTTP/1.1: it does not begin with HTTP/1."), (exchange.Failure, exchange.Answered, exchange.Detail));
        await trial.Ask(exchange);

        Assert.Equal((Failure.None, 200, 2), (exchange.Failure, exchange.Answer.Status, trial.Wire.Connections));
    }

    [Fact]
    public async Task A_peer_that_hangs_is_late_at_each_stage()
    {
        await using var silent = LoopbackListener.Start(static async (_, cancel) => await Task.Delay(Timeout.Infinite, cancel));
        await using var half = LoopbackListener.Start(static async (stream, cancel) =>
        {
            await Peer.Request(stream, cancel);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"u8.ToArray(), cancel);
            await Task.Delay(Timeout.Infinite, cancel);
        });
        using var trial = new WireTrial(kind: kind);

        var unanswered = await trial.Ask(trial.New(silent.Port), within: 0.05);
        var unended = await trial.Ask(trial.New(half.Port), within: 2);

        Assert.Equal((Failure.Timeout, $"127.0.0.1:{silent.Port} did not answer in time"), (unanswered.Failure, unanswered.Detail));
        Assert.Equal((Failure.Timeout, $"the answer of 127.0.0.1:{half.Port} did not end in time, after 41 bytes"), (unended.Failure, unended.Detail));
        Assert.True(unanswered.Done >= unanswered.Deadline);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_ends_at_its_own_limit()
    {
        var guard = new OutboundGuard(dial: static async (_, _, cancel) => { await Task.Delay(Timeout.Infinite, cancel); throw new InvalidOperationException(); });
        using var trial = new WireTrial(new() { ConnectTimeout = TimeSpan.FromMilliseconds(40) }, guard, kind: kind);

        var exchange = await trial.Ask(trial.New(1));

        Assert.Equal((Failure.NoConnection, "no connection with 127.0.0.1:1 within 0.04 s"), (exchange.Failure, exchange.Detail));
    }

    [Fact]
    public async Task A_connection_that_closes_before_and_amid_the_answer_is_told_apart()
    {
        await using var before = Peer.Answering((_, _, _) => null);
        await using var amid = LoopbackListener.Start(static async (stream, cancel) =>
        {
            await Peer.Request(stream, cancel);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"u8.ToArray(), cancel);
        });
        using var trial = new WireTrial(kind: kind);

        var none = await trial.Ask(trial.New(before.Port));
        var some = await trial.Ask(trial.New(amid.Port));

        Assert.Equal((Failure.Closed, $"127.0.0.1:{before.Port} closed the connection before it answered"), (none.Failure, none.Detail));
        Assert.Equal((Failure.Closed, $"127.0.0.1:{amid.Port} closed the connection in the middle of its answer, after 41 bytes"), (some.Failure, some.Detail));
        Assert.Equal((0, 2), (trial.Wire.Retried, trial.Wire.Connections));
    }

    [Fact]
    public async Task A_kept_connection_that_was_closed_is_made_anew_for_what_may_be_repeated_only()
    {
        // Closes on the second request of each connection, without an answer.
        await using var peer = Peer.Answering((_, request, _) => request == 0 ? Ok : null);
        using var trial = new WireTrial(kind: kind);
        var exchange = trial.New(peer.Port);

        await trial.Ask(exchange);
        await trial.Ask(exchange);
        Assert.Equal((Failure.None, 200, 1), (exchange.Failure, exchange.Answer.Status, trial.Wire.Retried));

        WireTrial.Aim(exchange, peer.Port, "POST", body: "once");
        await trial.Ask(exchange);
        Assert.Equal((Failure.Closed, false, 1), (exchange.Failure, exchange.Answered, trial.Wire.Retried));
    }

    [Fact]
    public async Task A_connection_on_which_something_came_unasked_is_not_used_again()
    {
        await using var peer = Peer.Answering((connection, _, _) => connection == 0 ? Ok + "HTTP/1.1 408 Late\r\n\r\n" : Ok);
        using var trial = new WireTrial(kind: kind);
        var exchange = trial.New(peer.Port);

        await trial.Ask(exchange);
        await trial.Ask(exchange);

        Assert.Equal((200, 2, 0), (exchange.Answer.Status, trial.Wire.Connections, trial.Wire.Retried));
    }

    [Fact]
    public async Task A_reset_is_a_reset()
    {
        await using var peer = LoopbackListener.Start(static async (stream, cancel) =>
        {
            await stream.ReadExactlyAsync(new byte[4], cancel);
            ((NetworkStream)stream).Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            ((NetworkStream)stream).Socket.Close();
        });
        using var trial = new WireTrial(kind: kind);

        Assert.Equal(Failure.Reset, (await trial.Ask(trial.New(peer.Port))).Failure);
    }

    [Fact]
    public async Task Large_bodies_go_both_ways_and_in_any_pieces()
    {
        var large = new string('x', 7_000_000);
        await using var echo = Peer.Answering((_, _, asked) => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{asked.Length - asked.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4:x}\r\n{asked[(asked.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]}\r\n0\r\n\r\n");
        await using var dribble = LoopbackListener.Start(static async (stream, cancel) =>
        {
            await Peer.Request(stream, cancel);
            foreach (var octet in Encoding.Latin1.GetBytes(Ok)) await stream.WriteAsync(new[] { octet }, cancel);
            await Peer.Request(stream, cancel);
        });
        using var trial = new WireTrial(kind: kind);

        var sent = await trial.Ask(trial.New(echo.Port, "POST", body: large));
        var slow = await trial.Ask(trial.New(dribble.Port));

        Assert.Equal((Failure.None, large.Length), (sent.Failure, sent.Answer.Body.Length));
        Assert.True(sent.Sending > 0);
        Assert.Equal((Failure.None, "ok", 40), (slow.Failure, Encoding.Latin1.GetString(slow.Answer.Body.Span), slow.BytesIn));
    }

    [Fact]
    public async Task An_answer_that_comes_before_the_request_was_wanted_whole_is_the_answer()
    {
        await using var peer = LoopbackListener.Start(static async (stream, cancel) =>
        {
            await stream.ReadExactlyAsync(new byte[100], cancel);
            await stream.WriteAsync("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), cancel);
            await Task.Delay(Timeout.Infinite, cancel);
        });
        using var trial = new WireTrial(kind: kind);

        var exchange = await trial.Ask(trial.New(peer.Port, "POST", body: new string('x', 20_000_000)));

        Assert.Equal((Failure.None, 413), (exchange.Failure, exchange.Answer.Status));
        Assert.Null(exchange.Held);
    }
}
