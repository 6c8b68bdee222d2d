using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What a layer of TLS tells the connection that it lies on, always on the loop's thread.</summary>
interface ISecured
{
    void Write(ReadOnlySpan<byte> encrypted);

    /// <param name="leaf">Of the certificate that was shown; of a resumed session the one that was shown when it began.</param>
    void Secured(Digest leaf);

    void NotSecured(string because);

    void Take(ReadOnlySpan<byte> plain);

    /// <param name="because">Null when the peer closed in order.</param>
    void Ended(string? because);

    /// <summary>Whoever was told something failed in it.</summary>
    void Faulted(Exception fault);
}

/// <summary>TLS within a loop: what the socket brings goes in, and the plain bytes come out within the same call.</summary>
sealed class TlsLayer : IDisposable
{
    const int Piece = 16 * 1024; // as much as one record holds
    readonly ISecured _below;
    readonly LoopStream _wire;
    readonly SslStream _tls;
    bool _closed;

    public TlsLayer(ISecured below)
    {
        _below = below;
        _wire = new(below.Write);
        _tls = new(_wire);
    }

    /// <summary>What is offered and what is trusted; the same for all connections with a host, so that they share their sessions.</summary>
    public static SslClientAuthenticationOptions Options(string host, TrustAnchors trust, bool resume) => new()
    {
        TargetHost = host,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        AllowTlsResume = resume,
        CertificateChainPolicy = trust.Policy(),
    };

    public async Task Run(SslClientAuthenticationOptions options)
    {
        try { await Go(options); }
        catch (Exception fault) { _below.Faulted(fault); }
    }

    /// <summary>Everything that ever comes over it, from the first word of the handshake to the end.</summary>
    async Task Go(SslClientAuthenticationOptions options)
    {
        Digest leaf;
        try
        {
            await _tls.AuthenticateAsClientAsync(options);
            if (_closed) return;
            using var shown = (X509Certificate2)_tls.RemoteCertificate!;
            leaf = Digest.Of(shown.RawDataMemory.Span);
        }
        catch (Exception failed) when (failed is AuthenticationException or IOException or InvalidOperationException)
        {
            if (!_closed) _below.NotSecured(failed is AuthenticationException { InnerException: { } inner } ? $"{failed.Message} ({inner.Message})" : failed.Message);
            return;
        }

        _below.Secured(leaf);
        var piece = new byte[Piece];
        while (!_closed)
        {
            string? because = null;
            int got;
            try { got = await _tls.ReadAsync(piece); }
            catch (Exception broken) when (broken is IOException or InvalidOperationException) { (got, because) = (0, broken.Message); }
            if (_closed) return;
            if (got == 0)
            {
                _below.Ended(because);
                return;
            }

            _below.Take(piece.AsSpan(0, got));
        }
    }

    /// <summary>Encrypts it and hands it to the connection, within the call. False if the layer has ended.</summary>
    public bool Send(ReadOnlyMemory<byte> plain)
    {
        try
        {
            var sending = _tls.WriteAsync(plain);
            if (!sending.IsCompletedSuccessfully) sending.AsTask().GetAwaiter().GetResult(); // Done already, and only to be told how: writing never waits.
            return true;
        }
        catch (Exception broken) when (broken is IOException or InvalidOperationException) { return false; }
    }

    public void Feed(ReadOnlySpan<byte> encrypted) => _wire.Feed(encrypted);

    public void End() => _wire.End();

    public void Break(string why) => _wire.Break(why);

    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _tls.Dispose();
    }
}
