#pragma warning disable RS0030 // Listens at a path of this user's own; it connects to nothing.
using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// A way within this process for a client library that opens its connection by itself: a socket at a path in a folder that nobody else may enter. It takes one connection, and the path is gone.
/// </summary>
sealed class PrivateSocket : IAsyncDisposable
{
    readonly Socket _socket;

    PrivateSocket(string folder, Socket socket) => (Folder, _socket) = (folder, socket);

    public string Folder { get; }

    public static PrivateSocket Listen(string name)
    {
        var folder = Directory.CreateTempSubdirectory("muster-").FullName;
        Socket? socket = null;
        try
        {
            socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, name)));
            socket.Listen(1);
            return new(folder, socket);
        }
        catch (Exception cannot) when (cannot is SocketException or ArgumentException or PlatformNotSupportedException or UnauthorizedAccessException)
        {
            socket?.Dispose();
            Directory.Delete(folder, recursive: true);
            throw new Unseen(Blind.NotCapable, $"no socket can be made in this machine's folder for temporary files: {cannot.Message}", cannot);
        }
    }

    public async Task<Stream> Take(CancellationToken cancel)
    {
        var taken = await _socket.AcceptAsync(cancel);
        Close();
        return new NetworkStream(taken, ownsSocket: true);
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    void Close()
    {
        _socket.Dispose();
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
