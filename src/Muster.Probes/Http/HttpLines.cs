#pragma warning disable RS0030 // Hands the guard's sockets to the framework's HTTP.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// HTTP over the guard's connections. A line is rented by one look at a time and makes a new connection for each request: within a handler that is shared,
/// a request may be answered over a connection that another one began, and its evidence would name the wrong peer.
/// </summary>
sealed class HttpLines : IDisposable
{
    static readonly HttpRequestOptionsKey<HttpPeer> PeerKey = new("muster.peer");
    readonly ConcurrentDictionary<Digest, ConcurrentStack<HttpMessageInvoker>> _free = new();

    public async Task<HttpResponseMessage> Send(HttpRequestMessage request, HttpPeer peer, TrustAnchors trust, CancellationToken cancel)
    {
        request.Options.Set(PeerKey, peer);
        var free = _free.GetOrAdd(trust.Id, _ => new());
        var line = free.TryPop(out var kept) ? kept : Open(trust);
        peer.Line = new(line, free);
        return await line.SendAsync(request, cancel);
    }

    public void Dispose()
    {
        foreach (var free in _free.Values)
            while (free.TryPop(out var line)) line.Dispose();
    }

    static HttpMessageInvoker Open(TrustAnchors trust) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
        ResponseDrainTimeout = TimeSpan.Zero,
        MaxResponseDrainSize = 0,
        MaxResponseHeadersLength = 64,
        ActivityHeadersPropagator = null,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectCallback = Connect,
        PlaintextStreamFilter = Note,
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust.Policy(), AllowTlsResume = false },
    });

    static async ValueTask<Stream> Connect(SocketsHttpConnectionContext connection, CancellationToken cancel)
    {
        if (!connection.InitialRequestMessage.Options.TryGetValue(PeerKey, out var peer)) throw new InvalidOperationException("a request without its peer");
        if (peer.Local is { } path) return await LocalSocket.Open(path, cancel);
        var began = peer.Context.Clock.GetTimestamp();
        var socket = await peer.Context.Connect(connection.DnsEndPoint.Host, connection.DnsEndPoint.Port, cancel);
        peer.Address = (IPEndPoint?)socket.RemoteEndPoint;
        peer.Connect = peer.Context.Clock.GetElapsedTime(began);
        return new NetworkStream(socket, ownsSocket: true);
    }

    static ValueTask<Stream> Note(SocketsHttpPlaintextStreamFilterContext connection, CancellationToken cancel)
    {
        if (connection.PlaintextStream is SslStream tls && connection.InitialRequestMessage.Options.TryGetValue(PeerKey, out var peer))
        {
            peer.TlsVersion = TlsNames.Of(tls.SslProtocol);
            peer.Leaf = Digest.Of(((X509Certificate2)tls.RemoteCertificate!).RawDataMemory.Span);
        }

        return ValueTask.FromResult(connection.PlaintextStream);
    }

    /// <summary>A rented line (as many as there are looks at once): given back after a whole answer, thrown away after anything else, since a broken one may still be connecting.</summary>
    internal readonly struct Rented(HttpMessageInvoker line, ConcurrentStack<HttpMessageInvoker> free)
    {
        public void GiveBack() => free?.Push(line);

        public void ThrowAway() => line?.Dispose();
    }
}

/// <summary>Who answered a request, noted by the connection itself.</summary>
sealed class HttpPeer(ProbeContext context)
{
    public ProbeContext Context { get; } = context;
    /// <summary>The path of a socket of this machine, which is asked in place of the request's host.</summary>
    public string? Local { get; init; }

    public IPEndPoint? Address { get; set; }
    public string? TlsVersion { get; set; }
    public Digest? Leaf { get; set; }
    public TimeSpan Connect { get; set; }
    internal HttpLines.Rented Line { get; set; }
}
