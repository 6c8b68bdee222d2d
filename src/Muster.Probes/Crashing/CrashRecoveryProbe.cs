using Muster.Readiness;

namespace Muster.Probes;

static class CrashRecoveryProbe
{
    static readonly TimeSpan LastWord = TimeSpan.FromSeconds(6);

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
        await keeper.Begin(cancel);
        try
        {
            // Disposed before the place is taken away: it starts again what is down.
            await using var scratch = Scratch.Begin(context, "crash.recovery");
            seen = await new CrashRun(plan, keeper, scratch, context).Go(cancel);
            if (given["profile"] is Value.Text said) seen = seen.With("profile", said);
        }
        catch
        {
            await Ended(keeper, context);
            throw;
        }

        var recovered = seen["recovered"]!.Equals(Value.True);
        var after = recovered ? await keeper.Identity(cancel) : before;
        return new() { Observation = seen.With("cleaned", await Ended(keeper, context)), Population = (int)((Value.Number)seen["kills"]!).Is, Before = before, After = after };
    }

    /// <summary>The place goes even when the look has ended; what was killed may still be on its way back.</summary>
    static async Task<bool> Ended(Keeper keeper, ProbeContext context)
    {
        using var limit = new CancellationTokenSource(LastWord, context.Clock);
        while (true)
            try
            {
                await keeper.End(limit.Token);
                return true;
            }
            catch (Exception) when (!limit.IsCancellationRequested) { await Task.Delay(TimeSpan.FromMilliseconds(200), context.Clock, CancellationToken.None); }
            catch (Exception left) when (left is not OutOfMemoryException) { return false; } // It is named for what it is, and that it stays is seen.
    }
}
