using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Stands between PostgreSQL's client library, which opens its connections by itself, and a connection that the guard let through: the library gets a socket within this process and nothing else to dial.
/// It has TLS behind it already, and every message of the server passes its bounds.
/// </summary>
sealed class PostgresRelay : IAsyncDisposable
{
    const int MostMessage = 4 * 1024 * 1024;
    const int Piece = 16 * 1024;
    readonly PrivateSocket _local;
    readonly PeerStream _peer;
    readonly CancellationTokenSource _stop = new();
    readonly Task _running;

    PostgresRelay(PrivateSocket local, PeerStream peer)
    {
        (_local, _peer) = (local, peer);
        _running = Run();
    }

    /// <summary>The name that the library looks for in a folder, by the port.</summary>
    public const int Port = 5432;

    public string Folder => _local.Folder;

    public PeerStream Peer => _peer;

    /// <summary>Why it ended, when that was not the library's doing.</summary>
    public Unseen? Fault { get; private set; }

    public static PostgresRelay Before(PeerStream peer) => new(PrivateSocket.Listen($".s.PGSQL.{Port}"), peer);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _local.DisposeAsync();
        await _peer.DisposeAsync();
        _stop.Dispose();
    }

    async Task Run()
    {
        try
        {
            await using var client = await _local.Take(_stop.Token);
            var up = Up(client);
            var down = Down(client);
            await Task.WhenAny(up, down);
            await _stop.CancelAsync();
            await Task.WhenAll(up, down);
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            return; // Both sides are closed now, and whoever waits for an answer hears of it there.
        }
    }

    async Task Up(Stream client)
    {
        var piece = new byte[Piece];
        for (int got; (got = await client.ReadAsync(piece, _stop.Token)) > 0;) await _peer.Write(piece.AsMemory(0, got), _stop.Token);
    }

    async Task Down(Stream client)
    {
        var piece = new byte[Piece];
        var framing = new PostgresFraming(MostMessage);
        try
        {
            for (int got; (got = await _peer.Read(piece, _stop.Token)) > 0;)
            {
                framing.Pass(piece.AsSpan(0, got));
                await client.WriteAsync(piece.AsMemory(0, got), _stop.Token);
            }
        }
        catch (Unseen fault) { Fault = fault; }
    }
}
