using System.Net;
using System.Net.Sockets;

namespace Muster.Probes.Tests.Outbound;

/// <summary>A real socket, TCP and UDP on one port, that counts whoever comes and says nothing to them.</summary>
sealed class Canary : IAsyncDisposable
{
    readonly Socket _tcp, _udp;
    readonly CancellationTokenSource _stop = new();
    readonly Task _taking;
    int _came;

    Canary(Socket tcp, Socket udp)
    {
        (_tcp, _udp) = (tcp, udp);
        _taking = Task.WhenAll(Take(), Hear());
    }

    public int Came => Volatile.Read(ref _came);

    public string Address => _tcp.LocalEndPoint!.ToString()!;

    public static Canary Start(IPAddress at)
    {
        while (true)
        {
            var (tcp, udp) = (new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp), new Socket(at.AddressFamily, SocketType.Dgram, ProtocolType.Udp));
            try
            {
                tcp.Bind(new IPEndPoint(at, 0));
                udp.Bind(tcp.LocalEndPoint!);
                tcp.Listen(64);
                return new(tcp, udp);
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // The port that was free for the one was not for the other.
                tcp.Dispose();
                udp.Dispose();
            }
        }
    }

    async Task Take()
    {
        try
        {
            while (true)
            {
                using var taken = await _tcp.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _came);
            }
        }
        catch (OperationCanceledException) { return; }
    }

    async Task Hear()
    {
        var heard = new byte[4096];
        try
        {
            while (true)
            {
                await _udp.ReceiveAsync(heard, _stop.Token);
                Interlocked.Increment(ref _came);
            }
        }
        catch (OperationCanceledException) { return; }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _taking;
        _tcp.Dispose();
        _udp.Dispose();
        _stop.Dispose();
    }
}
