#pragma warning disable RS0030 // The one place that makes sockets and resolves names; the guard stands in front of it.
using System.Net;
using System.Net.Sockets;

namespace Muster.Probes;

/// <summary>Connects a TCP or UDP socket to exactly this address. The default is the only place that makes one; tests give a recording one.</summary>
public delegate ValueTask<Socket> Dial(IPEndPoint to, ProtocolType protocol, CancellationToken cancel);

/// <summary>All addresses of a name, by the system's resolver; empty when there is none.</summary>
public delegate ValueTask<IPAddress[]> Resolve(string host, CancellationToken cancel);

static class Dialling
{
    public static ValueTask<Socket> Dial(IPEndPoint to, ProtocolType protocol, CancellationToken cancel) => Connect(Make(to.AddressFamily, protocol), to, cancel);

    public static Socket Make(AddressFamily family, ProtocolType protocol) => new(family, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);

    public static async ValueTask<Socket> Connect(Socket socket, IPEndPoint to, CancellationToken cancel)
    {
        try
        {
            if (socket.SocketType == SocketType.Stream) socket.NoDelay = true;
            await socket.ConnectAsync(to, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async ValueTask<IPAddress[]> Resolve(string host, CancellationToken cancel)
    {
        try { return await Dns.GetHostAddressesAsync(host, cancel); }
        catch (SocketException unknown) when (unknown.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData) { return []; }
    }
}
