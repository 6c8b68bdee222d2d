using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Load, the signal, and what came of it.</summary>
sealed class DrainHttpProbe
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Afterwards = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Around = TimeSpan.FromSeconds(20);
    readonly ProbeContext _context;
    readonly Given _given;
    readonly TimeSpan _before, _notice, _patience, _within, _backWithin;
    readonly int _rate, _open;
    readonly string _path, _slow;

    DrainHttpProbe(Asked question, ProbeContext context)
    {
        (_context, _given) = (context, new(question));
        TimeSpan Seconds(string name, double otherwise) => TimeSpan.FromSeconds(Math.Min(_given.Seconds(name, otherwise), 600));
        (_before, _notice, _patience, _within, _backWithin) = (Seconds("before", 1), Seconds("notice", 1), Seconds("patience", 10), Seconds("within", 30), Seconds("back_within", 60));
        (_rate, _open) = (_given.Count("rate", 50, 2000), _given.Count("open", 4, 500));
        if (_rate == 0 || _open == 0) throw Given.Wrong(_rate == 0 ? "rate" : "open", "is nothing; a drain without load shows nothing");
        if (_patience <= TimeSpan.Zero) throw Given.Wrong("patience", "leaves no time to answer");
        (_path, _slow) = (_given.Text("path") ?? "/", _given.Text("slow") ?? throw Given.Wrong("slow", "is missing"));
    }

    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => new DrainHttpProbe(question, context).Look(cancel);

    public static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Prepare(Asked question, ProbeContext context)
    {
        var probe = new DrainHttpProbe(question, context);
        return (probe._before + probe._within + probe._backWithin + 2 * probe._patience + Around, probe.Look);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        var (stop, servedBy) = (DrainStop.Of(_given, _context), _given.Text("served_by"));
        var trust = await TrustAnchors.Read(_given.Text("trust"), _context.Folder, cancel);
        var other = _given.Other("instance");
        var instance = new DrainedInstance(other ?? _given, _given.Text("readiness") ?? "/health/ready", servedBy, other is { } own ? await TrustAnchors.Read(own.Text("trust"), _context.Folder, cancel) : trust, _context);
        await instance.Before(cancel);
        // Else every slow request would pass for one at the instance, wherever the balancer sent it.
        if (other is not null && servedBy is null) throw Given.Wrong("served_by", "is missing: behind a balancer a header must tell which instance answered");
        var process = stop.Process();
        var load = new DrainLoad(_given, _path, _slow, _rate, _open, servedBy, _patience, trust, _context);
        await using var scratch = Scratch.Begin(_context, "drain.http");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var (signal, sends) = (0L, true);
        // Behind a balancer somebody else must go on answering; else the balancer is us.
        bool May() => Volatile.Read(ref sends) && (other is not null || instance.Turned is not { } turned || _context.Clock.GetElapsedTime(turned) < _notice);
        var running = load.Run(May, end.Token);
        try
        {
            await Task.WhenAny(running, Task.Delay(_before, _context.Clock, cancel));
            if (running.IsFaulted) await running;
            load.ThrowIfBarred();
            if (load.Failed > 0 || load.Answered == 0) throw new Unseen(Blind.NotReached, $"it is not well before anything is done to it: {load}");
            if (other is not null && instance.Name is null) throw new Unseen(Blind.NotReached, $"the instance does not say who it is: its readiness page bears no {servedBy}");
            await Waiting.Until(() => Task.FromResult(load.Open.Count > 0), _patience, _context, cancel);
            if (load.Quickest is { } quick && quick < Soonest)
                throw new Unseen(Blind.NotReached, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"\"slow\" is answered within {quick.TotalMilliseconds:0.#} ms, and any end lets such a request be answered; name one that takes longer"));
            _context.Tell($"{stop.Says}, under {_rate} requests a second");
            var inFlight = load.Open;
            signal = _context.Clock.GetTimestamp();
            await stop.Pull(scratch, cancel);
            var watching = instance.Watch(process, end.Token);
            var limit = Task.Delay(_within, _context.Clock, cancel);
            await Task.WhenAny(instance.Over, limit, running);
            if (running.IsFaulted) await running;
            await Task.WhenAny(instance.Over, limit);
            cancel.ThrowIfCancellationRequested();
            if (other is not null) await Task.Delay(Afterwards, _context.Clock, cancel);
            Volatile.Write(ref sends, false);
            await running;
            load.ThrowIfBarred();
            var mine = inFlight.Where(one => other is null || one.Answer?.Instance == instance.Name).ToList();
            if (mine.Count == 0) throw new Unseen(Blind.NotReached, $"nothing was open at the instance when it was told to end, so that its drain shows nothing; let \"slow\" take longer, or \"open\" be more");
            var (back, killed) = await stop.Bring(scratch, instance, process, cancel);
            await end.CancelAsync();
            await watching;
            return new() { Observation = Seen(load, instance, mine, process is not null, signal, stop.Starts, back, killed), Population = load.Sent, Before = instance.Identity, After = instance.Identity };
        }
        finally
        {
            Volatile.Write(ref sends, false);
            await end.CancelAsync();
            await Task.WhenAny(running, Task.Delay(Afterwards, _context.Clock, CancellationToken.None));
            _ = running.Exception; // What it was has been told already, or was our own end.
        }
    }

    Value.Fields Seen(DrainLoad load, DrainedInstance instance, List<DrainSlow> mine, bool known, long signal, bool starts, TimeSpan? back, bool killed)
    {
        var timeline = new DrainTimeline(_context.Clock, signal);
        var (turned, refused, exit) = (timeline.Enter("readiness turned", instance.Turned), timeline.Enter("listener refused", instance.Refused), timeline.Enter("exit", killed ? null : instance.Exited));
        var last = timeline.Enter("last answer", mine.Max(one => one.Ended));
        var over = known ? exit : refused;
        var orderly = turned is not null && refused is not null && over is not null && turned <= refused && over <= _within && (!known || last <= exit + Pause * 2) && !killed;
        var seen = Value.Of(
            ("complete", load.Failed == 0 && load.Unsent == 0 && orderly && (!starts || back is not null)), ("requests", load.Sent), ("failed", load.Failed), ("errors", load.Errors), ("unsent", load.Unsent),
            ("in_flight", mine.Count), ("finished", mine.Count(one => one.Answer?.IsOk == true)), ("orderly", orderly), ("timeline", timeline.Written), ("killed", killed));
        foreach (var (name, time) in ((string, TimeSpan?)[])[("readiness_turned", turned), ("listener_refused", refused), ("last_answer", last), ("exit", exit), ("back", back)])
            if (time is { } took) seen = seen.With(name, HttpProbe.Seconds(took));
        return seen;
    }
}
