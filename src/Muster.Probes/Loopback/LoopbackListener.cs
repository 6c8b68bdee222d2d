#pragma warning disable RS0030 // Listens on loopback alone; it connects to nothing.
using System.Net;
using System.Net.Sockets;

namespace Muster.Probes;

/// <summary>Takes connections on 127.0.0.1, a bounded number at a time, until it is disposed; then it ends them all and waits.</summary>
public sealed class LoopbackListener : IAsyncDisposable
{
    const int MostConnections = 2048; // More than any load that tests put on it has users: one that waits for a place looks like a target that hangs.
    readonly Socket _socket;
    readonly Func<Stream, CancellationToken, Task> _serve;
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _places = new(MostConnections);
    readonly Task _accepting;

    LoopbackListener(Socket socket, Func<Stream, CancellationToken, Task> serve)
    {
        _socket = socket;
        _serve = serve;
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <summary>Listens on the port, or on a free one when it is 0. A connection is closed when <paramref name="serve"/> ends.</summary>
    public static LoopbackListener Start(Func<Stream, CancellationToken, Task> serve, int port = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(MostConnections);
            return new(socket, serve);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A port on which nothing listens: it was free a moment ago.</summary>
    public static int ClosedPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _accepting;
        for (var i = 0; i < MostConnections; i++) await _places.WaitAsync();
        _places.Dispose();
        _stop.Dispose();
    }

    async Task Accept()
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stop.Token);
                Socket? taken = null;
                try { taken = await _socket.AcceptAsync(_stop.Token); }
                finally { if (taken is null) _places.Release(); }
                _ = Serve(taken); // Its end is observed by the place that it gives back.
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException && _stop.IsCancellationRequested)
        {
            return;
        }
    }

    async Task Serve(Socket taken)
    {
        await Task.Yield();
        try
        {
            taken.NoDelay = true;
            await using var stream = new NetworkStream(taken, ownsSocket: true);
            await _serve(stream, _stop.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException or System.ComponentModel.Win32Exception)
        {
            return; // The other side left, or refused us; that is theirs to judge.
        }
        finally
        {
            _places.Release();
        }
    }
}
