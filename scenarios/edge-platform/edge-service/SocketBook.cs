using System.Collections.Concurrent;

namespace Muster.EdgePlatform;

/// <summary>The open sockets, for whoever must close them: the drain, and whoever withdraws a session.</summary>
sealed class SocketBook
{
    readonly ConcurrentDictionary<LiveSocket, bool> _open = new();

    public int Count => _open.Count;

    public IEnumerable<LiveSocket> All => _open.Keys;

    public void Add(LiveSocket socket) => _open[socket] = true;

    public void Remove(LiveSocket socket) => _open.TryRemove(socket, out _);

    public Task CloseAll() => Task.WhenAll(All.Select(socket => socket.Close(System.Net.WebSockets.WebSocketCloseStatus.EndpointUnavailable, "going away")));

    public void CutAll()
    {
        foreach (var socket in All) socket.Cut();
    }
}
