using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Who comes to the door of an instance that ends: a new socket every so often, at the instance itself and, where that is another, at the target. Each that is taken is left again at once.
/// </summary>
sealed class DrainDoor(DrainQuestion question, Value instance, bool isTarget, string? name, ProbeContext context)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    long _refused, _signal;

    /// <summary>When the instance refused a new one for the first time, and went on refusing.</summary>
    public long? Refused => _refused > 0 ? _refused : null;

    /// <summary>New ones that the instance took later than it may.</summary>
    public int Taken { get; private set; }

    /// <summary>New ones that another instance took at the target meanwhile.</summary>
    public int Elsewhere { get; private set; }

    /// <summary>New ones that nobody took at the target, though others stand behind it.</summary>
    public int TurnedAway { get; private set; }

    public async Task Knock(long signal, CancellationToken enough)
    {
        _signal = signal;
        try
        {
            for (var number = 0; ; number++)
            {
                var session = $"muster-new-{Guid.NewGuid():n}";
                await Task.WhenAll(Here(session + "-here", enough), isTarget ? Task.CompletedTask : There(session, enough));
                await Task.Delay(Pause, context.Clock, enough);
            }
        }
        catch (OperationCanceledException) { return; } // Enough.
    }

    async Task Here(string session, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        var (socket, status) = await DrainSocket.Open(question, new(session, question.Template, context.Clock), question.At(session, instance), context, cancel);
        if (socket is null)
        {
            // Dated to when it was said; who says nothing has not refused.
            if (_refused == 0 && status != DrainSocket.Silence) _refused = Math.Max(1, context.Clock.GetTimestamp());
            return;
        }

        await using (socket) await socket.Leave();
        _refused = 0; // It was no refusal to stay.
        if (context.Clock.GetElapsedTime(_signal, began) > question.RefuseWithin) Taken++;
    }

    /// <summary>Before anything is done: whoever takes no new one anyway shows nothing by refusing one.</summary>
    public async Task IsOpen(CancellationToken cancel)
    {
        var session = $"muster-before-{Guid.NewGuid():n}";
        var (socket, status) = await DrainSocket.Open(question, new(session, question.Template, context.Clock), question.At(session, instance), context, cancel);
        if (socket is null) throw new Unseen(Blind.NotReached, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"the instance takes no new socket before anything is done to it ({(status > 0 ? $"it answers {status}" : "no answer came")}), so that its refusal shows nothing"));
        await using (socket) await socket.Leave();
    }

    async Task There(string session, CancellationToken cancel)
    {
        var began = context.Clock.GetTimestamp();
        var (socket, _) = await DrainSocket.Open(question, new(session, question.Template, context.Clock), question.At(session), context, cancel);
        if (socket is null)
        {
            TurnedAway++;
            return;
        }

        await using (socket) await socket.Leave();
        if (name is null || socket.Instance != name) Elsewhere++;
        else if (context.Clock.GetElapsedTime(_signal, began) > question.RefuseWithin) Taken++;
    }
}
