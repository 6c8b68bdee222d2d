using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Writes, kills, waits for the store to come back, compares; as often as the plan says.</summary>
sealed class CrashRun(CrashPlan plan, Keeper keeper, Scratch scratch, ProbeContext context)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15), LongestTry = TimeSpan.FromSeconds(2), LongestDying = TimeSpan.FromSeconds(10), LongestWrite = TimeSpan.FromSeconds(5);

    /// <summary>How long writers go on after the kill. What serves them may be a child of what was killed, and sees that only when a commit that it waits for is done: on a busy disk, a second later.</summary>
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    readonly WriteRecord _record = new(context.Clock);
    readonly CrashFindings _found = new();
    readonly List<(Value Query, Value Is)> _before = [];
    readonly List<Break> _breaks = [];

    /// <summary>Nothing at all was left: whatever it was written to may be gone too, and more kills would show nothing more.</summary>
    bool _emptied;

    public async Task<Value.Fields> Go(CancellationToken cancel)
    {
        if (await Wrong(cancel) is { } wrong) throw new Unseen(Blind.Unreadable, $"before anything was killed, a query of the smoke set does not give its known answer: {wrong}");
        foreach (var query in plan.Same)
            _before.Add((query, await keeper.Answer(query, "same", cancel) is { } answer && !IsEmpty(answer) ? answer : throw new Unseen(Blind.Unreadable, $"there is nothing to stay as it is in the answer to {Bounded.Start(query.ToString(), 100)}")));
        var recovered = true;
        for (var kill = 0; kill < plan.Kills && recovered && !_emptied; kill++) recovered = await Round(kill, cancel);
        if (plan.AllowedLoss == TimeSpan.Zero && _found.Interrupted == 0) throw new Unseen(Blind.NotCapable, "no write was left without an answer by any of the kills, so that nothing is shown of a crash in the middle of writing; let it write for longer, or with more writers");
        if (plan.AllowedLoss > TimeSpan.Zero && recovered && _found.Lost.Count == 0)
            throw new Unseen(Blind.NotCapable, $"nothing was lost in {plan.Kills} kills though a loss is allowed: it was not seen that a kill can lose anything here, and so nothing of how much; kill more often, or say no allowed_loss where the profile allows none");
        return _found.Seen(_record, plan, recovered, await Profile(recovered, cancel));
    }

    async Task<string?> Profile(bool recovered, CancellationToken cancel) => recovered ? await keeper.Profile(cancel) : null;

    static bool IsEmpty(Value value) => value is Value.Nothing or Value.Items { Are.Length: 0 } or Value.Text { Is.Length: 0 } or Value.Number { Is: 0 } or Value.Fields { Count: 0 };

    async Task<bool> Round(int number, CancellationToken cancel)
    {
        context.Tell(string.Create(CultureInfo.InvariantCulture, $"kill {number + 1} of {plan.Kills}; {_record.Acknowledged} writes acknowledged, {_found.Lost.Count} lost"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var writers = Enumerable.Range(0, plan.Writers).Select(_ => Write(stop.Token)).ToArray();
        try
        {
            await plan.Moment.Comes(_record, writers, () => LastBreak, context, cancel);
            var victim = plan.Victim(context);
            // Whatever happens from here on, it is started again.
            var undo = plan.Start is null ? null : scratch.Undoing(plan.Start.AsWayBack(context));
            var pulled = context.Clock.GetTimestamp();
            await plan.Kill.Pull(context, cancel);
            var killed = context.Clock.GetTimestamp();
            stop.CancelAfter(Farewell);
            await Task.WhenAll(writers);
            // A process that ended is the store only if those who wrote to it felt it: a file may name a stranger.
            Break[] lost = [.. _breaks.Where(one => one.Lost && one.At >= pulled)];
            if (lost.Length == 0) throw new Unseen(Blind.NotCapable, $"{plan.Kill.Says} had no effect: no writer lost its connection, so that the process {victim.Id} is not what is written to, or lives on");
            await Ended(victim, cancel);
            _found.Killed(lost.Count(one => one.UnderWay));
            if (plan.AllowedLoss > TimeSpan.Zero && _record.Oldest(killed) <= plan.AllowedLoss) throw new Unseen(Blind.NotCapable, "every write was younger at the kill than the loss that is allowed, so that none could be too old");
            var recovered = await Recover(number, victim, killed, cancel);
            if (undo is not null && recovered) scratch.Undone(undo);
            if (!recovered) return false;
            var present = await keeper.Read(cancel);
            _found.Add(_record.Compare(present, killed));
            _emptied = present.Count == 0;
            foreach (var (query, was) in _before)
                if (await keeper.Answer(query, "same", cancel) is not { } now || !now.Equals(was)) _found.Changed.Add(Bounded.Start(query.ToString(), 200));
            _found.Verified(context.Clock.GetElapsedTime(killed));
            return true;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }
    }

    async Task Ended(LiveProcess victim, CancellationToken cancel)
    {
        if (!await victim.Ended(LongestDying, context.Clock, cancel)) throw new Unseen(Blind.NotCapable, $"the process {victim.Id} lives on {LongestDying.TotalSeconds} s after it was killed");
    }

    string? LastBreak { get { lock (_breaks) return _breaks.Count == 0 ? null : _breaks[^1].Says; } }

    async Task Write(CancellationToken stop)
    {
        if (await _record.Fill(keeper.Open, plan.Moment.Pause(plan.Writers), LongestWrite, context, stop) is { } broken)
            lock (_breaks) _breaks.Add(broken);
    }

    /// <summary>Waits until it is ready and the smoke set holds; false if that does not come in time.</summary>
    async Task<bool> Recover(int number, LiveProcess victim, long killed, CancellationToken cancel)
    {
        if (plan.Start is not null) await plan.Start.Pull(context, cancel);
        if (plan.InRecovery && number % 2 == 0 && await KilledAgain(victim, cancel))
        {
            killed = context.Clock.GetTimestamp();
            if (plan.Start is not null) await plan.Start.Pull(context, cancel);
        }

        var opened = false;
        while (context.Clock.GetElapsedTime(killed) < plan.Wait)
        {
            // Whoever asks first when it opens must get the known answers: they are asked at that very moment.
            if (!opened && await IsOpen(cancel))
            {
                opened = true;
                if (!plan.Smoke.IsEmpty && await Trial(Wrong, cancel) is not (true, null)) _found.OpenedEarly = true;
            }

            if (opened && await Trial(keeper.IsReady, cancel) is (true, true) && await Trial(Wrong, cancel) is (true, null))
            {
                _found.Recovered(context.Clock.GetElapsedTime(killed));
                return true;
            }

            await Task.Delay(Pause, context.Clock, cancel);
        }

        if (opened && !plan.Smoke.IsEmpty) _found.SmokeFailed = await Trial(Wrong, cancel) is (true, var wrong) ? wrong : "no answer";
        return false;
    }

    async Task<bool> IsOpen(CancellationToken cancel) => plan.Traffic is { } traffic ? await Trial(async stop => await keeper.Answer(traffic, "traffic", stop) is not null, cancel) is (true, true) : await Trial(keeper.IsReady, cancel) is (true, true);

    /// <summary>Kills it once more while it is not ready yet; false where it was ready before it could be killed.</summary>
    async Task<bool> KilledAgain(LiveProcess first, CancellationToken cancel)
    {
        for (var began = context.Clock.GetTimestamp(); context.Clock.GetElapsedTime(began) < plan.Wait;)
        {
            if (await Trial(keeper.IsReady, cancel) is (true, true)) return false;
            if (Living(first) is { } victim)
            {
                await plan.Kill.Pull(context, cancel);
                await Ended(victim, cancel);
                _found.KillsInRecovery++;
                return true;
            }

            await Task.Delay(Pause, context.Clock, cancel);
        }

        return false;
    }

    LiveProcess? Living(LiveProcess otherThan)
    {
        try { return plan.Victim(context) is var process && process != otherThan ? process : null; }
        catch (Unseen) { return null; } // The file still names the process before.
    }

    /// <summary>The first query of the smoke set that does not give its known answer; null where all do.</summary>
    async Task<string?> Wrong(CancellationToken cancel)
    {
        foreach (var (query, known) in plan.Smoke.Select(one => (one.Query, one.Is)))
            if (await keeper.Answer(query, "smoke", cancel) is not { } answer) return $"{Bounded.Start(query.ToString(), 200)} has no answer";
            else if (!RequestTemplate.Same(answer, known)) return $"{Bounded.Start(query.ToString(), 200)} gives {Bounded.Start(answer.ToString(), 100)}";
        return null;
    }

    /// <summary>Asks something of a store that may be down; a question that is none is no such thing.</summary>
    static async Task<(bool Answered, T? Answer)> Trial<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestTry);
        try { return (true, await ask(limit.Token)); }
        catch (Exception down) when (!cancel.IsCancellationRequested && down is not Unseen { Blind: Blind.BadQuestion or Blind.NoConsent or Blind.Refused }) { return (false, default); }
    }
}
