using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The steady state before, during and after; the faults between; and all of it taken back, however it ends.</summary>
sealed class ChaosExperimentProbe
{
    static readonly TimeSpan LongestGivingBack = TimeSpan.FromSeconds(14);
    readonly ProbeContext _context;
    readonly ChaosPlan _plan;
    readonly ChaosJournal _journal;
    readonly List<(string Id, Lever Lever)> _further = [];
    readonly SortedDictionary<string, (int Unmet, string Says)> _broke = new(StringComparer.Ordinal);
    ImmutableArray<ChaosFault> _faults = [];
    TimeSpan _brokenFor;
    long? _brokenSince;

    ChaosExperimentProbe(Asked asked, ProbeContext context)
    {
        (_context, _plan) = (context, ChaosPlan.Read(asked, context));
        _journal = new(_plan, context);
    }

    public static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Read(Asked asked, ProbeContext context)
    {
        var probe = new ChaosExperimentProbe(asked, context);
        return (probe._plan.Limit, probe.Look);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        _faults = await _plan.Faults(cancel);
        foreach (var fault in _faults) await fault.Begin(cancel);
        _context.Tell("the steady state, before");
        _journal.SawBefore(await Round(cancel));
        if (_journal.Before!.Broken is { } ill)
        {
            _journal.Write("failed", deviated: false);
            throw new Unseen(Blind.NotReached, $"the steady state does not hold before anything is done to it, so that nothing could be seen of a fault: {ill}");
        }

        _journal.Write("interrupted", deviated: false);
        TimeSpan? recovered;
        var undone = false;
        await using var scratch = Scratch.Begin(_context, "chaos.experiment");
        try
        {
            foreach (var lever in _plan.Rollbacks) _further.Add((scratch.Undoing(lever.AsWayBack(_context)), lever));
            await Method(scratch, cancel);
            _context.NoLonger();
            _context.Tell("taking the faults back");
            var back = _context.Clock.GetTimestamp();
            undone = true;
            await RollBack(scratch);
            recovered = await Recover(back, cancel);
        }
        catch (Exception ended)
        {
            // Cancelled or failed: what was done is undone, and the journal says how it ended.
            _context.NoLonger();
            if (!undone) await RollBack(scratch);
            _journal.Write(ended is OperationCanceledException ? "interrupted" : "aborted", deviated: false);
            throw;
        }

        var held = _plan.Tolerate == TimeSpan.Zero ? _journal.Unmet == 0 : _brokenFor <= _plan.Tolerate;
        var deviated = !held || recovered is null;
        _journal.Write(deviated ? "failed" : "completed", deviated);
        return new() { Observation = Seen(held, recovered), Population = _faults.Length, Before = _journal.Before.Identity, After = _journal.After!.Met ? _journal.After.Identity : _journal.Before.Identity };
    }

    Task<ChaosRound> Round(CancellationToken cancel) => ChaosRound.Look(_plan.Steady, _context, cancel);

    /// <summary>Each fault until it is seen to bite, all of them together for a while, and the steady state looked at all along.</summary>
    async Task Method(Scratch scratch, CancellationToken cancel)
    {
        foreach (var fault in _faults)
        {
            _context.Tell($"{fault.Name}: {fault.Says}");
            var (at, since) = (_context.Clock.GetUtcNow(), _context.Clock.GetTimestamp());
            try { await fault.Take(scratch, _context, cancel); }
            catch (Exception failed)
            {
                _journal.Did(fault.Name, at, since, Faults.Sight(failed).Detail);
                throw;
            }

            _journal.Did(fault.Name, at, since, null);
            (at, since) = (_context.Clock.GetUtcNow(), _context.Clock.GetTimestamp());
            while (true)
            {
                var bites = fault.Bites(_context.Clock.GetElapsedTime(since), _context, cancel);
                await Task.WhenAll(During(cancel), bites);
                // What counts is asked again once somebody went through it.
                if (await bites || !fault.Looks && await fault.Bites(_context.Clock.GetElapsedTime(since), _context, cancel)) break;
                if (_context.Clock.GetElapsedTime(since) >= _plan.Within)
                {
                    var missed = $"\"{fault.Name}\" had no effect that was seen: {fault.Says}, and in {_context.Clock.GetElapsedTime(since).TotalSeconds:0.#} s {(fault.Looks ? $"its effect is as before ({(fault.During?.Holds == true ? "holds" : fault.During?.Says)})" : "its proxy met nobody")}";
                    _journal.Effect(fault.Name, at, _context.Clock.GetElapsedTime(since), missed);
                    throw new Unseen(Blind.NotReached, missed + "; what was seen then is seen without any fault too");
                }

                await Task.Delay(_plan.Every, _context.Clock, cancel);
            }

            _journal.Effect(fault.Name, at, fault.Bit!.Value, null);
        }

        _context.UnderWay();
        _context.Tell("the steady state, during");
        var all = _context.Clock.GetTimestamp();
        do
        {
            await During(cancel);
            await Task.Delay(_plan.Every, _context.Clock, cancel);
        }
        while (_context.Clock.GetElapsedTime(all) < _plan.Hold);
        await During(cancel);
    }

