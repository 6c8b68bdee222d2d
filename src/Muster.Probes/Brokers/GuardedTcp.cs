#pragma warning disable RS0030 // Hands a client library the socket that the guard dialled.
using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace Muster.Probes;

/// <summary>A connection of a client library, through the guard: the address that it asks for is dialled as any other.</summary>
sealed class GuardedTcp(ProbeContext context) : ITcpClient
{
    Socket? _socket;
    NetworkStream? _stream;

    public bool Connected => _socket?.Connected == true;

    public TimeSpan ReceiveTimeout { get; set; }

    public Socket Client => _socket!;

    public async Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default)
    {
        _socket = await context.Connect(new IPEndPoint(host, port), ProtocolType.Tcp, cancellationToken);
        _stream = new(_socket, ownsSocket: true);
    }

    public NetworkStream GetStream() => _stream ?? throw new InvalidOperationException("there is no connection yet");

    public void Close() => Dispose();

    public void Dispose()
    {
        _stream?.Dispose();
        _socket?.Dispose();
    }
}
