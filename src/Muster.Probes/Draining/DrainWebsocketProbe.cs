using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Open sockets, the signal, and how each came to its end.</summary>
sealed class DrainWebsocketProbe(Asked asked, ProbeContext context)
{
    static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>The page is read in turns: that much later it may be seen to have turned.</summary>
    static readonly TimeSpan Turning = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Around = TimeSpan.FromSeconds(40);
    readonly DrainQuestion _question = new(asked);

    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => new DrainWebsocketProbe(question, context).Look(cancel);

    public static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Prepare(Asked question, ProbeContext context)
    {
        var probe = new DrainWebsocketProbe(question, context);
        return (probe._question.Before + probe._question.Within + probe._question.BackWithin + 2 * probe._question.ReconnectWithin + Around, probe.Look);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        var given = _question.Given;
        var stop = DrainStop.Of(given, context);
        var other = given.Other("instance");
        var trust = await TrustAnchors.Read((other ?? given).Text("trust"), context.Folder, cancel);
        var instance = new DrainedInstance(other ?? given, given.Text("readiness") ?? "/health/ready", _question.ServedBy, trust, context);
        await instance.Before(cancel);
        var process = stop.Process();
        var sockets = new List<DrainSocket>();
        await using var scratch = Scratch.Begin(context, "drain.websocket");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(end.Token);
        Task watching = Task.CompletedTask, knocking = Task.CompletedTask;
        try
        {
            await Open(sockets, cancel);
            var affinity = await DrainAffinity.Look(_question, sockets, context, cancel);
            if (sockets.FirstOrDefault(socket => socket.Closed is not null) is { } early) throw new Unseen(Blind.NotReached, $"a socket was closed ({early.Closed}) before anything was done to it");
            // Else every socket would pass for one at the instance, wherever the balancer sent it.
            if (other is not null && (_question.ServedBy is null || instance.Name is null)) throw new Unseen(Blind.NotReached, "which instance a socket came to cannot be told; say under \"served_by\" the header that names it, which its readiness page bears too");
            var here = sockets.Where(socket => other is null || socket.Instance == instance.Name).ToList();
            if (here.Count == 0) throw new Unseen(Blind.NotReached, $"none of the {sockets.Count} sockets was open at the instance {instance.Name} when it was to be told to end, so that its drain shows nothing; open more");
            var door = new DrainDoor(_question, asked.Parameters["instance"] ?? asked.Parameters["target"]!, other is null, instance.Name, context);
            await door.IsOpen(cancel);
            context.Tell($"{stop.Says}, with {here.Count} sockets open");
            var signal = context.Clock.GetTimestamp();
            await stop.Pull(scratch, cancel);
            (watching, knocking) = (instance.Watch(process, end.Token), door.Knock(signal, gone.Token));
            var returns = _question.Reconnects ? here.Select(socket => DrainReturn.Of(_question, socket, context, end.Token)).ToList() : [];
            var limit = Task.Delay(_question.Within, context.Clock, cancel);
            await Task.WhenAny(Task.WhenAll(here.Select(socket => socket.Ended).Append(instance.Over)), limit);
            cancel.ThrowIfCancellationRequested();
            var came = await Returned(returns, here, cancel);
            // Once it is started again, it takes whoever comes.
            await gone.CancelAsync();
            await knocking;
            var (back, killed) = await stop.Bring(scratch, instance, process, cancel);
            await end.CancelAsync();
            await watching;
            var disturbed = sockets.Except(here).Count(socket => socket.Closed is not null);
            return new() { Observation = Seen(sockets, here, disturbed, door, came, affinity, instance, process is not null, signal, stop.Starts, back, killed), Population = sockets.Count, Before = instance.Identity, After = instance.Identity };
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(sockets.Select(socket => socket.Leave()));
            foreach (var socket in sockets) await socket.DisposeAsync();
            await Task.WhenAny(Task.WhenAll(watching, knocking), Task.Delay(Grace, context.Clock, CancellationToken.None));
        }
    }

    async Task Open(List<DrainSocket> sockets, CancellationToken cancel)
    {
        for (var i = 0; i < _question.Sockets; i++)
        {
            var session = new DrainSession($"muster-{Guid.NewGuid():n}", _question.Template, context.Clock);
            var (socket, status) = await DrainSocket.Open(_question, session, _question.At(session.Name), context, cancel);
            sockets.Add(socket ?? throw new Unseen(Blind.NotReached, $"no socket could be opened before anything was done: {(status <= 0 ? "no answer came" : string.Create(CultureInfo.InvariantCulture, $"the answer is {status}"))}"));
        }

        await Task.Delay(_question.Before, context.Clock, cancel);
        if (await Waiting.Until(() => Task.FromResult(sockets.All(socket => socket.Session.Answered > 0 || socket.Closed is not null)), _question.Patience, context, cancel) is null)
            throw new Unseen(Blind.NotReached, $"what is sent is not sent back: of {sockets.Count} sockets {sockets.Count(socket => socket.Session.Answered == 0)} had no answer; \"send\" is a text that the server answers with itself");
    }

