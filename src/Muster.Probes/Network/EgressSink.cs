#pragma warning disable RS0030 // Listens where the question says; it connects to nothing.
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Two listeners of ours on one port: one at the address that the target may reach, one at the address that it may not. The first may send whoever comes on elsewhere.
/// Whoever connects to the second has reached what is denied, whatever it says there.
/// </summary>
sealed class EgressSink : IAsyncDisposable
{
    const int MostHead = 8 * 1024;
    const int MostTries = 20;
    const int MostConnections = 64;
    readonly List<Socket> _listeners = [];
    readonly List<Task> _accepting = [];
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _places = new(MostConnections);
    readonly ConcurrentDictionary<string, (int Status, string To)> _redirects = new(StringComparer.Ordinal);
    int _reached;

    EgressSink() { }

    public int Port { get; private set; }

    /// <summary>How often somebody connected to the denied address.</summary>
    public int Reached => Volatile.Read(ref _reached);

    /// <summary>What is said at the denied address, so that one sees it coming back.</summary>
    public string Marker { get; } = "muster-denied-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>Paths that were asked for at the allowed address.</summary>
    public ConcurrentDictionary<string, bool> Asked { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the denied listener is there under IPv6 too.</summary>
    public bool HasSix { get; private set; }

    public static EgressSink Start(IPAddress allowed, IPAddress denied, int port)
    {
        for (var tries = 0; ; tries++)
        {
            var sink = new EgressSink();
            try
            {
                sink.Listen(allowed, port, isDenied: false);
                sink.Port = ((IPEndPoint)sink._listeners[0].LocalEndPoint!).Port;
                sink.Listen(denied, sink.Port, isDenied: true);
                try
                {
                    if (IPAddress.IsLoopback(denied)) sink.Listen(IPAddress.IPv6Loopback, sink.Port, isDenied: true);
                    sink.HasSix = IPAddress.IsLoopback(denied);
                }
                catch (SocketException) { sink.HasSix = false; } // A machine without IPv6.
                foreach (var (socket, i) in sink._listeners.Select((socket, i) => (socket, i))) sink._accepting.Add(sink.Accept(socket, isDenied: i > 0));
                return sink;
            }
            catch (SocketException taken)
            {
                foreach (var socket in sink._listeners) socket.Dispose();
                // The port that is free at one address may be taken at the other.
                if (port != 0 || tries >= MostTries || taken.SocketErrorCode != SocketError.AddressAlreadyInUse) throw new Unseen(Blind.NotCapable, $"nobody can listen at {allowed} and {denied}{(port == 0 ? "" : $", port {port}")}: {taken.Message}", taken);
            }
        }
    }

    /// <summary>A path at the allowed address that sends whoever comes on.</summary>
    public string Redirect(string to, int status)
    {
        var path = "/muster-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        _redirects[path] = (status, to);
        return path;
    }

    /// <summary>A path at the allowed address that is answered with this status; 0 hangs up without a word.</summary>
    public string Answering(int status) => Redirect("", status);

    void Listen(IPAddress address, int port, bool isDenied)
    {
        var socket = Dialling.Make(address.AddressFamily, ProtocolType.Tcp);
        if (isDenied) _listeners.Add(socket);
        else _listeners.Insert(0, socket);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen(MostConnections);
    }

    async Task Accept(Socket listener, bool isDenied)
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_stop.Token);
                var socket = await listener.AcceptAsync(_stop.Token);
                if (isDenied) Interlocked.Increment(ref _reached);
                _ = Serve(socket, isDenied); // It gives its place back.
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException) { return; }
    }

    async Task Serve(Socket socket, bool isDenied)
    {
        try
        {
            await using var stream = new NetworkStream(socket, ownsSocket: true);
            var (buffer, held) = (new byte[MostHead], 0);
            while (held < buffer.Length && buffer.AsSpan(0, held).IndexOf("\r\n\r\n"u8) < 0)
            {
                var got = await stream.ReadAsync(buffer.AsMemory(held), _stop.Token);
                if (got == 0) return;
                held += got;
            }

            var path = Encoding.Latin1.GetString(buffer, 0, held).Split(' ', 3) is [_, var asked, _] ? asked : "";
            var (status, more, body) = (200, "", Marker);
            if (!isDenied)
            {
                Asked[path] = true;
                (status, more, body) = !_redirects.TryGetValue(path, out var on) ? (200, "", "muster-allowed") : on.To.Length > 0 ? (on.Status, $"Location: {on.To}\r\n", "") : (on.Status, "", "muster-allowed");
                if (status == 0) return;
            }

            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 {status} Answer\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\n{more}Connection: close\r\n\r\n{body}"), _stop.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException or ObjectDisposedException) { return; } // It came, and that was counted.
        finally
        {
            _places.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var socket in _listeners) socket.Dispose();
        await Task.WhenAll(_accepting);
    }
}
