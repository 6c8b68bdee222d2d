using System.Globalization;
using System.Net.Sockets;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Peers;

/// <summary>Between a kind and a well peer stands something that damages what the peer says. Whatever comes of it, the kind ends in its time, with a sight or a reason, and never breaks.</summary>
public sealed class DamagedPeersTests
{
    const int Rounds = 60;
    static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(150);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_engine_of_containers()
    {
        await using var engine = FakeEngine.Start();
        engine.Run("shop", "gateway");
        await Hurl(engine.Port, port => ("container.state", [("target", $"http://127.0.0.1:{port}"), ("project", "shop")]));
    }

    [Fact]
    public async Task A_broker_of_NATS_and_what_it_keeps()
    {
        await using var server = await NatsServer.Start([NatsServer.JetStream], Cancel);
        await Hurl(server.Port, port => ("broker.health", [("target", $"nats://127.0.0.1:{port}")]));
        await Hurl(server.MonitorPort, port => ("broker.health", [("target", $"http://127.0.0.1:{port}"), ("broker", "nats")]));
        await Hurl(server.Port, port => ("broker.canary", [("target", $"nats://127.0.0.1:{port}")]));
    }

    [Fact]
    public async Task A_management_API()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/api/nodes", _ => SiteResponse.Json(200, """[{"name":"rabbit@one","running":true,"mem_alarm":false,"disk_free_alarm":false,"partitions":[]}]"""))
            .Route("/api/overview", _ => SiteResponse.Json(200, """{"rabbitmq_version":"3.10.8","cluster_name":"shop"}"""))
            .Route("/api/queues/%2F", _ => SiteResponse.Json(200, """[{"name":"orders","type":"quorum","durable":true,"state":"running","consumers":1,"messages_ready":3,"messages_unacknowledged":1,"members":["rabbit@one"],"online":["rabbit@one"]}]"""));
        await Hurl(site.Port, port => ("broker.health", [("target", $"http://127.0.0.1:{port}"), ("broker", "rabbitmq")]));
    }

    [Fact]
    public async Task A_server_whose_limits_are_looked_at()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "ok");
        await Hurl(site.Port, port => ("http.limits", [("target", $"http://127.0.0.1:{port}"), ("body_over", 100_000), ("head_over", 20_000)]));
    }

    [Fact]
    public async Task A_server_of_mail()
    {
        await using var mail = LoopbackListener.Start(async (stream, stop) =>
        {
            await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
            using var reader = new StreamReader(stream);
            await writer.WriteLineAsync("220 mail.shop.test ESMTP");
            while (await reader.ReadLineAsync(stop) is { } line)
                await writer.WriteLineAsync(line.Split(' ')[0] switch { "EHLO" => "250-mail.shop.test\r\n250-SIZE 1000000\r\n250 8BITMIME", "DATA" => "354 go on", "QUIT" => "221 bye", "." => "250 taken", _ => "250 ok" });
        });
        await Hurl(mail.Port, port => ("mail.receipt", [("target", "inbox"), ("via", Value.Of(("smtp", $"127.0.0.1:{port}"), ("from", "a@shop.test"), ("to", "b@shop.test"), ("tls", "none"))), ("wait", 0)]));
    }

    [Fact]
    public async Task A_store_of_telemetry()
    {
        var kept = "";
        await using var site = LoopbackSite.Start();
        site.Route("/in", request =>
        {
            kept = request.Body;
            return new(204);
        }).Route("/out", _ => SiteResponse.Json(200, $"[{kept}]"));
        await Hurl(site.Port, port => ("telemetry.canary", [("target", $"http://127.0.0.1:{port}"), ("path", "/in"), ("json", Value.Of(("n", "$(nonce)"))), ("find", "$(nonce)"), ("sink", Value.Of(("url", $"http://127.0.0.1:{port}"))), ("ask", "/out"), ("read", ""), ("wait", 0)]));
    }

    /// <summary>Asks again and again through a relay that damages the answers, each time in another way.</summary>
    static async Task Hurl(int to, Func<string, (string Kind, (string, Value)[] Parameters)> question)
    {
        var seen = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var random = new Random(round);
            await using var relay = LoopbackListener.Start((stream, stop) => Relayed(stream, to, random, stop));
            var (kind, parameters) = question(relay.Port.ToString(CultureInfo.InvariantCulture));
            var run = await Probing.Run(Probing.Options, Probing.Ask(new Asked("", kind, Value.Of(parameters), Deadline: TimeSpan.FromSeconds(5))));
            var sight = run.Sights[0];
            Assert.True(sight.Blind is not Blind.Crashed, $"round {round}: {sight.Detail}");
            Assert.True(sight.Observation is not null || sight.Detail is { Length: > 0 }, $"round {round}: nothing is told");
            seen.Add(sight.Blind?.ToString() ?? "seen");
        }

        Assert.True(seen.Count > 1, $"no damage was felt: {string.Join(", ", seen)}"); // Else the relay would let everything pass, and this would show nothing.
    }

    static async Task Relayed(Stream near, int to, Random random, CancellationToken stop)
    {
        using var far = new TcpClient();
        await far.ConnectAsync("127.0.0.1", to, stop);
        var there = far.GetStream();
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var asking = Asking();
        try
        {
            var buffer = new byte[16 * 1024];
            while (true)
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
                patience.CancelAfter(Silence);
                var got = await there.ReadAsync(buffer, patience.Token);
                if (got == 0) return;
                await near.WriteAsync(Damaged(buffer.AsSpan(0, got), random), stop);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException) { return; } // Nobody says anything any more, or the probe has left.
        finally
        {
            await ends.CancelAsync();
            await asking;
        }

        async Task Asking()
        {
            try { await near.CopyToAsync(there, ends.Token); }
            catch (Exception ended) when (ended is OperationCanceledException or IOException) { return; }
        }
    }

    static byte[] Damaged(ReadOnlySpan<byte> said, Random random)
    {
        var bytes = said.ToArray();
        lock (random)
            for (var hits = random.Next(0, 3); hits > 0 && bytes.Length > 0; hits--)
                switch (random.Next(4))
                {
                    case 0: bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8)); break;
                    case 1: bytes[random.Next(bytes.Length)] = (byte)random.Next(256); break;
                    case 2: bytes = bytes[..random.Next(bytes.Length + 1)]; break;
                    default: bytes = [.. bytes, .. bytes[random.Next(bytes.Length)..]]; break;
                }

        return bytes;
    }
}
