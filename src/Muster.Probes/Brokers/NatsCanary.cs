using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One message through NATS: stored by JetStream and taken out by a pull consumer that acknowledges it, or only passed on.</summary>
sealed class NatsCanary(NatsLink link, Given given, ProbeContext context)
{
    const string Own = "MUSTER_CANARY_";
    const double Second = 1e9;
    const int MostReplicas = 5;
    readonly CanarySight _sight = new("nats");
    readonly JetStream _jetStream = new(link, given.Text("domain"));
    readonly string _nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
    long _began;

    /// <summary>Whether a stream is one that a look made for its message, and that is gone in a moment: it is no part of what somebody runs.</summary>
    public static bool IsOwn(string stream) => stream.StartsWith(Own, StringComparison.Ordinal);

    public static async Task<Sight> Look(Given given, ProbeContext context, CancellationToken cancel)
    {
        await using var link = await NatsLink.Open(given, context, cancel);
        var canary = new NatsCanary(link, given, context);
        if (given.Truth("jetstream", true)) await canary.Stored(cancel);
        else await canary.Passed(cancel);
        await using var again = await NatsLink.Open(given, context, cancel);
        return new() { Observation = canary._sight.Seen, Population = 1, Before = link.Identity, After = again.Identity };
    }

    async Task Passed(CancellationToken cancel)
    {
        var subject = given.Text("subject") ?? $"muster.canary.{_nonce}";
        var subscription = await link.Subscribe(subject, cancel);
        _began = context.Clock.GetTimestamp();
        await link.Publish(subject, null, [], Encoding.ASCII.GetBytes(_nonce), cancel);
        Arrived(await Within(wait => link.Next(subscription, wait), cancel));
    }

    async Task Stored(CancellationToken cancel)
    {
        var own = given.Text("subject") is null ? Own + _nonce : null;
        var subject = given.Text("subject") ?? $"muster.canary.{_nonce}";
        if (own is not null && await Refused($"STREAM.CREATE.{own}", Stream(own, subject), cancel)) return;
        try { await Through(subject, cancel); }
        finally
        {
            if (own is not null) _sight.Cleaned = await Gone($"STREAM.DELETE.{own}");
        }
    }

    async Task Through(string subject, CancellationToken cancel)
    {
        _began = context.Clock.GetTimestamp();
        if (await Within(wait => link.Request(subject, [], Encoding.ASCII.GetBytes(_nonce), wait), cancel) is not { } taken)
        {
            (_sight.Confirmed, _sight.Reason) = (false, "the message was not confirmed");
            return;
        }

        if (taken.Operation == "-ERR") throw new Unseen(Blind.NotAdmitted, $"the user may not publish: {NatsLink.Said(taken)}");
        var confirmation = Brokers.Json(taken.Payload);
        _sight.Confirmed = confirmation.Text("stream") is not null && confirmation.At("error") is null;
        if (confirmation.Text("stream") is not { } stream || _sight.Confirmed != true)
        {
            _sight.Reason = confirmation is null ? "no stream takes the subject" : $"the stream does not take the message: {JetStream.Refusal(confirmation) ?? "it names no stream"}";
            return;
        }

        var consumer = Value.Of(("stream_name", stream), ("config", Value.Of(("ack_policy", "explicit"), ("deliver_policy", "by_start_sequence"), ("opt_start_seq", confirmation.Number("seq") ?? 1), ("filter_subject", subject),
            ("ack_wait", 30 * Second), ("inactive_threshold", 60 * Second))));
        if (await Answer($"CONSUMER.CREATE.{stream}", consumer, cancel) is not { } made) return;
        var name = made.Text("name") ?? throw new Unseen(Blind.Unreadable, "JetStream made a consumer without a name");
        try { await Taken(stream, name, cancel); }
        finally
        {
            var gone = await Gone($"CONSUMER.DELETE.{stream}.{name}");
            if (given.Text("subject") is not null) _sight.Cleaned = gone;
        }
    }

    async Task Taken(string stream, string consumer, CancellationToken cancel)
    {
        var prefix = given.Text("domain") is { } domain ? $"$JS.{domain}.API." : "$JS.API.";
        var pull = Value.Of(("batch", 1), ("expires", (CanarySight.Patience.TotalSeconds - 1) * Second));
        var message = await Within(wait => link.Request($"{prefix}CONSUMER.MSG.NEXT.{stream}.{consumer}", [], CanonicalJson.Bytes(pull), wait), cancel);
        Arrived(message);
        if (!_sight.Delivered) return;
        var acknowledged = await Within(wait => link.Request(message!.Reply, [], "+ACK"u8.ToArray(), wait), cancel);
        var state = await _jetStream.Ask($"CONSUMER.INFO.{stream}.{consumer}", null, cancel);
        _sight.Acknowledged = acknowledged is { IsMessage: true, Status: "" } && state.Number("num_ack_pending") is 0;
        if (_sight.Acknowledged != true) _sight.Reason = "the message was not acknowledged";
    }

    void Arrived(NatsFrame? message)
    {
        if (message?.Operation == "-ERR") throw new Unseen(Blind.NotAdmitted, $"the server does not pass the message on: {NatsLink.Said(message)}");
        _sight.Delivered = message is not null && Encoding.ASCII.GetString(message.Payload) == _nonce;
        if (_sight.Delivered) _sight.RoundTrip = context.Clock.GetElapsedTime(_began);
        else _sight.Reason = message is null || message.Status.Length > 0 ? "the message did not come out again" : "another message came out";
    }

    Value.Fields Stream(string name, string subject) => Value.Of(
        ("name", name), ("subjects", Value.Texts([subject])), ("retention", "limits"), ("storage", given.Text("storage") ?? "file"), ("num_replicas", given.Count("replicas", 1, MostReplicas)),
        ("max_msgs", 10), ("max_age", 300 * Second));

    async Task<bool> Refused(string name, Value request, CancellationToken cancel) => await Answer(name, request, cancel) is null;

    /// <summary>What JetStream did; null, with the reason, when it did not.</summary>
    async Task<Value?> Answer(string name, Value request, CancellationToken cancel)
    {
        var answer = await _jetStream.Ask(name, request, cancel);
        if (answer is not null && JetStream.Refusal(answer) is null) return answer;
        _sight.Reason = answer is null ? "JetStream is off" : JetStream.Refusal(answer)!;
        return null;
    }

    /// <summary>Null when nothing came in time; the end of the look itself is not that.</summary>
    async Task<NatsFrame?> Within(Func<CancellationToken, Task<NatsFrame>> wait, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(CanarySight.Patience, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try { return await wait(either.Token); }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested) { return null; }
    }

    /// <summary>Tidies up even when the look has ended, for a moment.</summary>
    async Task<bool> Gone(string name)
    {
        using var limit = new CancellationTokenSource(CanarySight.Tidying, context.Clock);
        try { return await _jetStream.Ask(name, null, limit.Token) is { } answer && JetStream.Refusal(answer) is null; }
        catch (Exception left) when (left is Unseen or IOException or OperationCanceledException) { return false; } // It goes by itself, and that it is there now is seen.
    }
}
