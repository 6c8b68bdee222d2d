using System.Net.WebSockets;
using System.Text;

namespace Muster.EdgePlatform;

/// <summary>One open socket of a session. Sends are one at a time, whoever sends.</summary>
sealed class LiveSocket(HttpContext context, WebSocket socket, string session) : IDisposable
{
    const int MostMessage = 4096;
    static readonly TimeSpan LongestClose = TimeSpan.FromSeconds(1);
    readonly SemaphoreSlim _turn = new(1, 1);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Session => session;

    public async Task Send(string text, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancel);
        }
        finally { _turn.Release(); }
    }

    /// <summary>The next whole text; null once the other side is done.</summary>
    public async Task<string?> Receive(CancellationToken cancel)
    {
        var buffer = new byte[MostMessage];
        for (var held = 0; held < MostMessage;)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(held), cancel);
            if (got.MessageType == WebSocketMessageType.Close) return null;
            held += got.Count;
            if (got.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, held);
        }

        return null; // Larger than anything that is said here.
    }

    /// <summary>Says goodbye and waits a moment for the answer.</summary>
    public async Task Close(WebSocketCloseStatus code, string because)
    {
        await _turn.WaitAsync();
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await socket.CloseOutputAsync(code, because, CancellationToken.None);
        }
        catch (WebSocketException) { Cut(); } // The other side left first.
        finally { _turn.Release(); }
        await Task.WhenAny(_ended.Task, Task.Delay(LongestClose));
        if (!_ended.Task.IsCompleted) Cut();
    }

    public void Cut() => context.Abort();

    public void Ended() => _ended.TrySetResult();

    public void Dispose() => _turn.Dispose();
}
