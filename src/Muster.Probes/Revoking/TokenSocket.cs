using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A WebSocket that was opened with the token while it was good: the server must end it, and nothing of ours ends it before.</summary>
sealed class TokenSocket(TokenDoor door, RawHttp http) : IAsyncDisposable
{
    const int MostMessages = 100_000;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _writing = new(1);
    Task? _watching;

    public string Name => door.Name;

    /// <summary>When it was ended; null while it is open.</summary>
    public long? Ended { get; private set; }

    public void Watch(ProbeContext context) => _watching = Task.WhenAll(Read(context), Speak(context));

    async Task Read(ProbeContext context)
    {
        var messages = new WebsocketMessages(http);
        var open = true;
        try
        {
            for (var came = 0; open && came < MostMessages; came++)
            {
                var (code, payload) = await messages.Next(_stop.Token);
                open = code != WebsocketMessages.Close;
                // Whoever does not answer is ended for that, and not for its token (RFC 6455, 5.5.2).
                if (code == WebsocketMessages.Ping) await Say(WebsocketMessages.Pong, payload);
            }
        }
        catch (OperationCanceledException) { return; } // It was open to the end.
        catch (Exception ended) when (Faults.Sight(ended).Blind == Blind.Unreachable) { open = false; } // Ended without a word, which is an end too.
        catch (Unseen) { return; } // More than is read, or no frames: that is no end, and nobody ended it.
        if (open) return;
        Ended = context.Clock.GetTimestamp();
        await _stop.CancelAsync();
    }

    /// <summary>Some servers look at a token only when something is said, and some proxies end whoever says nothing.</summary>
    async Task Speak(ProbeContext context)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Pace, context.Clock, _stop.Token);
                await Say(WebsocketMessages.Ping, []);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or ObjectDisposedException) { return; } // Whoever reads sees the end.
    }

    /// <summary>A frame at a time: two that are written at once are none.</summary>
    async Task Say(int code, byte[] payload)
    {
        await _writing.WaitAsync(_stop.Token);
        try { await WebsocketMessages.Send(http, code, payload, _stop.Token); }
        finally { _writing.Release(); }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_watching is not null) await _watching;
        await http.DisposeAsync();
        _stop.Dispose();
        _writing.Dispose();
    }
}
