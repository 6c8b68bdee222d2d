using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Probes.Load;
using Muster.Servers;
using Digest = Muster.Readiness.Digest;

namespace Muster.Probes.Tests.Load.Wires;

public class EpollTlsTests() : TlsTests("epoll");

public class StreamTlsTests() : TlsTests("sockets");

public abstract class TlsTests : IDisposable
{
    readonly LoopbackAuthority _authority = LoopbackAuthority.Create();
    readonly X509Certificate2 _leaf;

    readonly string _kind;

    protected TlsTests(string kind) => (_kind, _leaf) = (kind, Leaf(TimeSpan.FromDays(1), TimeSpan.FromDays(1)));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    TrustAnchors Trust => TrustAnchors.Of(_authority.PemOfRoot);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _authority.Dispose();
        _leaf.Dispose();
    }

    [Fact]
    public async Task Nginx_answers_over_TLS_and_tells_that_a_session_was_resumed_only_where_that_is_allowed()
    {
        using var key = _leaf.GetECDsaPrivateKey()!;
        using var pem = new TemporaryFile(_leaf.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        var port = Ports.Free();
        await using var nginx = await NginxServer.Start($$"""
            server {
              listen 127.0.0.1:{{port}} ssl; ssl_certificate {{pem.Path}}; ssl_certificate_key {{pem.Path}}; ssl_session_cache shared:x:1m; gzip on; gzip_min_length 1; gzip_types *;
              location / { return 200 "$ssl_session_reused $request_length"; }
            }
            """, Cancel);
        foreach (var resume in (bool[])[true, false])
        {
            var shown = new List<(int, Digest)>();
            using var trial = new WireTrial(new() { ResumeTls = resume }, trust: Trust, kind: _kind, identified: (origin, digest) => shown.Add((origin.Port, digest)));
            var exchange = trial.New(port);
            WireTrial.AimSecure(exchange, port, "localhost"); // Sessions are kept by name; an address has none.
            var reused = "";
            for (var i = 0; i < 6; i++)
            {
                await trial.Ask(exchange);
                Assert.Equal((Failure.None, null, 200), (exchange.Failure, exchange.Detail, exchange.Answer.Status));
                Assert.Equal(i % 2 == 0, exchange.Handshaking > 0);
                reused += Encoding.Latin1.GetString(exchange.Answer.Body.Span)[0];
                if (i % 2 == 1) trial.Wire.Release(exchange);
            }

            Assert.Equal(resume ? "..rrrr" : "......", reused);
            Assert.Equal(Enumerable.Repeat((port, Digest.Of(_leaf.RawData)), 3), shown);
            Assert.Equal(3, trial.Wire.Connections);
        }
    }

    [Fact]
    public async Task Who_is_not_trusted_is_not_asked_and_the_reason_is_told()
    {
        using var expired = Leaf(TimeSpan.FromDays(9), TimeSpan.FromDays(-2));
        await using var good = Peer(_leaf);
        await using var old = Peer(expired);

        Assert.Contains("PartialChain", await WhyNot(good.Port, trust: TrustAnchors.Of(LoopbackAuthority.Create("Another").PemOfRoot)), StringComparison.Ordinal);
        Assert.Contains("NotTimeValid", await WhyNot(old.Port), StringComparison.Ordinal);
        Assert.Contains("RemoteCertificateNameMismatch", await WhyNot(good.Port, host: "shop.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_speaks_no_TLS_or_breaks_it_off_has_no_TLS()
    {
        await using var talks = LoopbackListener.Start(static async (stream, cancel) => { await stream.ReadExactlyAsync(new byte[9], cancel); await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), cancel); });
        await using var closes = LoopbackListener.Start(static async (stream, cancel) => await stream.ReadExactlyAsync(new byte[9], cancel));
        await using var hangs = LoopbackListener.Start(static async (_, cancel) => await Task.Delay(Timeout.Infinite, cancel));

        await WhyNot(talks.Port);
        await WhyNot(closes.Port);
        using var trial = new WireTrial(trust: Trust, kind: _kind);
        var exchange = trial.New(hangs.Port);
        WireTrial.AimSecure(exchange, hangs.Port);
        await trial.Ask(exchange, within: 0.1);
        Assert.Equal((Failure.Timeout, $"127.0.0.1:{hangs.Port} did not finish its TLS handshake in time"), (exchange.Failure, exchange.Detail));
    }

    [Fact]
    public async Task Everything_over_TLS_goes_on_within_the_loop_and_large_bodies_go_both_ways()
    {
        await using var peer = Peer(_leaf);
        using var trial = new WireTrial(trust: Trust, kind: _kind);
        var exchange = trial.New(peer.Port);
        WireTrial.Aim(exchange, peer.Port, "POST", body: new string('x', 5_000_000));
        exchange.Origin = exchange.Origin with { Scheme = "https" };

        for (var i = 0; i < 3; i++)
        {
            await trial.Ask(exchange);
            Assert.Equal((Failure.None, null, 5_000_000), (exchange.Failure, exchange.Detail, exchange.Answer.Body.Length));
        }

        Assert.Equal((1, 0), (trial.Wire.Connections, trial.ToldElsewhere));
    }

    /// <summary>Echoes bodies.</summary>
    static LoopbackListener Peer(X509Certificate2 leaf) => LoopbackListener.Start(async (stream, cancel) =>
    {
        await using var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = leaf, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 }, cancel);
        while (await Wires.Peer.Request(tls, cancel) is { } asked)
        {
            var body = asked[(asked.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
            await tls.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n{body}"), cancel);
        }
    });

    async Task<string> WhyNot(int port, string host = "127.0.0.1", TrustAnchors? trust = null)
    {
        using var trial = new WireTrial(trust: trust ?? Trust, kind: _kind);
        var exchange = trial.New(port);
        WireTrial.AimSecure(exchange, port, host);
        await trial.Ask(exchange);
        Assert.Equal((Failure.Tls, false, -1L), (exchange.Failure, exchange.Answered, exchange.Sent));
        Assert.StartsWith($"no TLS with {host}:{port}: ", exchange.Detail, StringComparison.Ordinal);
        return exchange.Detail!;
    }

    X509Certificate2 Leaf(TimeSpan since, TimeSpan until)
    {
        using var bare = _authority.Leaf(TimeProvider.System, since, until);
        return X509CertificateLoader.LoadPkcs12(bare.Export(X509ContentType.Pkcs12), null);
    }
}
