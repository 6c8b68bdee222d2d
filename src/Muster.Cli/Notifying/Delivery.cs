using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What a delivery came to.</summary>
/// <param name="Next">When the next attempt is due; null when nothing waits.</param>
sealed record Delivered(int Sent, int Waiting, int Dropped, DateTimeOffset? Next, string? LastError);

/// <summary>Sends what waits, in order: while the first is refused the others wait behind it, since a GO that overtakes its NO-GO would tell the opposite of what is so.</summary>
sealed class Delivery(Host host, Outbox outbox, Webhook webhook)
{
    static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromHours(1);

    /// <param name="now">Also what is not due yet.</param>
    public async Task<Delivered> Run(bool now, CancellationToken cancel)
    {
        using var held = outbox.Hold();
        if (held is null) return new(0, outbox.Waiting().Count(), 0, host.Now + First, "another process delivers");
        var (sent, dropped) = (0, 0);
        var waiting = outbox.Waiting().ToImmutableArray();
        for (var i = 0; i < waiting.Length; i++)
        {
            var (file, message) = waiting[i];
            if (message is null || message.Created + Outbox.MostAge < host.Now)
            {
                Drop(file, message is null ? "a file that is no message" : $"a message of {Instant.Write(message.Created)}, which nobody took for {Outbox.MostAge.TotalDays:0} days");
                dropped++;
                continue;
            }

            // A clock that was set back must not make a message wait for days.
            if (!now && message.Next is { } next && next > host.Now && next <= host.Now + Longest) return new(sent, waiting.Length - i, dropped, next, message.LastError);
            if (await webhook.Send(message.Id, System.Text.Encoding.UTF8.GetBytes(message.Body), cancel) is { } refused)
            {
                var later = message with { Attempts = message.Attempts + 1, Next = Instant.Cut(host.Now + Wait(message.Attempts, refused.RetryAfter)), LastError = refused.Because };
                outbox.Replace(file, later);
                if (message.Attempts == 0) host.Talk.WriteLine($"muster: {webhook.Shown} did not take a message: {refused.Because}. It is kept and tried again.");
                return new(sent, waiting.Length - i, dropped, later.Next, refused.Because);
            }

            outbox.Remove(file);
            outbox.Remember(outbox.Deliveries is var state ? state with { Delivered = state.Delivered + 1, LastDelivered = host.Now } : state);
            if (message.Attempts > 0) host.Talk.WriteLine($"muster: {webhook.Shown} took the message of {Instant.Write(message.Created)} at attempt {message.Attempts + 1}");
            sent++;
        }

        return new(sent, 0, dropped, null, null);
    }

    void Drop(string file, string what)
    {
        outbox.Remove(file);
        outbox.Remember(outbox.Deliveries is var state ? state with { Dropped = state.Dropped + 1 } : state);
        host.Talk.WriteLine($"muster: {what} was dropped from the outbox");
    }

    /// <summary>Twice as long after each attempt, up to an hour, and somewhere in the later half of it, so that many senders do not come back at once.</summary>
    static TimeSpan Wait(int attempts, TimeSpan? asked)
    {
        var longest = TimeSpan.FromTicks(Math.Min(Longest.Ticks, First.Ticks << Math.Min(attempts, 20)));
        var wait = longest * (0.5 + Random.Shared.NextDouble() / 2);
        return asked is { } least && least > wait ? TimeSpan.FromTicks(Math.Min(least.Ticks, Longest.Ticks)) : wait;
    }
}
