using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Whether sessions keep to their instance: opened again they come to the same, and other instances, asked directly, do not take them.</summary>
sealed record DrainAffinity(int Asked, int Strayed, int WrongAsked, int WrongTaken)
{
    const int Most = 8;

    public static async Task<DrainAffinity> Look(DrainQuestion question, IReadOnlyList<DrainSocket> open, ProbeContext context, CancellationToken cancel)
    {
        var (asked, strayed, wrongAsked, wrongTaken) = (0, 0, 0, 0);
        if (!question.HasSessions || question.ServedBy is null) return new(0, 0, 0, 0);
        // Who takes nobody, or is not there, refuses no session for being another's.
        foreach (var other in question.Others)
            if (await Opened($"muster-own-{Guid.NewGuid():n}", other) is (false, var status, _))
                throw new Unseen(Blind.NotReached, string.Create(CultureInfo.InvariantCulture, $"{Bounded.Start(other.ToString(), 100)} takes no session of its own ({(status > 0 ? $"it answers {status}" : "no answer came")}), so that what it refuses shows nothing"));
        foreach (var first in open.Where(socket => socket.Instance is not null).Take(Most))
        {
            asked++;
            if ((await Opened(first.Session.Name, null)).Instance != first.Instance) strayed++;
            foreach (var other in question.Others)
            {
                var (taken, status, instance) = await Opened(first.Session.Name, other);
                if (taken && instance == first.Instance) continue;
                if (status <= 0) throw new Unseen(Blind.NotReached, $"{Bounded.Start(other.ToString(), 100)} does not answer, which is no refusal");
                wrongAsked++;
                if (taken) wrongTaken++;
            }
        }

        return new(asked, strayed, wrongAsked, wrongTaken);

        async Task<(bool Taken, int Status, string? Instance)> Opened(string session, Value? at)
        {
            var (socket, status) = await DrainSocket.Open(question, new(session, question.Template, context.Clock), question.At(session, at), context, cancel);
            if (socket is null) return (false, status, null);
            await using (socket) await socket.Leave();
            return (true, status, socket.Instance ?? "");
        }
    }
}
