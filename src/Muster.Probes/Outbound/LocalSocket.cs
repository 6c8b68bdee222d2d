#pragma warning disable RS0030 // Beside Dialling: this folder alone makes sockets.
using System.Net.Sockets;

namespace Muster.Probes;

/// <summary>
/// A connection to a program of this machine by a path in its file system, as to an SSH agent. It leads to no network and has no address to guard, and the path is its user's own;
/// it is made here all the same, so that every socket of Muster's is found in one folder.
/// </summary>
public static class LocalSocket
{
    /// <summary>The connection, each of whose reads and writes ends after the limit; or why there is none.</summary>
    public static (Stream? Stream, string? WhyNot) Connect(string path, TimeSpan limit, CancellationToken cancel)
    {
        Socket? socket = null;
        try
        {
            var end = new UnixDomainSocketEndPoint(path);
            socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            ends.CancelAfter(limit);
            socket.ConnectAsync(end, ends.Token).AsTask().GetAwaiter().GetResult();
            return (new NetworkStream(socket, ownsSocket: true) { ReadTimeout = (int)limit.TotalMilliseconds, WriteTimeout = (int)limit.TotalMilliseconds }, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            socket?.Dispose();
            return (null, "it does not answer");
        }
        catch (Exception cannot) when (cannot is SocketException or ArgumentException or PlatformNotSupportedException)
        {
            socket?.Dispose();
            return (null, cannot is SocketException broken ? broken.SocketErrorCode == SocketError.AddressNotAvailable ? "there is no such socket" : broken.Message : "it is no path of a socket");
        }
    }

    /// <summary>The connection for whoever waits without holding a thread.</summary>
    public static async Task<Stream> Open(string path, CancellationToken cancel)
    {
        Socket? socket = null;
        try
        {
            var end = new UnixDomainSocketEndPoint(path);
            socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(end, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception cannot)
        {
            socket?.Dispose();
            if (cannot is not (SocketException or ArgumentException or PlatformNotSupportedException)) throw;
            var says = cannot is SocketException broken ? broken.SocketErrorCode == SocketError.AddressNotAvailable ? "there is no such socket" : broken.Message : "it is no path of a socket";
            throw new Unseen(Muster.Readiness.Blind.Unreachable, $"{path}: {says}", cannot);
        }
    }
}
