using System.Net;
using System.Net.Sockets;

namespace Muster.Servers;

/// <summary>
/// Ports of 127.0.0.1 that are free now, each given once by this process. They lie above those that Linux gives to outgoing connections: a connection of anybody's, for a minute after its end too,
/// would keep a server from its port when it is started again.
/// </summary>
public static class Ports
{
    static readonly Lock One = new();
    static readonly HashSet<int> Given = [];

    public static int Free()
    {
        lock (One)
        {
            while (true)
            {
                var port = Random.Shared.Next(61_001, 65_500);
                if (!Given.Contains(port) && IsFree(port) && Given.Add(port)) return port;
            }
        }
    }

    /// <summary>Whether something takes connections there now.</summary>
    public static bool IsOpen(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException) { return false; } // Nobody there, which is the answer.
    }

    static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException) { return false; } // Taken, which is the answer.
    }
}
