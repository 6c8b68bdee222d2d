using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One open socket of a session: it sends a number every so often, takes the answers, and notes how it was closed. 1006 stands for an end without a closing, as in browsers.</summary>
sealed class DrainSocket : IAsyncDisposable
{
    const int Abnormal = 1006, Normal = 1000;
    static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(1);
    readonly RawHttp _http;
    readonly DrainSession _session;
    readonly ProbeContext _context;
    readonly TimeSpan _pause;
    readonly SemaphoreSlim _turn = new(1, 1);
    readonly CancellationTokenSource _end = new();
    readonly Task _talking;
    bool _leaving;

    DrainSocket(RawHttp http, DrainSession session, string? instance, double rate, ProbeContext context)
    {
        (_http, _session, Instance, _context, _pause) = (http, session, instance, context, TimeSpan.FromSeconds(1 / rate));
        _talking = Task.WhenAll(Send(), Receive());
    }

    public DrainSession Session => _session;

    /// <summary>Who took it, in its own word; null where it says none.</summary>
    public string? Instance { get; }

    /// <summary>The first text that was no answer.</summary>
    public string? Hello { get; private set; }

    /// <summary>The code with which the server closed it; null as long as it is open.</summary>
    public int? Closed { get; private set; }

    public long ClosedAt { get; private set; }

    /// <summary>Completed when the server closed it, or the connection ended.</summary>
    public Task Ended => _talking;

    /// <summary>In place of a status where nothing was said in time: who hangs has refused nobody.</summary>
    public const int Silence = -1;

    /// <returns>The socket, or the status with which it was refused: 0 where no connection came about, <see cref="Silence"/> where no answer came.</returns>
    public static async Task<(DrainSocket? Socket, int Status)> Open(DrainQuestion question, DrainSession session, Given at, ProbeContext context, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(question.Patience);
        try
        {
            var (status, head, _, accepted, http) = await WebsocketProbe.Shake(at, question.Origin, context, limit.Token);
            if (accepted) return (new(http, session, DrainQuestion.Header(head, question.ServedBy), question.Rate, context), status);
            await http.DisposeAsync();
            return (null, status);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return (null, Silence); }
        catch (Exception none) when (none is Unseen or IOException && !DrainFaults.IsOurs(none)) { return (null, 0); }
    }

    /// <summary>Sends what a socket before this one may have lost.</summary>
    public async Task Again(IReadOnlyList<string> texts, CancellationToken cancel)
    {
        try { foreach (var text in texts) await Write(WebsocketMessages.Text, Encoding.UTF8.GetBytes(text), cancel); }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException) { return; } // Its end is noted where it is read.
    }

    async Task Send()
    {
        try
        {
            while (Closed is null && !_leaving)
            {
                await Write(WebsocketMessages.Text, Encoding.UTF8.GetBytes(_session.Next()), _end.Token);
                await Task.Delay(_pause, _context.Clock, _end.Token);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or ObjectDisposedException) { return; } // Its end is noted where it is read.
    }

    async Task Receive()
    {
        var messages = new WebsocketMessages(_http);
        try
        {
            while (true)
            {
                var (code, payload) = await messages.Next(_end.Token);
                if (code == WebsocketMessages.Close)
                {
                    Note(WebsocketProbe.Code(payload));
                    await Write(WebsocketMessages.Close, payload.Length >= 2 ? payload[..2] : [], _end.Token);
                    break;
                }

                if (code == WebsocketMessages.Ping) await Write(WebsocketMessages.Pong, payload, _end.Token);
                if (code == WebsocketMessages.Text && WebsocketMessages.Read(payload) is var text && !_session.Hear(text)) Hello ??= Bounded.Start(text, 2000);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or IOException or ObjectDisposedException or Unseen) { Note(Abnormal); }
        await _end.CancelAsync();
    }

    void Note(int code)
    {
        if (Closed is not null) return;
        ClosedAt = _context.Clock.GetTimestamp();
        Closed = _leaving ? Normal : code;
    }

    async Task Write(int code, byte[] payload, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try { await WebsocketMessages.Send(_http, code, payload, cancel); }
        finally { _turn.Release(); }
    }

    /// <summary>Ends it from our side, and waits a moment for the server's goodbye.</summary>
    public async Task Leave()
    {
        if (Closed is not null) return;
        _leaving = true;
        try
        {
            await Write(WebsocketMessages.Close, [0x03, 0xe8], CancellationToken.None);
            await Task.WhenAny(_talking, Task.Delay(LongestGoodbye, _context.Clock, CancellationToken.None));
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException) { return; } // It left before.
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _http.DisposeAsync();
        await _talking;
        _end.Dispose();
        _turn.Dispose();
    }
}
