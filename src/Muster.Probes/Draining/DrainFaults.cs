using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

static class DrainFaults
{
    /// <summary>Whether it is no fault of the other side's: the guard refused, or the question is wrong. That ends the look.</summary>
    public static bool IsOurs(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException!)
            if (inner is Unseen { Blind: not (Blind.Unreachable or Blind.Unreadable) }) return true;
        return false;
    }

    /// <summary>Why no connection came about.</summary>
    public static string Connecting(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException!)
            if (inner is SocketException socket) return socket.SocketErrorCode == SocketError.ConnectionRefused ? "refused" : socket.SocketErrorCode == SocketError.ConnectionReset ? "reset" : "unreachable";
        return "unreachable";
    }
}
