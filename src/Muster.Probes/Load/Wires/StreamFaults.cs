using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Muster.Probes.Load;

/// <summary>What the framework's exceptions mean for a request, on any system.</summary>
static class StreamFaults
{
    public static (Failure Failure, string Detail) Of(Origin origin, Exception failed, bool answering, long bytes, bool connecting)
    {
        var far = answering ? string.Create(CultureInfo.InvariantCulture, $"in the middle of its answer, after {bytes} bytes") : "before it answered";
        return failed switch
        {
            TimeoutException late => (Failure.NoConnection, late.Message),
            AuthenticationException tls => (Failure.Tls, $"no TLS with {origin.Authority}: {tls.Message}"),
            Unseen refused => (Failure.NoConnection, $"no connection with {origin.Authority}: {refused.Message}"),
            SocketException { SocketErrorCode: SocketError.TooManyOpenSockets } => (Failure.NoHandles, Handles()),
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => (Failure.NoPorts, $"no local port is left to connect to {origin.Authority} from"),
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => (Failure.Refused, $"{origin.Authority} refuses connections"),
            SocketException none when connecting => (Failure.NoConnection, $"no connection with {origin.Authority}: {none.Message}"),
            EndOfStreamException => (Failure.Closed, $"{origin.Authority} closed the connection {far}"),
            IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted } } => (Failure.Reset, $"{origin.Authority} reset the connection {far}"),
            IOException { InnerException: SocketException } => (Failure.Closed, $"{origin.Authority} closed the connection {far}"),
            IOException broken => (Failure.Closed, $"the connection with {origin.Authority} broke {far}: {broken.Message}"),
            _ => (Failure.Other, failed.Message),
        };
    }

    static string Handles() => OperatingSystem.IsLinux() ? SocketFaults.NoHandles : "no file handle is left for a connection";
}