    async Task During(CancellationToken cancel)
    {
        var round = await Round(cancel);
        _journal.SawDuring(round);
        foreach (var (look, seen) in round.Checks)
            if (!seen.Holds) _broke[look.Name] = (_broke.GetValueOrDefault(look.Name).Unmet + 1, _broke.TryGetValue(look.Name, out var first) ? first.Says : seen.Says ?? "");
        if (round.Met && _brokenSince is { } since) (_brokenFor, _brokenSince) = (Longer(_context.Clock.GetElapsedTime(since, round.Ended)), null);
        else if (!round.Met) _brokenFor = Longer(_context.Clock.GetElapsedTime(_brokenSince ??= round.Began, round.Ended));
    }

    TimeSpan Longer(TimeSpan lasted) => lasted > _brokenFor ? lasted : _brokenFor;

    /// <summary>What was done last is undone first; each is tried, whatever becomes of the others.</summary>
    async Task RollBack(Scratch scratch)
    {
        using var limit = new CancellationTokenSource(LongestGivingBack, _context.Clock);
        foreach (var fault in _faults.Take(_journal.Actions).Reverse())
        {
            var (at, since) = (_context.Clock.GetUtcNow(), _context.Clock.GetTimestamp());
            var failed = await fault.GiveBack(scratch, _context, limit.Token);
            _journal.RolledBack("back: " + fault.Name, at, since, failed is null ? null : Faults.Sight(failed).Detail);
        }

        foreach (var (id, lever) in _further)
        {
            var (at, since, failed) = (_context.Clock.GetUtcNow(), _context.Clock.GetTimestamp(), (string?)null);
            try
            {
                await lever.Pull(_context, limit.Token);
                scratch.Undone(id);
            }
            catch (Exception kept) when (kept is not OutOfMemoryException) { failed = Faults.Sight(kept).Detail; } // It stays written down, and is tried again.
            _journal.RolledBack(lever.Says, at, since, failed);
        }
    }

    /// <summary>How long it took until the steady state held again and every effect was over, twice in a row; null where that did not come in time.</summary>
    async Task<TimeSpan?> Recover(long since, CancellationToken cancel)
    {
        TimeSpan? well = null;
        while (true)
        {
            var over = Task.WhenAll(_faults.Select(fault => fault.Over(_context, cancel)));
            var round = Round(cancel);
            await Task.WhenAll(over, round);
            var elapsed = _context.Clock.GetElapsedTime(since);
            _journal.SawAfter(await round);
            if (!(await round).Met || (await over).Contains(false)) well = null;
            else if (well is not null) return well;
            else well = elapsed;
            if (well is null && elapsed >= _plan.BackWithin) return null;
            await Task.Delay(_plan.Every, _context.Clock, cancel);
        }
    }

    Value.Fields Seen(bool held, TimeSpan? recovered)
    {
        var after = _journal.After!;
        // Each of them, twice asked after a failure: the disposed scratch tries what is still open once more, and says so at the next start.
        var rolledBack = _journal.FailedRollbacks == 0;
        var deviated = !held || recovered is null;
        var broken = _broke.Select(one => $"{one.Key}: {one.Value.Says}");
        var seen = Value.Of(
            ("complete", held && recovered is not null && rolledBack), ("title", _plan.Title), ("status", deviated ? "failed" : "completed"), ("deviated", deviated), ("held", held), ("broken", Value.Texts(broken)), ("broken_for", HttpProbe.Seconds(_brokenFor)),
            ("met_before", true), ("met_after", after.Met), ("hypothesis_probes", _plan.Steady.Length), ("during_checks", _journal.Rounds), ("during_unmet", _journal.Unmet), ("recovered", recovered is not null),
            ("activities", _journal.Activities), ("actions", _journal.Actions), ("failed_activities", _journal.FailedActivities), ("rolled_back", rolledBack), ("rollbacks", _journal.Rollbacks), ("failed_rollbacks", _journal.FailedRollbacks),
            ("faults", Value.List(_faults.Select(fault => (Value)fault.Seen()))), ("checks", Value.List(_plan.Steady.Select(Check))), ("duration", HttpProbe.Seconds(_journal.Took)));
        if (recovered is { } took) seen = seen.With("time_to_recover", HttpProbe.Seconds(took));
        else seen = seen.With("left", after.Broken ?? "an effect of a fault is still there");
        return _plan.Journal is { } journal ? seen.With("journal", Path.GetRelativePath(_context.Folder, journal)) : seen;
    }

    Value Check(ChaosLook look)
    {
        var after = _journal.After!.Checks.First(check => check.Look == look).Seen;
        var (unmet, says) = _broke.GetValueOrDefault(look.Name);
        var seen = Value.Of(("name", look.Name), ("kind", look.Kind), ("unmet", unmet), ("after", after.Holds));
        return says is null ? seen : seen.With("says", says);
    }
}
