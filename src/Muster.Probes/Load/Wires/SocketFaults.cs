using System.Globalization;
using System.Runtime.InteropServices;

namespace Muster.Probes.Load;

/// <summary>What the system's error numbers (of Linux) mean for a request.</summary>
static class SocketFaults
{
    public const int Interrupted = 4, WouldWait = 11, Refused = 111, BrokenPipe = 32;
    public const int NoHandlesHere = 24;
    const int NoHandlesAnywhere = 23, NoPort = 99, Reset = 104, Aborted = 103;

    // A runtime that can open nothing any more dies: what is not loaded yet needs a handle.
    const int Kept = 64;

    /// <summary>The lowest free number is given out: one as high as this tells that nearly all are used.</summary>
    public static readonly int MostForConnections = Libc.MostHandles() is > 0 and < int.MaxValue and var most ? (int)(most - Math.Min(Kept, most / 4)) : int.MaxValue;

    public static string NoHandles => string.Create(CultureInfo.InvariantCulture, $"no file handle is left for a connection: this process may have {Libc.MostHandles()} open at once; raise it (ulimit -n), or use fewer users");

    /// <summary>Whether it is this machine that cannot, whatever the address.</summary>
    public static bool IsOurs(int error) => error is NoHandlesHere or NoHandlesAnywhere or NoPort;

    /// <param name="says">What is known beside the number.</param>
    public static (Failure Failure, string Detail) NotConnected(Origin origin, int error, string? says) => error switch
    {
        NoHandlesHere => (Failure.NoHandles, NoHandles),
        NoHandlesAnywhere => (Failure.NoHandles, "no file handle is left for a connection on the whole machine (fs.file-max)"),
        NoPort => (Failure.NoPorts, $"no local port is left to connect to {origin.Authority} from: keep connections, or widen net.ipv4.ip_local_port_range"),
        Refused => (Failure.Refused, $"{origin.Authority} refuses connections"),
        0 => (Failure.NoConnection, $"no connection with {origin.Authority}: {says ?? "it has no address"}"),
        _ => (Failure.NoConnection, $"no connection with {origin.Authority}: {Says(error)}"),
    };

    /// <param name="error">0 when the peer closed in order.</param>
    public static (Failure Failure, string Detail) Broken(Origin origin, int error, Exchange exchange, string? because, string? how = null)
    {
        var far = how ?? (exchange.FirstByte < 0 ? "before it answered" : string.Create(CultureInfo.InvariantCulture, $"in the middle of its answer, after {exchange.BytesIn} bytes"));
        return error switch
        {
            0 when because is not null => (Failure.Tls, $"TLS with {origin.Authority} broke {far}: {because}"),
            0 or BrokenPipe => (Failure.Closed, $"{origin.Authority} closed the connection {far}"),
            Reset or Aborted => (Failure.Reset, $"{origin.Authority} reset the connection {far}"),
            _ => (Failure.Other, $"the connection with {origin.Authority} broke {far}: {Says(error)}"),
        };
    }

    public static string Says(int error) => Marshal.GetPInvokeErrorMessage(error);

    public static string Late(Origin origin, bool connected, bool secured, bool answering, long bytes) =>
        !connected ? $"{origin.Authority} was not connected in time"
        : !secured ? $"{origin.Authority} did not finish its TLS handshake in time"
        : !answering ? $"{origin.Authority} did not answer in time"
        : string.Create(CultureInfo.InvariantCulture, $"the answer of {origin.Authority} did not end in time, after {bytes} bytes");
}
