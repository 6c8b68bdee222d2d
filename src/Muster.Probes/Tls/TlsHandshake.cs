using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a protocol says in the clear before TLS begins.</summary>
sealed record TlsPrelude(SslApplicationProtocol Protocol, Func<Stream, CancellationToken, Task> Say);

/// <summary>One handshake with one address, and what the certificate looked like from there.</summary>
sealed record TlsHandshake(IPEndPoint Address, string? Failure)
{
    public string Version { get; init; } = "";
    public string Alpn { get; init; } = "";
    public Digest Sha256 { get; init; }

    /// <summary>The certificate as it was shown, in DER.</summary>
    public ReadOnlyMemory<byte> Leaf { get; init; }

    public Value.Fields Certificate { get; init; } = Value.Fields.Empty;
    public double LifetimeLeft { get; init; }
    public double ExpiresIn { get; init; }
    public ImmutableArray<string> Problems { get; init; } = [];
    public bool HostnameMatches { get; init; }
    public bool SelfSigned { get; init; }

    public bool Seen => Failure is null;
    public bool Trusted => Problems.IsEmpty;
    public bool ChainComplete => !Problems.Contains(nameof(X509ChainStatusFlags.PartialChain));

    /// <param name="prelude">What a protocol says before TLS begins, and the application protocol that it then names; null for TLS from the first byte.</param>
    public static async Task<TlsHandshake> Make(IPEndPoint to, string host, TrustAnchors trust, ProbeContext context, CancellationToken cancel, TlsPrelude? prelude = null)
    {
        var now = context.Clock.GetUtcNow();
        TlsHandshake? seen = null;
        await using var plain = new NetworkStream(await context.Connect(to, ProtocolType.Tcp, cancel), ownsSocket: true);
        if (prelude is not null) await prelude.Say(plain, cancel);
        await using var tls = new SslStream(plain);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                ApplicationProtocols = prelude is null ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [prelude.Protocol],
                // A resumed session shows the certificate of an earlier one.
                AllowTlsResume = false,
                CertificateChainPolicy = trust.Policy(now),
#pragma warning disable CA5359 // Any certificate may be shown, nothing is sent to it, and the chain that came with the call is the only one that is built.
                RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
                {
                    if (certificate is X509Certificate2 leaf && chain is not null) seen = Read(to, host, leaf, chain, now);
                    return true;
                },
#pragma warning restore CA5359
            }, cancel);
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException)
        {
            return new(to, $"no handshake with {to}: {(failed.InnerException ?? failed).Message}");
        }

        return seen is null ? new(to, $"{to} showed no certificate") : seen with { Version = TlsNames.Of(tls.SslProtocol), Alpn = tls.NegotiatedApplicationProtocol.ToString() };
    }

    static TlsHandshake Read(IPEndPoint from, string host, X509Certificate2 leaf, X509Chain chain, DateTimeOffset now)
    {
        DateTimeOffset notBefore = leaf.NotBefore.ToUniversalTime(), notAfter = leaf.NotAfter.ToUniversalTime();
        var whole = (notAfter - notBefore).TotalSeconds;
        var left = whole <= 0 ? 0 : (notAfter - now).TotalSeconds / whole;
        var digest = Digest.Of(leaf.RawDataMemory.Span);
        return new(from, Failure: null)
        {
            Sha256 = digest,
            Leaf = leaf.RawDataMemory,
            Certificate = TlsCertificate.Fields(digest, leaf),
            ExpiresIn = Math.Round((notAfter - now).TotalSeconds, 3),
            LifetimeLeft = notBefore > now ? 0 : Math.Round(left, 6),
            Problems = [.. chain.ChainStatus.Select(status => status.Status.ToString()).Where(status => status != nameof(X509ChainStatusFlags.NoError)).Distinct().Order(StringComparer.Ordinal)],
            HostnameMatches = leaf.MatchesHostname(host, allowWildcards: true, allowCommonName: false),
            SelfSigned = leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData),
        };
    }
}
