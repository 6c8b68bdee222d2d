using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Muster.Probes.Tests.Outbound;

/// <summary>
/// A certificate may name addresses: where its issuer's certificate is to be had, its revocation list, whom to ask whether it is revoked. The platform goes there by itself unless it is told not to,
/// past the guard, wherever a peer of its own choice sends it.
/// </summary>
[Collection(nameof(Alone))]
public sealed class AddressesInCertificatesTests(Places places) : IClassFixture<Places>
{
    /// <summary>A leaf whose issuer is not sent and is said to be had at the address.</summary>
    static X509Certificate2 Leaf(string at)
    {
        using var root = LoopbackAuthority.Create();
        using var authority = root.Below("An authority that is not sent");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension([$"http://{at}/ocsp"], [$"http://{at}/issuer.cer"]));
        request.CertificateExtensions.Add(CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([$"http://{at}/revoked.crl"]));
        using var issuer = authority.Leaf(["An authority that is not sent"], TimeProvider.System.GetUtcNow().AddDays(-2), TimeProvider.System.GetUtcNow().AddDays(80));
        using var signer = issuer.GetECDsaPrivateKey()!;
        using var bare = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30), RandomNumberGenerator.GetBytes(12));
        return bare.CopyWithPrivateKey(key);
    }

    [Fact]
    public async Task No_kind_goes_where_a_certificate_sends_it()
    {
        await using var canary = Canary.Start(IPAddress.Loopback);
        using var leaf = Leaf(canary.Address);
        var came = 0;
        await using var server = LoopbackListener.Start(async (stream, stop) =>
        {
            if (await Begins(stream, stop)) await Shake(stream, stop);
        });
        await using var nats = LoopbackListener.Start(async (stream, stop) =>
        {
            await stream.WriteAsync("INFO {\"server_id\":\"one\",\"tls_required\":true}\r\n"u8.ToArray(), stop);
            await Shake(stream, stop);
        });

        async Task Shake(Stream stream, CancellationToken stop)
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync((_, _, _, _) =>
            {
                Interlocked.Increment(ref came);
                return new(new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(leaf, [], offline: true) });
            }, null, stop);
        }

        foreach (var place in (await places.All()).Where(place => !place.Name.StartsWith(Places.Chosen, StringComparison.Ordinal)).Select(place => place.OverTls()))
        {
            var before = Volatile.Read(ref came);
            var question = place.Question.ToString();
            // These speak no TLS, or only where it is offered: that is shown at another of their places.
            if (place.Kind is "dns" or "tcp" or "exposure.reachability" || place.Name is "via" or "replica" or "store") continue;
            var asked = place.At($"127.0.0.1:{(question.Contains("tls://PLACE", StringComparison.Ordinal) ? nats.Port : server.Port)}") with { Deadline = TimeSpan.FromSeconds(3) };
            if (question.Contains("postgres://PLACE", StringComparison.Ordinal)) asked = asked with { Parameters = asked.Parameters.With("sslmode", "verify-full") };
            await Probing.Run(Probing.Options with { Folder = places.Folder }, Probing.Ask(asked));
            Assert.True(canary.Came == 0, $"{place} went where the certificate sent it");
            Assert.True(Volatile.Read(ref came) > before, $"{place} made no handshake, so that nothing is shown of it");
        }

        // The canary is one that the platform does come to.
        using var chain = new X509Chain { ChainPolicy = { RevocationMode = X509RevocationMode.NoCheck, UrlRetrievalTimeout = TimeSpan.FromSeconds(5) } };
        chain.Build(leaf);
        Assert.True(canary.Came > 0, "not even the platform left to itself goes where the certificate says");
    }

    /// <summary>PostgreSQL asks before it begins TLS, and lets nobody in without; all others begin with it.</summary>
    static async Task<bool> Begins(Stream stream, CancellationToken stop)
    {
        var first = new byte[8];
        if (await ((NetworkStream)stream).Socket.ReceiveAsync(first.AsMemory(0, 1), SocketFlags.Peek, stop) == 0 || first[0] != 0) return true;
        await stream.ReadExactlyAsync(first, stop);
        var asks = first.AsSpan().SequenceEqual(PostgresWire.AskForTls.Span);
        // What is left unread would tear the connection down with the answer.
        await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(first) - first.Length], stop);
        await stream.WriteAsync(asks ? "S"u8.ToArray() : "E\0\0\0\u0017SFATAL\0C28000\0Mno\0\0"u8.ToArray(), stop);
        return asks;
    }
}
