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
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ends.CancelAfter(limit);
        try
        {
            var stream = Dial(path, ends.Token).GetAwaiter().GetResult();
            (stream.ReadTimeout, stream.WriteTimeout) = ((int)limit.TotalMilliseconds, (int)limit.TotalMilliseconds);
            return (stream, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return (null, "it does not answer"); }
        catch (Exception cannot) when (WhyNot(cannot) is { } why) { return (null, why); }
    }

    /// <summary>The connection for whoever waits without holding a thread.</summary>
    public static async Task<Stream> Open(string path, CancellationToken cancel)
    {
        try { return await Dial(path, cancel); }
        catch (Exception cannot) when (WhyNot(cannot) is { } why) { throw new Unseen(Muster.Readiness.Blind.Unreachable, $"{path}: {why}", cannot); }
    }

    static async Task<NetworkStream> Dial(string path, CancellationToken cancel)
    {
        var end = new UnixDomainSocketEndPoint(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(end, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Null for what is not about the path.</summary>
    static string? WhyNot(Exception cannot) => cannot switch
    {
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "there is no such socket",
        SocketException broken => broken.Message,
        ArgumentException or PlatformNotSupportedException => "it is no path of a socket",
        _ => null,
    };
}
