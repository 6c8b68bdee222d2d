using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Muster.Probes;

/// <summary>One message through a queue of RabbitMQ that is made for it: published with the broker's confirmation, consumed, acknowledged.</summary>
static class RabbitCanary
{
    const string Own = "muster.canary.";
    const int LeftFor = 300_000;
    static readonly CreateChannelOptions Confirming = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    /// <summary>Whether a queue is one that a look made for its message, and that is gone in a moment.</summary>
    public static bool IsOwn(string queue) => queue.StartsWith(Own, StringComparison.Ordinal);

    public static async Task<Sight> Look(Given given, Uri url, ProbeContext context, CancellationToken cancel)
    {
        await using var link = await RabbitLink.Open(given, url, context, cancel);
        var sight = new CanarySight("rabbitmq");
        var queue = Own + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
        try { await Through(link, queue, given.Text("type") ?? "classic", sight, context, cancel); }
        catch (OperationInterruptedException refused) when (refused.ShutdownReason?.ReplyCode == 403) { throw new Unseen(Blind.NotAdmitted, $"the user may not: {refused.ShutdownReason.ReplyText}", refused); }
        catch (Exception broken) when (broken is RabbitMQClientException or IOException && !cancel.IsCancellationRequested) { throw new Unseen(Blind.Unreachable, $"the connection broke: {Bounded.Start(broken.Message, 200)}", broken); }
        finally { sight.Cleaned = await Gone(given, url, queue, context); }
        await using var again = await RabbitLink.Open(given, url, context, cancel);
        return new() { Observation = sight.Seen, Population = 1, Before = link.Identity, After = again.Identity };
    }

    static async Task Through(RabbitLink link, string queue, string type, CanarySight sight, ProbeContext context, CancellationToken cancel)
    {
        string? blocked = null;
        var connection = link.Connection;
        connection.ConnectionBlockedAsync += (_, because) =>
        {
            blocked = because.Reason;
            return Task.CompletedTask;
        };
        await using var channel = await connection.CreateChannelAsync(Confirming, cancel);
        var arguments = new Dictionary<string, object?> { ["x-queue-type"] = type, ["x-expires"] = LeftFor };
        // Durable, since a quorum queue is always, and gone by itself when it is left behind.
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancel);
        var came = new TaskCompletionSource<(ulong Tag, byte[] Body)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            came.TrySetResult((message.DeliveryTag, message.Body.ToArray()));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer, cancel);
        var began = context.Clock.GetTimestamp();
        sight.Confirmed = await Within(async wait =>
        {
            await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { Persistent = true }, Encoding.ASCII.GetBytes(queue), wait);
            return true;
        }, context, cancel);
        if (sight.Confirmed != true)
        {
            link.Cut();
            sight.Reason = blocked is null ? "the message was not confirmed" : $"publishers are blocked: {Bounded.Start(blocked, 200)}";
            return;
        }

        var message = await Within(async wait => ((ulong, byte[])?)await came.Task.WaitAsync(wait), context, cancel);
        sight.Delivered = message is { Item2: var body } && Encoding.ASCII.GetString(body) == queue;
        if (!sight.Delivered)
        {
            sight.Reason = message is null ? "the message did not come out again" : "another message came out";
            return;
        }

        sight.RoundTrip = context.Clock.GetElapsedTime(began);
        await channel.BasicAckAsync(message!.Value.Item1, multiple: false, cancel);
        // What is not acknowledged comes back when its channel ends.
        await channel.CloseAsync(cancel);
        await using var after = await connection.CreateChannelAsync(cancellationToken: cancel);
        sight.Acknowledged = (await after.QueueDeclarePassiveAsync(queue, cancel)).MessageCount == 0;
        if (sight.Acknowledged != true) sight.Reason = "the message was not acknowledged";
    }

    static async Task<T?> Within<T>(Func<CancellationToken, Task<T>> wait, ProbeContext context, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(CanarySight.Patience, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try { return await wait(either.Token); }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested) { return default; }
        catch (PublishException) { return default; } // The broker said no, which is the answer.
    }

    /// <summary>Over a connection of its own: the one that published may be blocked, or gone.</summary>
    static async Task<bool> Gone(Given given, Uri url, string queue, ProbeContext context)
    {
        using var limit = new CancellationTokenSource(CanarySight.Tidying, context.Clock);
        try
        {
            await using var link = await RabbitLink.Open(given, url, context, limit.Token);
            await using var channel = await link.Connection.CreateChannelAsync(cancellationToken: limit.Token);
            await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: limit.Token);
            return true;
        }
        catch (Exception left) when (left is Unseen or RabbitMQClientException or IOException or OperationCanceledException) { return false; } // It expires by itself, and that it is there now is seen.
    }
}
