using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Probes.Load;
using Muster.Servers;
using Digest = Muster.Readiness.Digest;

namespace Muster.Probes.Tests.Load.Wires;

public class ClientWireTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nginx_answers_over_HTTP_2_with_TLS_and_without()
    {
        using var authority = LoopbackAuthority.Create();
        using var leaf = authority.Leaf(TimeProvider.System, TimeSpan.FromDays(1), TimeSpan.FromDays(1));
        using var key = leaf.GetECDsaPrivateKey()!;
        using var pem = new TemporaryFile(leaf.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        var (plain, secure, old) = (Ports.Free(), Ports.Free(), Ports.Free());
        await using var nginx = await NginxServer.Start($$"""
            ssl_certificate {{pem.Path}}; ssl_certificate_key {{pem.Path}}; gzip on; gzip_min_length 1; gzip_types *;
            server { listen 127.0.0.1:{{plain}} http2; listen 127.0.0.1:{{secure}} ssl http2; location / { default_type text/plain; return 200 "$server_protocol $request_method $http_x_shop"; } }
            server { listen 127.0.0.1:{{old}} ssl; location / { return 200 "old"; } }
            """, Cancel);
        var shown = new List<Digest>();
        using var trial = new WireTrial(new() { HttpVersion = "2" }, trust: TrustAnchors.Of(authority.PemOfRoot), kind: "HttpClient", identified: (_, digest) => shown.Add(digest));

        foreach (var (port, scheme) in ((int, string)[])[(plain, "http"), (secure, "https")])
            for (var i = 0; i < 3; i++)
            {
                var exchange = trial.New(port);
                exchange.Origin = exchange.Origin with { Scheme = scheme };
                var head = $"GET /a?b HTTP/1.1\r\nHost: {exchange.Origin.Authority}\r\nX-Shop: yes\r\nAccept-Encoding: gzip\r\n\r\n";
                (exchange.Path, exchange.Bytes, exchange.BodyAt) = ("/a?b", Encoding.ASCII.GetBytes(head), head.Length);
                await trial.Ask(exchange);
                Assert.Equal((Failure.None, null, true, 200, "HTTP/2.0 GET yes"), (exchange.Failure, exchange.Detail, exchange.Answered, exchange.Answer.Status, Encoding.ASCII.GetString(exchange.Answer.Body.Span)));
                Assert.Contains("Server: nginx", Encoding.ASCII.GetString(exchange.Answer.Head.Span), StringComparison.OrdinalIgnoreCase);
                Assert.True(exchange.FirstByte >= exchange.Sent && exchange.Done >= exchange.FirstByte);
            }

        Assert.Equal((2, 0), (trial.Wire.Connections, trial.ToldElsewhere));
        Assert.Equal([Digest.Of(leaf.RawData)], shown);

        var other = trial.New(old);
        other.Origin = other.Origin with { Scheme = "https" };
        await trial.Ask(other);
        Assert.Equal((Failure.Protocol, false, $"127.0.0.1:{old} does not speak HTTP/2"), (other.Failure, other.Answered, other.Detail));
    }

    [Fact]
    public async Task What_the_peer_does_wrong_is_told_apart()
    {
        await using var old = Peer.Answering((_, _, _) => "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        await using var silent = LoopbackListener.Start(static async (_, cancel) => await Task.Delay(Timeout.Infinite, cancel));
        await using var closes = LoopbackListener.Start(static (_, _) => Task.CompletedTask);
        var closed = LoopbackListener.ClosedPort();
        using var trial = new WireTrial(new() { HttpVersion = "2" }, kind: "HttpClient");

        Assert.Equal(Failure.Refused, (await trial.Ask(trial.New(closed))).Failure);
        Assert.Equal(Failure.Timeout, (await trial.Ask(trial.New(silent.Port), within: 0.1)).Failure);
        var spoken = await trial.Ask(trial.New(old.Port));
        Assert.True(spoken.Failure == Failure.Protocol, $"{spoken.Failure}: {spoken.Detail}");
        var cut = await trial.Ask(trial.New(closes.Port));
        Assert.True(cut.Failure is Failure.Closed or Failure.Reset, $"{cut.Failure}: {cut.Detail}");
    }
}
