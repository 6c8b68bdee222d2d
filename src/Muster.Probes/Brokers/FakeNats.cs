using System.Globalization;
using System.Text;

namespace Muster.Probes;

/// <summary>Enough of NATS for fixtures: subscriptions within one connection, one subject that somebody answers, and a JetStream that says how it is.</summary>
sealed class FakeNats : IAsyncDisposable
{
    readonly LoopbackListener _listener;
    readonly bool _jetStream, _delivers;
    readonly string? _answers, _cluster;
    readonly bool _exchanged;
    int _connections;

    FakeNats(bool jetStream, bool delivers, string? answers, bool exchanged, string? cluster)
    {
        (_jetStream, _delivers, _answers, _exchanged, _cluster) = (jetStream, delivers, answers, exchanged, cluster);
        _listener = LoopbackListener.Start(Serve);
    }

    public string Address => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{_listener.Port}");

    /// <param name="jetStream">Whether JetStream's API answers.</param>
    /// <param name="delivers">Whether what is published reaches those who listen.</param>
    /// <param name="answers">The subject that somebody answers.</param>
    /// <param name="exchanged">Whether another server takes each connection.</param>
    /// <param name="cluster">The cluster that each of them says it is of.</param>
    public static FakeNats Start(bool jetStream = true, bool delivers = true, string? answers = null, bool exchanged = false, string? cluster = null) => new(jetStream, delivers, answers, exchanged, cluster);

    async Task Serve(Stream stream, CancellationToken stop)
    {
        var server = _exchanged ? Interlocked.Increment(ref _connections) : 0;
        await Say(string.Create(CultureInfo.InvariantCulture, $$"""INFO {"server_id":"FAKE{{server}}","version":"2.9.10","headers":true,"max_payload":1048576{{(_cluster is null ? "" : $",\"cluster\":\"{_cluster}\"")}}}""") + "\r\n");
        using var reader = new StreamReader(stream, Encoding.Latin1, false, 1024, leaveOpen: true);
        var listening = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await reader.ReadLineAsync(stop) is { } line)
            switch (line.Split(' '))
            {
                case ["PING"]: await Say("PONG\r\n"); break;
                case ["SUB", var subject, var subscription]: listening[subject] = subscription; break;
                case ["PUB" or "HPUB", var subject, .., var size]:
                    var payload = new char[int.Parse(size, CultureInfo.InvariantCulture) + 2];
                    await reader.ReadBlockAsync(payload, stop);
                    var reply = line.Split(' ').Length > (line[0] == 'H' ? 4 : 3) ? line.Split(' ')[2] : null;
                    await Say(Answer(subject, reply, new(payload, 0, payload.Length - 2), listening));
                    break;
            }

        async Task Say(string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop);
    }

    string Answer(string subject, string? reply, string payload, Dictionary<string, string> listening)
    {
        if (listening.TryGetValue(subject, out var subscription)) return _delivers ? Message(subject, subscription, payload) : "";
        if (reply is null || !listening.TryGetValue(reply, out var asking)) return "";
        if (subject == _answers) return Message(reply, asking, """{"status":"ok"}""");
        return _jetStream && subject.StartsWith("$JS.API.", StringComparison.Ordinal)
            ? Message(reply, asking, subject.EndsWith(".LIST", StringComparison.Ordinal) ? """{"total":0,"streams":[]}""" : """{"memory":0,"storage":0,"streams":0}""")
            : $"HMSG {reply} {asking} 16 16\r\nNATS/1.0 503\r\n\r\n\r\n";
    }

    static string Message(string subject, string subscription, string payload) => string.Create(CultureInfo.InvariantCulture, $"MSG {subject} {subscription} {payload.Length}\r\n{payload}\r\n");

    public ValueTask DisposeAsync() => _listener.DisposeAsync();
}
