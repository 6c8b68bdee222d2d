using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One session that comes back over a new socket after its own was closed: who took it, how soon, and whether it goes on where it was.</summary>
sealed record DrainReturn(string Session, bool Came, string? Instance, TimeSpan Took, bool? Resumed)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<DrainReturn> Of(DrainQuestion question, DrainSocket closed, ProbeContext context, CancellationToken cancel)
    {
        await closed.Ended.WaitAsync(cancel);
        var session = closed.Session;
        var (began, last, most, trailing) = (context.Clock.GetTimestamp(), session.Last, session.Sent, session.Trailing()); // Before the next socket adds to it.
        while (context.Clock.GetElapsedTime(began) < question.ReconnectWithin)
        {
            var (socket, _) = await DrainSocket.Open(question, session, question.At(session.Name), context, cancel);
            if (socket is not null)
            {
                await using (socket)
                {
                    var took = context.Clock.GetElapsedTime(began);
                    await socket.Again(trailing, cancel);
                    // Until what was sent before, and something new, is answered.
                    var sent = session.Sent;
                    await Waiting.Until(() => Task.FromResult(session.Last > sent || socket.Closed is not null), question.ReconnectWithin, context, cancel);
                    await socket.Leave();
                    var there = session.Last > last;
                    return new(session.Name, there, socket.Instance, took, question.Resumes is { } pointer ? Number(socket.Hello, pointer) is { } resumed && resumed >= last && resumed <= most : null);
                }
            }

            await Task.Delay(Pause, context.Clock, cancel);
        }

        return new(session.Name, false, null, context.Clock.GetElapsedTime(began), question.Resumes is null ? null : false);
    }

    static double? Number(string? hello, string pointer)
    {
        if (hello is null) return null;
        try { return JsonPointer.Find(Value.Parse(Encoding.UTF8.GetBytes(hello)), pointer) is Value.Number number ? number.Is : null; }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException) { return null; } // It says nothing of where it is.
    }
}
