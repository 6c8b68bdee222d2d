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
        foreach (var first in open.Where(socket => socket.Instance is not null).Take(Most))
        {
            async Task<string?> Again(Value? at)
            {
                var (socket, _) = await DrainSocket.Open(question, new(first.Session.Name, question.Template, context.Clock), question.At(first.Session.Name, at), context, cancel);
                if (socket is null) return null;
                await using (socket) await socket.Leave();
                return socket.Instance ?? "";
            }

            asked++;
            if (await Again(null) != first.Instance) strayed++;
            foreach (var other in question.Others)
                if (await Again(other) is var taken && taken != first.Instance)
                {
                    wrongAsked++;
                    if (taken is not null) wrongTaken++;
                }
        }

        return new(asked, strayed, wrongAsked, wrongTaken);
    }
}
