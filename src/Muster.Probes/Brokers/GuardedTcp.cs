#pragma warning disable RS0030 // Hands a client library the socket that the guard dialled.
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;
using RabbitMQ.Client;

namespace Muster.Probes;

/// <summary>
/// A connection of a client library, through the guard: the address that it asks for is dialled as any other, and TLS is begun here. Left to the library, the platform would fetch
/// the certificates that a peer leaves out from wherever that peer says, past the guard.
/// </summary>
/// <param name="host">Whom the certificate must name.</param>
/// <param name="trust">Null for a connection in the clear.</param>
sealed class GuardedTcp(ProbeContext context, string host, TrustAnchors? trust) : ITcpClient
{
    Socket? _socket;
    NetworkStream? _stream;

    /// <summary>The certificate that was shown; null without TLS.</summary>
    public Digest? Leaf { get; private set; }

    public bool Connected => _socket?.Connected == true;

    public TimeSpan ReceiveTimeout { get; set; }

    public Socket Client => _socket!;

    public async Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default)
    {
        _socket = await context.Connect(new IPEndPoint(host, port), ProtocolType.Tcp, cancellationToken);
        _stream = trust is null ? new(_socket, ownsSocket: true) : await Secured(_socket, trust, cancellationToken);
    }

    async Task<NetworkStream> Secured(Socket socket, TrustAnchors roots, CancellationToken cancel)
    {
        var (tls, with) = (new SslStream(new NetworkStream(socket, ownsSocket: true)), socket.RemoteEndPoint);
        try { await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host, AllowTlsResume = false, CertificateChainPolicy = roots.Policy() }, cancel); }
        catch (Exception failed)
        {
            await tls.DisposeAsync();
            if (failed is not AuthenticationException) throw;
            throw new Unseen(Blind.Unreachable, $"no TLS connection with {with}: {failed.Message}", failed);
        }

        Leaf = Digest.Of(((X509Certificate2)tls.RemoteCertificate!).RawDataMemory.Span);
        return new SecuredStream(socket, tls);
    }

    public NetworkStream GetStream() => _stream ?? throw new InvalidOperationException("there is no connection yet");

    public void Close() => Dispose();

    public void Dispose()
    {
        _stream?.Dispose();
        _socket?.Dispose();
    }
}
