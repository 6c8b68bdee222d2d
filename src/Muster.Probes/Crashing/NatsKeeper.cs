using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A stream of the exercise's own; a write is a published message that JetStream acknowledged.</summary>
sealed class NatsKeeper(Given given, ProbeContext context) : Keeper
{
    const int Page = 500;
    const double Second = 1e9;
    readonly string _stream = "MUSTER_CRASH_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));

    public override string Name => "nats";

    public override string Place => $"the stream {_stream}";

    string Subject => _stream.ToLowerInvariant() + ".write";

    Task<NatsLink> Link(CancellationToken cancel) => NatsLink.Open(given, context, cancel);

    async Task<Value> Ask(NatsLink link, string name, Value? request, CancellationToken cancel) =>
        await new JetStream(link, given.Text("domain")).Ask(name, request, cancel) ?? throw new Unseen(Blind.NotCapable, "JetStream is off, so that nothing is kept");

    public override async Task Begin(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        var made = await Ask(link, $"STREAM.CREATE.{_stream}", Value.Of(("name", _stream), ("subjects", Value.Texts([Subject])), ("retention", "limits"), ("storage", given.Text("storage") ?? "file"), ("num_replicas", given.Count("replicas", 1, 5))), cancel);
        if (JetStream.Refusal(made) is { } refused) throw new Unseen(Blind.NotAdmitted, $"no stream can be made: {refused}");
    }

    public override async Task End(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        var gone = await Ask(link, $"STREAM.DELETE.{_stream}", null, cancel);
        if (!JetStream.IsMissing(gone) && JetStream.Refusal(gone) is { } refused) throw new Unseen(Blind.Unreadable, $"the stream {_stream} could not be deleted: {refused}");
    }

    public override async Task<Writer> Open(CancellationToken cancel) => new Messages(await Link(cancel), Subject);

    public override async Task<IReadOnlyList<Kept>> Read(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        // One that is gone as a whole has lost everything, which is to be seen.
        if (JetStream.IsMissing(await Ask(link, $"STREAM.INFO.{_stream}", null, cancel))) return [];
        var made = await Ask(link, $"CONSUMER.CREATE.{_stream}", Value.Of(("stream_name", _stream), ("config", Value.Of(("ack_policy", "none"), ("deliver_policy", "all"), ("inactive_threshold", 60 * Second)))), cancel);
        var consumer = made.Text("name") ?? throw new Unseen(Blind.Unreadable, $"the stream cannot be read: {JetStream.Refusal(made)}");
        var inbox = "_INBOX." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        var subscription = await link.Subscribe(inbox, cancel);
        var all = new List<Kept>();
        var prefix = given.Text("domain") is { } domain ? $"$JS.{domain}.API." : "$JS.API.";
        while (true)
        {
            await link.Publish($"{prefix}CONSUMER.MSG.NEXT.{_stream}.{consumer}", inbox, [], CanonicalJson.Bytes(Value.Of(("batch", Page), ("no_wait", true))), cancel);
            for (var got = 0; got < Page; got++)
            {
                var frame = await link.Next(subscription, cancel);
                if (frame.Operation == "-ERR") throw new Unseen(Blind.NotAdmitted, $"the stream cannot be read: {NatsLink.Said(frame)}");
                if (frame.Status.Length > 0) return all; // 404: there is nothing more.
                var words = Encoding.UTF8.GetString(frame.Payload).Split(' ', 2);
                all.Add(new(words[0], words.Length == 2 ? words[1] : null));
            }
        }
    }

    public override async Task<bool> IsReady(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        return await new JetStream(link, given.Text("domain")).Ask("INFO", null, cancel) is not null;
    }

    /// <summary>The name that its configuration gives it; one without has another at each start.</summary>
    public override async Task<Value> Identity(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        var named = link.Info.Text("server_name") is { } name && name != link.Info.Text("server_id") ? name : null;
        return link.Identity.With("server", named);
    }

    public override async Task<string?> Profile(CancellationToken cancel)
    {
        await using var link = await Link(cancel);
        var stream = await Ask(link, $"STREAM.INFO.{_stream}", null, cancel);
        return $"storage {stream.Text("config", "storage")}, replicas {stream.Number("config", "num_replicas")}";
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    sealed class Messages(NatsLink link, string subject) : Writer
    {
        public override async Task<bool> Write(string id, string digest, CancellationToken cancel)
        {
            var answer = await link.Request(subject, [], Encoding.ASCII.GetBytes($"{id} {digest}"), cancel);
            return answer.Status == "503" ? throw new Unseen(Blind.Unreachable, "nobody takes the subject") : answer.Operation != "-ERR" && Brokers.Json(answer.Payload) is { } json && json.At("error") is null && json.Text("stream") is not null;
        }

        public override ValueTask DisposeAsync() => link.DisposeAsync();
    }
}
