using System.Net.Sockets;
using System.Security.Authentication;

namespace Muster.Probes.Load;

/// <summary>What the framework's exceptions mean for a request.</summary>
static class ClientFaults
{
    public static void Tell(ClientSeen seen, Exception failed, ClientCall call, bool otherProtocol)
    {
        var origin = call.Origin;
        (seen.Failure, seen.Detail) = failed switch
        {
            OperationCanceledException when call.IsLate => (Failure.Timeout, $"{origin.Authority} did not answer in time"),
            OperationCanceledException => (Failure.NoConnection, $"no connection with {origin.Authority} in time"),
            _ when otherProtocol => (Failure.Protocol, $"{origin.Authority} does not speak HTTP/2"),
            HttpRequestException request => Of(origin, request),
            HttpProtocolException protocol => (Failure.Garbage, $"{origin.Authority} broke HTTP/2: {protocol.Message}"),
            HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => (Failure.Closed, $"{origin.Authority} closed the connection in the middle of its answer"),
            IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } } => (Failure.Reset, $"{origin.Authority} reset the connection"),
            IOException broken => (Failure.Closed, $"the connection with {origin.Authority} broke: {broken.Message}"),
            _ => (Failure.Other, failed.Message),
        };
    }

    static Exception Innermost(Exception failed)
    {
        while (failed.InnerException is { } inner) failed = inner;
        return failed;
    }

    static (Failure, string) Of(Origin origin, HttpRequestException request) => request switch
    {
        { InnerException: Unseen refused } => (Failure.NoConnection, $"no connection with {origin.Authority}: {refused.Message}"),
        { InnerException: SocketException socket } when request.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.Unknown && OperatingSystem.IsLinux() => SocketFaults.NotConnected(origin, socket.NativeErrorCode, socket.Message),
        { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => (Failure.Refused, $"{origin.Authority} refuses connections"),
        { InnerException: AuthenticationException tls } => (Failure.Tls, $"no TLS with {origin.Authority}: {tls.Message}"),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => (Failure.Tls, $"no TLS with {origin.Authority}: {request.InnerException?.Message ?? request.Message}"),
        { HttpRequestError: HttpRequestError.VersionNegotiationError } => (Failure.Protocol, $"{origin.Authority} does not speak HTTP/2"),
        // A peer that is gone before its first frame has broken no rule of HTTP/2: it said nothing.
        { HttpRequestError: HttpRequestError.InvalidResponse } when Innermost(request) is SocketException { SocketErrorCode: SocketError.ConnectionReset } => (Failure.Reset, $"{origin.Authority} reset the connection"),
        { HttpRequestError: HttpRequestError.InvalidResponse } when Innermost(request) is not HttpProtocolException => (Failure.Closed, $"{origin.Authority} closed the connection before it answered"),
        { HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded } => (Failure.Garbage, $"{origin.Authority} broke HTTP/2: {request.InnerException?.Message ?? request.Message}"),
        { HttpRequestError: HttpRequestError.ResponseEnded } => (Failure.Closed, $"{origin.Authority} closed the connection before it answered"),
        _ when Innermost(request) is SocketException { SocketErrorCode: SocketError.ConnectionReset } => (Failure.Reset, $"{origin.Authority} reset the connection"),
        { HttpRequestError: HttpRequestError.ConnectionError } => (Failure.NoConnection, $"no connection with {origin.Authority}: {request.InnerException?.Message ?? request.Message}"),
        { InnerException: IOException broken } => (Failure.Closed, $"{origin.Authority} closed the connection before it answered: {broken.Message}"),
        _ => (Failure.Other, request.InnerException?.Message ?? request.Message),
    };
}
