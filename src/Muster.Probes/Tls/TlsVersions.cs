using System.Net;
using System.Net.Sockets;

namespace Muster.Probes;

/// <summary>Which protocol versions a server accepts, asked one by one with raw hellos. What stays unclear is named as such, never taken for off.</summary>
sealed record TlsVersions(IReadOnlyList<string> Accepted, IReadOnlyList<string> Unclear)
{
    const byte HandshakeFailure = 40, ProtocolVersion = 70;

    enum Answer { On, Off, Unclear }

    public static async Task<TlsVersions> Ask(IPEndPoint to, string host, ProbeContext context, TimeSpan patience, CancellationToken cancel, TlsPrelude? prelude = null)
    {
        var answers = await Task.WhenAll(TlsNames.All.Select(version => Ask(version.Wire, to, host, context, patience, prelude, cancel)));
        return new(Named(answers, Answer.On), Named(answers, Answer.Unclear));
    }

    static string[] Named(Answer[] answers, Answer which) => [.. TlsNames.All.Where((_, i) => answers[i] == which).Select(version => version.Name)];

    static async Task<Answer> Ask(ushort version, IPEndPoint to, string host, ProbeContext context, TimeSpan patience, TlsPrelude? prelude, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(patience, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        try
        {
            await using var stream = new NetworkStream(await context.Connect(to, ProtocolType.Tcp, either.Token), ownsSocket: true);
            if (prelude is not null) await prelude.Say(stream, either.Token);
            await stream.WriteAsync(RawHello.Build(version, host), either.Token);
            return await Receive(stream, either.Token) switch
            {
                HelloAnswer.Chose chose => chose.Version == version ? Answer.On : Answer.Off,
                HelloAnswer.Alert { Code: HandshakeFailure or ProtocolVersion } => Answer.Off,
                _ => Answer.Unclear,
            };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Answer.Unclear; // Silence: a filter on the way looks the same as a server that is off.
        }
        catch (Exception reset) when (reset is IOException or SocketException)
        {
            return Answer.Unclear;
        }
    }

    static async Task<HelloAnswer> Receive(NetworkStream stream, CancellationToken cancel)
    {
        var buffer = new byte[HelloAnswer.Most];
        var held = 0;
        while (held < buffer.Length)
        {
            var got = await stream.ReadAsync(buffer.AsMemory(held), cancel);
            if (got == 0) return HelloAnswer.NeedsMore;
            held += got;
            if (HelloAnswer.Read(buffer.AsSpan(0, held)) is var answer and not HelloAnswer.More) return answer;
        }

        return HelloAnswer.NeedsMore;
    }
}
