using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Writes, kills the primary, waits for whoever takes over, reads back, and watches the one that was killed.</summary>
sealed class FailoverDrillProbe
{
    const int MostNamed = 10;
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(25), LongestDying = TimeSpan.FromSeconds(10), LongestWrite = TimeSpan.FromSeconds(5), Farewell = TimeSpan.FromMilliseconds(500), LastWord = TimeSpan.FromSeconds(6);
    readonly ProbeContext _context;
    readonly FailoverPlan _plan;
    readonly FailoverPair _pair;
    readonly WriteRecord _record;
    string? _broken, _said;

    FailoverDrillProbe(Given given, ProbeContext context) => (_context, _plan, _pair, _record) = (context, FailoverPlan.Read(given, context), FailoverPair.Of(given, context), new(context.Clock));

    public static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Read(Asked asked, ProbeContext context)
    {
        var drill = new FailoverDrillProbe(new(asked), context);
        return (drill._plan.Limit, drill.Look);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        var before = await _pair.Whole(cancel);
        var profile = await _pair.Primary.Profile(cancel);
        await _pair.Primary.Begin(cancel);
        Value.Fields seen;
        var promoted = false;
        try
        {
            await Arrives(cancel);
            await using var scratch = Scratch.Begin(_context, "failover.drill");
            var (killed, undo) = await Killed(before, scratch, cancel);
            seen = await Failover(before, killed, cancel);
            promoted = Value.True.Equals(seen["promoted"]);
            var (former, split) = await Watched(promoted, cancel);
            bool? restored = undo is null ? null : await Restored(cancel);
            if (restored == true) scratch.Undone(undo!);
            seen = Judged(seen, before, split, restored, promoted).With("left", await _pair.Left(restored == true ? null : former, cancel));
        }
        catch
        {
            await Cleaned();
            throw;
        }

        seen = seen.With("shown", _plan.Kill.Shows).With(("profile", profile), ("said", _said)).With("cleaned", await Cleaned());
        return new() { Observation = seen, Population = 1, Before = before.Identity, After = promoted ? before.Identity.With("system", await System(cancel)) : before.Identity };
    }

    async Task<Value> System(CancellationToken cancel) => (await _pair.Standby.Identity(cancel) as Value.Fields)?["system"] ?? Value.Null;

    /// <summary>A standby that says it streams is believed when a row comes through.</summary>
    async Task Arrives(CancellationToken cancel)
    {
        await using var writer = await _pair.Primary.Open(cancel);
        var entry = _record.Begin();
        _record.Settle(entry, await writer.Write(entry.Id, entry.Digest, cancel));
        if (!await _pair.Arrives(entry.Id, _plan.Patience, cancel))
            throw new Unseen(Blind.NotReached, $"a row that was written on the primary did not come to the standby within {_plan.Patience.TotalSeconds:0.#} s: it does not follow, so that what a failover would lose is lost before");
    }

    /// <summary>When it was killed, with writers at work; and what names the way back.</summary>
    async Task<(long At, string? Undo)> Killed(FailoverBefore before, Scratch scratch, CancellationToken cancel)
    {
        _context.Tell("writing to the primary");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var writers = Enumerable.Range(0, _plan.Writers).Select(_ => Write(stop.Token)).ToArray();
        try
        {
            await _plan.Moment.Comes(_record, writers, () => _broken, _context, cancel);
            var victim = (_plan.Kill as Lever.Signalled)?.Process(_context);
            _context.Tell($"killing the primary; {_record.Acknowledged} writes acknowledged");
            _context.UnderWay();
            var undo = _plan.Restore is { } restore ? scratch.Undoing(restore.AsWayBack(_context)) : null;
            await _plan.Kill.Pull(_context, cancel);
            var killed = _context.Clock.GetTimestamp();
            if (victim is not null && !await victim.Ended(LongestDying, _context.Clock, cancel)) throw new Unseen(Blind.NotCapable, $"the process {victim.Id} lives on {LongestDying.TotalSeconds} s after it was killed");
            stop.CancelAfter(Farewell);
            await Task.WhenAll(writers);
            if (await ServesOn(before, cancel))
            {
                // A pair that is whole is not made anew.
                if (undo is not null) scratch.Undone(undo);
                throw new Unseen(Blind.NotCapable, $"{_plan.Kill.Says} had no effect: the primary serves on, as the same process as before");
            }

            if (_plan.AllowedLoss > TimeSpan.Zero && _record.Oldest(killed) <= _plan.AllowedLoss) throw new Unseen(Blind.NotCapable, "every write was younger at the kill than the loss that is allowed, so that none could be too old");
            return (killed, undo);
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(writers);
        }
    }

    /// <summary>Where no writer was cut off, one that does not answer at once is asked twice.</summary>
    async Task<bool> ServesOn(FailoverBefore before, CancellationToken cancel) => await _pair.ServesOn(before.Started, cancel) || _broken is null && await _pair.ServesOn(before.Started, cancel);

    async Task Write(CancellationToken stop)
    {
        if (await _record.Fill(_pair.Primary.Open, _plan.Moment.Pause(_plan.Writers), LongestWrite, _context, stop) is { } broken) _broken = broken.Says;
    }

