using System.Net;
using System.Net.Sockets;
using Muster.Probes;

namespace Muster.Bench;

/// <summary>Ports on loopback.</summary>
static class Ports
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>One above 40,000 that was free a moment ago.</summary>
    public static int Free()
    {
        for (var tries = 0; tries < 1000; tries++)
            if (LoopbackListener.ClosedPort() is > 40_000 and var port) return port;
        throw new InvalidOperationException("no free port above 40,000");
    }

    /// <summary>Returns once something listens there.</summary>
    public static void WaitFor(int port)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
                return;
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(began) < Patience) { Thread.Sleep(20); }
        }
    }
}