    /// <summary>Sessions whose socket is open still cannot have come back.</summary>
    async Task<List<DrainReturn>> Returned(List<Task<DrainReturn>> returns, List<DrainSocket> here, CancellationToken cancel)
    {
        var closed = returns.Where((_, i) => here[i].Closed is not null).ToList();
        await Task.WhenAny(Task.WhenAll(closed), Task.Delay(2 * _question.ReconnectWithin + Grace, context.Clock, cancel));
        foreach (var failed in closed.Where(task => task.IsFaulted)) await failed;
        return [.. returns.Where(task => task.IsCompletedSuccessfully).Select(task => task.Result)];
    }

    Value.Fields Seen(List<DrainSocket> sockets, List<DrainSocket> here, int disturbed, DrainDoor door, List<DrainReturn> came, DrainAffinity affinity, DrainedInstance instance, bool known, long signal, bool starts, TimeSpan? back, bool killed)
    {
        var timeline = new DrainTimeline(context.Clock, signal);
        TimeSpan Since(DrainSocket socket) => context.Clock.GetElapsedTime(signal, socket.ClosedAt);
        var closed = here.Where(socket => socket.Closed is not null && Since(socket) <= _question.Within).ToList();
        var (turned, refused) = (timeline.Enter("readiness turned", instance.Turned), timeline.Enter("new sockets refused", door.Refused));
        var first = timeline.Enter("first socket closed", closed.Count > 0 ? closed.Min(socket => socket.ClosedAt) : null);
        var last = timeline.Enter("last socket closed", closed.Count == here.Count ? closed.Max(socket => socket.ClosedAt) : null);
        var (shut, exit) = (timeline.Enter("listener refused", instance.Refused), timeline.Enter("exit", killed ? null : instance.Exited));
        var over = known ? exit : shut;
        var orderly = turned is not null && refused is not null && first is not null && last is not null && over is not null && turned <= first && turned <= refused + Turning && refused <= first && over <= _question.Within && (!known || last <= exit + Pause) && !killed;
        var (abnormal, shortened, open) = (closed.Count(socket => !_question.Codes.Contains(socket.Closed!.Value)), closed.Count(socket => Since(socket) < _question.Finish), here.Count - closed.Count);
        var (lost, doubled) = (here.Sum(socket => socket.Session.Lost(socket.Closed is null ? context.Clock.GetTimestamp() : socket.ClosedAt, Grace, came.Any(one => one.Came && one.Session == socket.Session.Name))), here.Sum(socket => socket.Session.Doubled));
        var (returned, forgotten) = (came.Count(one => one.Came), came.Count(one => one.Resumed == false));
        var complete = orderly && abnormal + shortened + open + lost + doubled + disturbed + door.Taken + door.TurnedAway + affinity.Strayed + affinity.WrongTaken + forgotten == 0 && refused <= _question.RefuseWithin
            && (!_question.Reconnects || returned == here.Count) && (_question.Others.IsEmpty || affinity.WrongAsked > 0) && (!starts || back is not null);
        var seen = Value.Of(
            ("complete", complete), ("sockets", sockets.Count), ("open", here.Count), ("still_taken", door.Taken), ("elsewhere", door.Elsewhere), ("turned_away", door.TurnedAway), ("cut_short", shortened), ("left_open", open),
            ("codes", new Value.Fields(closed.GroupBy(socket => socket.Closed!.Value).OrderBy(code => code.Key).Select(code => KeyValuePair.Create<string, Value>(code.Key.ToString(CultureInfo.InvariantCulture), code.Count())))),
            ("abnormal", abnormal), ("disturbed", disturbed), ("sent", sockets.Sum(socket => socket.Session.Sent)), ("answered", sockets.Sum(socket => socket.Session.Answered)), ("lost", lost), ("doubled", doubled),
            ("orderly", orderly), ("timeline", timeline.Written), ("killed", killed));
        if (_question.Reconnects) seen = seen.With("returned", returned).With("not_returned", here.Count - returned);
        if (_question.Resumes is not null) seen = seen.With("forgotten", forgotten);
        if (returned > 0) seen = seen.With("return_time", HttpProbe.Seconds(came.Where(one => one.Came).Max(one => one.Took)));
        if (affinity.Asked > 0) seen = seen.With("strayed", affinity.Strayed).With("kept", affinity.Asked - affinity.Strayed);
        if (!_question.Others.IsEmpty) seen = seen.With("wrong_taken", affinity.WrongTaken).With("wrong_refused", affinity.WrongAsked - affinity.WrongTaken);
        foreach (var (name, time) in ((string, TimeSpan?)[])[("readiness_turned", turned), ("refused_after", refused), ("first_close", first), ("last_close", last), ("listener_refused", shut), ("exit", exit), ("back", back)])
            if (time is { } took) seen = seen.With(name, HttpProbe.Seconds(took));
        return seen;
    }
}
