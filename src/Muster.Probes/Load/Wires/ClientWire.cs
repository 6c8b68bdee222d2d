#pragma warning disable RS0030 // Hands the guard's sockets to the framework's HTTP, in whose hands HTTP/2 is.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>
/// HTTP/2 by the framework: requests of all users share connections, as the protocol means them to, and what the framework does not show of a request (connecting, the handshake, sending) stays 0.
/// It works on the pool's threads and posts what came of it to the loop.
/// </summary>
sealed class ClientWire : IWire
{
    readonly ILoop _loop;
    readonly WaysOut _ways;
    readonly HttpMessageInvoker _client;
    // Which servers chose another protocol: of what the framework makes of that, the reason is not always left.
    readonly ConcurrentDictionary<(string, int), bool> _others = new();
    long _connections;

    public ClientWire(ILoop loop, Wiring wiring, WaysOut ways, TrustAnchors trust)
    {
        (_loop, _ways) = (loop, ways);
        _client = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            EnableMultipleHttp2Connections = true,
            MaxResponseHeadersLength = AnswerReader.MostOfHead / 1024,
            ActivityHeadersPropagator = null,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = wiring.ConnectTimeout,
            ConnectCallback = Connect,
            PlaintextStreamFilter = Identify,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust.Policy(), AllowTlsResume = wiring.ResumeTls },
        });
    }

    public string Name => "HttpClient";

    public string Protocol => "HTTP/2";

    /// <summary>As <see cref="EpollWire.Identified"/>.</summary>
    public Action<Origin, Digest>? Identified { get; set; }

    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>The framework begins again by itself, and does not tell.</summary>
    public long Retried => 0;

    public void Send(Exchange exchange)
    {
        exchange.Begin();
        if (exchange.Upgrade is not null)
        {
            NoUpgrade.Refuse(_loop, exchange, "WebSockets are carried over HTTP/1.1 alone; write http: { version: 1.1 }");
            return;
        }

        var call = new ClientCall(exchange, _loop.Now);
        exchange.Held = call;
        exchange.Sent = call.Began;
        _ = Carry(call);
    }

    public void Release(Exchange exchange) => exchange.Held = null;

    public void Abandon(Exchange exchange)
    {
        if (exchange.Held is ClientCall call) call.Cancel();
        exchange.Held = null;
    }

    async Task Carry(ClientCall call)
    {
        // Whoever sends goes on at once; and what is sent belongs to the exchange, which is not read after this.
        using var request = call.Request();
        var left = call.Deadline == long.MaxValue ? Timeout.InfiniteTimeSpan : TimeSpan.FromMicroseconds(Math.Max(0, (call.Deadline - call.Began) / 1000));
        await Task.Yield();
        var seen = new ClientSeen();
        try
        {
            call.EndAfter(left);
            using var response = await _client.SendAsync(request, call.Ends);
            seen.FirstByte = _loop.Now;
            await seen.Read(response, call.ReadBody, call.Ends);
        }
        catch (Exception failed) { ClientFaults.Tell(seen, failed, call, _others.ContainsKey((call.Origin.Host, call.Origin.Port))); }
        seen.Done = _loop.Now;
        _loop.Post(() => call.Over(seen));
    }

    async ValueTask<Stream> Connect(SocketsHttpConnectionContext connection, CancellationToken cancel)
    {
        connection.InitialRequestMessage.Options.TryGetValue(ClientCall.OriginKey, out var origin);
        SocketException? none = null;
        foreach (var address in origin!.Addresses)
        {
            try
            {
                var socket = await _ways.Connect(new(address, origin.Port), ProtocolType.Tcp, cancel);
                Interlocked.Increment(ref _connections);
                return origin.IsSecure ? new NetworkStream(socket, ownsSocket: true) : new FirstWords(socket, () => _others[(origin.Host, origin.Port)] = true);
            }
            catch (SocketException no) { none = no; }
        }

        throw none ?? new SocketException((int)SocketError.HostNotFound);
    }

    ValueTask<Stream> Identify(SocketsHttpPlaintextStreamFilterContext connection, CancellationToken cancel)
    {
        connection.InitialRequestMessage.Options.TryGetValue(ClientCall.OriginKey, out var origin);
        if (connection.NegotiatedHttpVersion.Major != 2)
        {
            _others[(origin!.Host, origin.Port)] = true;
            throw new IOException("the server chose another protocol");
        }

        if (connection.PlaintextStream is SslStream { RemoteCertificate: X509Certificate2 leaf })
        {
            var digest = Digest.Of(leaf.RawDataMemory.Span);
            _loop.Post(() => Identified?.Invoke(origin!, digest));
        }

        return ValueTask.FromResult(connection.PlaintextStream);
    }

    public void Dispose() => _client.Dispose();
}

/// <summary>A connection on which HTTP/2 is taken for known: one that answers in HTTP/1.1 says so in its first words.</summary>
sealed class FirstWords(Socket socket, Action other) : NetworkStream(socket, ownsSocket: true)
{
    bool _heard;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _heard || buffer.IsEmpty ? base.ReadAsync(buffer, cancellationToken) : Hear(buffer, cancellationToken);

    async ValueTask<int> Hear(Memory<byte> buffer, CancellationToken cancel)
    {
        var got = await base.ReadAsync(buffer, cancel);
        _heard = true;
        if (buffer.Span[..got].StartsWith("HTTP/1."u8)) other();
        return got;
    }
}
