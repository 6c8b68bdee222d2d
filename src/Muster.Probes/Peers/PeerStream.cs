#pragma warning disable RS0030 // Wraps the socket that the guard dialled.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// A connection to a server that speaks a protocol of its own, over the guard's socket, with TLS when it is asked for. What is read is bounded in all,
/// so that a peer that never ends cannot fill memory; a deadline is the caller's token.
/// </summary>
sealed class PeerStream : IAsyncDisposable
{
    readonly long _most;
    Stream _stream;
    long _read;

    PeerStream(Stream stream, IPEndPoint address, long most) => (_stream, Address, _most) = (stream, address, most);

    public IPEndPoint Address { get; }

    /// <summary>The certificate that was shown; null without TLS.</summary>
    public Digest? Leaf { get; private set; }

    /// <summary>Who this is: the address, and the certificate when there is one.</summary>
    public Value.Fields Identity => Value.Of(("address", Address.ToString())).With("leaf", Leaf is { } leaf ? leaf : (Value?)null);

    /// <param name="most">The most bytes that are read from it in all.</param>
    public static async Task<PeerStream> Open(string host, int port, ProbeContext context, CancellationToken cancel, long most = 4 * 1024 * 1024)
    {
        var socket = await context.Connect(host, port, cancel);
        return new(new NetworkStream(socket, ownsSocket: true), (IPEndPoint)socket.RemoteEndPoint!, most);
    }

    /// <summary>Goes on over TLS. A certificate that is not trusted, or not for this host, ends the look: what came over such a connection would be anybody's word.</summary>
    /// <param name="trust">Null takes any certificate: encrypted, and nobody known. Only where the target itself says so.</param>
    /// <param name="client">Shown when the server asks for one.</param>
    public async Task Secure(string host, TrustAnchors? trust, CancellationToken cancel, X509Certificate2? client = null)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host, AllowTlsResume = false, CertificateChainPolicy = (trust ?? TrustAnchors.System).Policy(), ClientCertificates = client is null ? null : [client],
#pragma warning disable CA5359 // The target says that it is content with encryption.
                RemoteCertificateValidationCallback = trust is null ? (_, _, _, _) => true : null,
#pragma warning restore CA5359
            }, cancel);
        }
        catch (AuthenticationException refused) { throw new Unseen(Blind.Unreachable, $"no TLS connection with {Address}: {refused.Message}", refused); }
        Leaf = Digest.Of(((X509Certificate2)tls.RemoteCertificate!).RawDataMemory.Span);
    }

    public async Task Write(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        await _stream.WriteAsync(bytes, cancel);
        await _stream.FlushAsync(cancel);
    }

    /// <summary>Some bytes; 0 at the end.</summary>
    public async Task<int> Read(Memory<byte> into, CancellationToken cancel)
    {
        var got = await _stream.ReadAsync(into, cancel);
        return (_read += got) <= _most ? got : throw new Unseen(Blind.TooLarge, $"{Address} sent more than {_most} bytes");
    }

    /// <summary>Exactly these bytes, or no observation.</summary>
    public async Task ReadWhole(Memory<byte> into, CancellationToken cancel)
    {
        while (!into.IsEmpty)
        {
            var got = await Read(into, cancel);
            if (got == 0) throw new Unseen(Blind.Unreachable, $"{Address} closed the connection in the middle of an answer");
            into = into[got..];
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