    /// <summary>Until the standby is the primary and a client's write is taken, or the time for it is over; then what it has beside what was acknowledged.</summary>
    async Task<Value.Fields> Failover(FailoverBefore before, long killed, CancellationToken cancel)
    {
        if (_plan.Promote is { } promote)
            try { await promote.Pull(_context, cancel); }
            // A promotion that fails is what a drill is for; who is primary then is looked at.
            catch (Unseen refused) when (refused.Blind == Blind.NotCapable) { _said = refused.Message; }
        _context.Tell("waiting for whoever takes over");
        TimeSpan? promoted = null, accepted = null;
        while (promoted is null || accepted is null)
        {
            if (_context.Clock.GetElapsedTime(killed) > _plan.Wait) break;
            if (promoted is null && await _pair.Promoted(cancel)) promoted = _context.Clock.GetElapsedTime(killed);
            if (promoted is not null && accepted is null && await _pair.Accepts(_record, cancel)) accepted = _context.Clock.GetElapsedTime(killed);
            if (promoted is null || accepted is null) await Task.Delay(Pace, _context.Clock, cancel);
        }

        _context.NoLonger();
        var seen = Value.Of(("promoted", promoted is not null), ("accepted", accepted is not null), ("timeline_before", before.Timeline), ("replication", before.Replication));
        if (promoted is { } took) seen = seen.With("promoted_after", HttpProbe.Seconds(took));
        if (accepted is { } open) seen = seen.With("accepted_after", HttpProbe.Seconds(open));
        if (promoted is null)
        {
            _said ??= $"{FailoverPair.Name(_pair.Standby)} was still a standby {_plan.Wait.TotalSeconds:0.#} s after the primary was killed";
            return seen;
        }

        if (accepted is null) _said ??= "the standby was promoted, and no client's write came to it";
        var found = _record.Compare(await _pair.Standby.Read(cancel), killed);
        var age = found.Lost.Select(one => one.Age).DefaultIfEmpty().Max();
        seen = seen.With(("timeline_after", await _pair.TimelineNow(cancel) is { } now ? now : (Value?)null)).With("lost", found.Lost.Count).With("loss_within", found.Lost.Count == 0 || _plan.AllowedLoss > TimeSpan.Zero && age <= _plan.AllowedLoss)
            .With("phantom", found.Phantom.Count).With("duplicated", found.Duplicated.Count).With("altered", found.Altered.Count)
            .With("wrong", Value.Texts([.. found.Lost.Take(MostNamed).Select(one => "lost: " + one.Id), .. found.Phantom.Take(MostNamed).Select(id => "phantom: " + id), .. found.Duplicated.Take(MostNamed).Select(id => "duplicated: " + id), .. found.Altered.Take(MostNamed).Select(id => "altered: " + id)]));
        return found.Lost.Count > 0 ? seen.With("loss_age", HttpProbe.Seconds(age)) : seen;
    }

    /// <summary>What becomes of the old primary once there is a new one: started as whoever finds it down would, or left to its supervisor.</summary>
    async Task<(string Former, bool Split)> Watched(bool promoted, CancellationToken cancel)
    {
        // Without a new one there is nobody beside whom it could take writes.
        if (!promoted) return (await _pair.Former(cancel), false);
        _context.Tell("watching the old primary");
        if (_plan.Start is { } start)
            try { await start.Pull(_context, cancel); }
            catch (Unseen refused) when (refused.Blind == Blind.NotCapable) { _said ??= refused.Message; } // A fence may well refuse that.
        var former = "down";
        for (var began = _context.Clock.GetTimestamp(); former != "primary";)
        {
            former = await _pair.Former(cancel);
            if (_context.Clock.GetElapsedTime(began) >= _plan.Watch) break;
            await Task.Delay(Pace * 4, _context.Clock, cancel);
        }

        return (former, former == "primary");
    }

    /// <summary>Whether one of both takes writes and the other follows, whoever is which.</summary>
    async Task<bool> Restored(CancellationToken cancel)
    {
        _context.Tell("making a pair of them again");
        try { await _plan.Restore!.Pull(_context, cancel); }
        catch (Unseen failed) when (failed.Blind == Blind.NotCapable)
        {
            _said ??= failed.Message;
            return false;
        }

        return await Waiting.Until(() => _pair.IsPair(cancel), _plan.Wait, _context, cancel) is not null;
    }

    Value.Fields Judged(Value.Fields seen, FailoverBefore before, bool split, bool? restored, bool promoted)
    {
        var raised = (seen["timeline_after"] as Value.Number)?.Is > before.Timeline;
        bool None(string name) => seen[name] is Value.Number { Is: 0 };
        var complete = promoted && raised && Value.True.Equals(seen["accepted"]) && Value.True.Equals(seen["loss_within"]) && None("phantom") && None("duplicated") && None("altered") && !split && restored != false;
        if (promoted) seen = seen.With("timeline_raised", raised).With("split_brain", split);
        if (split) _said ??= $"the old primary {FailoverPair.Name(_pair.Primary)} takes writes again beside the new one";
        return seen.With("complete", complete).With("attempted", _record.Attempted).With("acknowledged", _record.Acknowledged).With("refused", _record.Refused).With("unknown", _record.Unknown)
            .With(("restored", restored is { } so ? so : (Value?)null));
    }

    /// <summary>The place goes from whoever is the primary now, even when the look has ended; one that takes writes beside it is rid of it too.</summary>
    async Task<bool> Cleaned()
    {
        using var limit = new CancellationTokenSource(LastWord, _context.Clock);
        var gone = false;
        foreach (var server in (PostgresKeeper[])[_pair.Standby, _pair.Primary])
            try
            {
                if (await FailoverPair.Tried(server.IsReady, limit.Token) is not (true, true)) continue;
                await server.End(limit.Token);
                gone = true;
            }
            catch (Exception left) when (left is not OutOfMemoryException) { continue; } // It is named for what it is, and that it stays is seen.
        return gone;
    }
}
