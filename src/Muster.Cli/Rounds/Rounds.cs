using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>
/// A check again and again: each round opens the document and the ledger anew, so that people sign in between, and tells only another verdict than was told last.
/// A round that fails is told and survived; a stop between rounds or within one is 130, since nothing else than a verdict may look like one.
/// </summary>
sealed class Rounds(Host host, Outbox outbox, RoundsOptions options, Output output, LookOnce look)
{
    /// <summary>How long the end of the last round waits for a receiver that is about to be tried again.</summary>
    static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(3);

    readonly Delivery? _delivery = options.Webhook is { } webhook ? new(host, outbox, webhook) : null;

    public async Task<int> Run(Func<Decision, int> exitOf, CancellationToken cancel)
    {
        var began = host.Clock.GetTimestamp();
        for (var (round, slot) = (1, 0L); ; round++)
        {
            var (exit, failed) = await One(exitOf, cancel);
            await Deliver(cancel);
            // A first round without a verdict is most likely a mistake on the command line or in the document, and whoever made it is still there.
            var ends = options.Every is null || round == options.Most || (failed is not null && round == 1);
            if (ends) await LastAttempts(cancel);
            if (ends) return failed is null ? exit : throw failed;
            if (failed is not null) host.Talk.WriteLine($"muster: {Instant.Write(host.Now)} this round gave no verdict: {failed.Message}{(failed.Fix is { } fix ? $"\n  Fix: {fix}" : "")}");
            slot = await Wait(began, slot, options.Every!.Value, cancel);
        }
    }

    async Task<(int Exit, Refusal? Failed)> One(Func<Decision, int> exitOf, CancellationToken cancel)
    {
        try
        {
            var (session, decision) = await look(host, cancel);
            using (session)
            {
                if (outbox.Rounds.Failing is not null)
                {
                    Tell(Keep(News.Of(News.Recovered, new(decision.System, decision.Gate, decision.Environment), host.Now, ["rounds give a verdict again"], outbox.Dropped)));
                    outbox.Remember(outbox.Rounds with { Failing = null });
                }

                if (Round.Tell(session, decision, outbox, keep: _delivery is not null) is { } news) Tell(news);
                return (exitOf(decision), null);
            }
        }
        catch (Refusal refusal)
        {
            return Fail(refusal);
        }
        catch (LedgerException damaged)
        {
            return Fail(Session.Of(damaged.Problem));
        }
        catch (Exception barred) when (barred is IOException or UnauthorizedAccessException)
        {
            return Fail(Refusal.Usage($"a file cannot be read or written: {barred.Message.TrimEnd('.')}", "free space or give access"));
        }
    }

    /// <summary>That there is no verdict any more is news like another verdict: silence must not look like GO.</summary>
    (int Exit, Refusal? Failed) Fail(Refusal refusal)
    {
        var state = outbox.Rounds;
        if (state is { About: { } about, Failing: null })
        {
            var because = refusal.Message.Split('\n')[0];
            Tell(Keep(News.Of(News.Failed, about, host.Now, [because], outbox.Dropped)));
            outbox.Remember(outbox.Rounds with { Failing = because });
        }

        return (refusal.ExitCode, refusal);
    }

    Message Keep(Message message)
    {
        if (_delivery is null) return message;
        var dropped = outbox.Put(message);
        if (dropped > 0) outbox.Remember(outbox.Rounds is var state ? state with { Dropped = state.Dropped + dropped } : state);
        return message;
    }

    void Tell(Message message)
    {
        output.Data.WriteLine(output.IsJson ? message.Body : Line(message));
        output.Data.Flush();
    }

    /// <summary><c>2026-03-04T09:00:00.000Z  go in local: GO → NO-GO (standing)</c>, and why beneath.</summary>
    static string Line(Message message)
    {
        var data = (Value.Fields)((Value.Fields)Value.Parse(System.Text.Encoding.UTF8.GetBytes(message.Body)))["data"]!;
        var what = message.Type switch
        {
            News.Failed => "no verdict any more",
            News.Recovered => "verdicts again",
            _ => $"{(data["before"] is Value.Fields before ? Named(before) + " → " : "")}{Named(data)}{(Equals(data["standing"], Value.True) ? ", standing" : "")}",
        };
        var lines = new List<string> { $"{Instant.Write(message.Created)}  {Text(data, "gate")} in {Text(data, "environment")}: {what}" };
        lines.AddRange(((Value.Items)data["because"]!).Are.Select(says => "    - " + ((Value.Text)says).Is.ReplaceLineEndings(" ")));
        return string.Join('\n', lines);
    }

    static string Named(Value.Fields side) => VerdictWords.Of(Enum.Parse<Verdict>(Text(side, "verdict"))) + (Equals(side["break_glass"], Value.True) ? ", opened by break-glass" : "");

    static string Text(Value.Fields fields, string name) => ((Value.Text)fields[name]!).Is;

    async Task<Delivered?> Deliver(CancellationToken cancel)
    {
        if (_delivery is null) return null;
        try { return await _delivery.Run(now: false, cancel); }
        catch (Exception barred) when (barred is IOException or UnauthorizedAccessException)
        {
            host.Talk.WriteLine($"muster: the outbox cannot be read or written: {barred.Message}");
            return null;
        }
    }

    /// <summary>Until the next slot, delivering meanwhile what is due. Slots are counted from the beginning by the monotonic clock: neither a long round nor a clock that is set moves them.</summary>
    async Task<long> Wait(long began, long slot, TimeSpan every, CancellationToken cancel)
    {
        var next = slot + 1;
        if (host.Clock.GetElapsedTime(began) is var gone && gone > every * (next + 1))
        {
            var missed = (long)(gone / every) - slot;
            host.Talk.WriteLine($"muster: the round took longer than --every; {missed - 1} left out");
            next = slot + missed;
        }

        var begins = every * next + options.Jitter * Random.Shared.NextDouble();
        while (true)
        {
            var left = begins - host.Clock.GetElapsedTime(began);
            if (left <= TimeSpan.Zero) return next;
            var attempt = (await Deliver(cancel))?.Next is { } due && due > host.Now ? due - host.Now : left;
            await Task.Delay(attempt < left ? attempt : left, host.Clock, cancel);
        }
    }

    /// <summary>One round and out, as under a timer: a receiver that stumbles once is not left waiting until the next.</summary>
    async Task LastAttempts(CancellationToken cancel)
    {
        while (await Deliver(cancel) is { Next: { } due } && due - host.Now is var wait && wait <= LastPatience)
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1), host.Clock, cancel);
    }
}
