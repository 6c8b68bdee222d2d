using System.Net;
using System.Net.Sockets;

namespace Muster.Probes.Tests.Hosts;

/// <summary>A socket of this machine by its path, behind which a port of 127.0.0.1 answers.</summary>
sealed class LocalRelay : IAsyncDisposable
{
    readonly Socket _listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly string _folder = Directory.CreateTempSubdirectory("muster-relay-").FullName;
    readonly int _port;
    readonly Task _accepting;

    LocalRelay(int port)
    {
        _port = port;
        Path = System.IO.Path.Combine(_folder, "engine.sock");
        _listening.Bind(new UnixDomainSocketEndPoint(Path));
        _listening.Listen();
        _accepting = Accept();
    }

    public string Path { get; }

    public static LocalRelay To(int port) => new(port);

    async Task Accept()
    {
        try
        {
            while (true)
            {
                var inside = await _listening.AcceptAsync();
                _ = Carry(inside); // It ends with its connection.
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException) { return; } // Disposed.
    }

    async Task Carry(Socket inside)
    {
        using var outside = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await outside.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port));
        await using var near = new NetworkStream(inside, ownsSocket: true);
        await using var far = new NetworkStream(outside);
        await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
    }

    public async ValueTask DisposeAsync()
    {
        _listening.Dispose();
        await _accepting;
        Directory.Delete(_folder, recursive: true);
    }
}
