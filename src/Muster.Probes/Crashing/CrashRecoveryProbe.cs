using Muster.Readiness;

namespace Muster.Probes;

static class CrashRecoveryProbe
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Read(Asked asked, ProbeContext context)
    {
        var given = new Given(asked);
        var plan = CrashPlan.Read(given);
        return (plan.Patience, cancel => Look(given, plan, context, cancel));
    }

    static async Task<Sight> Look(Given given, CrashPlan plan, ProbeContext context, CancellationToken cancel)
    {
        if (plan.Kill is Lever.Ran || plan.Start is not null)
            if (!context.MayRunCommands) throw new Unseen(Blind.NoConsent, "commands are not allowed in this run; allow them where muster is called");
        await using var keeper = await Keeper.For(given, context, cancel);
        // Who that is, before anything of it is touched.
        var before = await keeper.Identity(cancel);
        Value.Fields seen;
        // What others wrote is not this exercise's to take away.
        var ours = true;
        try
        {
            await keeper.Begin(cancel);
            if ((await keeper.Read(cancel)).Count > 0)
            {
                ours = false;
                throw new Unseen(Blind.BadQuestion, "the place is not empty before anything is written, so that what is there could not be told from what should not be; give it one of its own");
            }

            // Disposed before the place is taken away: it starts again what is down.
            await using var scratch = Scratch.Begin(context, "crash.recovery");
            seen = await new CrashRun(plan, keeper, scratch, context).Go(cancel);
            // What the store shows of itself is worth more than what is said of it.
            if (seen["profile"] is null && given["profile"] is Value.Text said) seen = seen.With("profile", said);
        }
        catch (Exception ended)
        {
            if (ours && !await Ended(keeper, plan.Wait, context) && ended is Unseen unseen) throw new Unseen(unseen.Blind, $"{unseen.Message}; {keeper.Place} could not be taken away and stays behind", unseen);
            throw;
        }

        var recovered = seen["recovered"]!.Equals(Value.True);
        var after = recovered ? await keeper.Identity(cancel) : before;
        var cleaned = keeper.Cleans && await Ended(keeper, plan.Wait, context);
        seen = seen.With("cleaned", cleaned);
        if (!cleaned) seen = seen.With("left", keeper.Place);
        return new() { Observation = seen, Population = (int)((Value.Number)seen["kills"]!).Is, Before = before, After = after };
    }

    /// <summary>The place goes even when the look has ended; what was killed may still be on its way back, and has as long for that as for any recovery.</summary>
    static async Task<bool> Ended(Keeper keeper, TimeSpan within, ProbeContext context)
    {
        using var limit = new CancellationTokenSource(within, context.Clock);
        while (true)
            try
            {
                await keeper.End(limit.Token);
                return true;
            }
            catch (Exception) when (!limit.IsCancellationRequested) { await Task.Delay(Pause, context.Clock, CancellationToken.None); }
            catch (Exception left) when (left is not OutOfMemoryException) { return false; } // What stays behind is named.
    }
}
