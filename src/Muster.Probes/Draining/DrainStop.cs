using Muster.Readiness;

namespace Muster.Probes;

/// <summary>How an instance is told to end, how it comes back, and which process it is.</summary>
sealed class DrainStop(Lever stop, Lever? start, string? pidFile, TimeSpan backWithin, ProbeContext context)
{
    static readonly TimeSpan LongestKill = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    string? _wayBack;

    /// <summary>What both kinds ask for.</summary>
    public static readonly Parameter[] Parameters =
    [
        new("stop", Shape.Any, "How it is told to end: { signal: TERM, pid_file: run/api.pid }, or a command, [systemctl, stop, api].") { Required = true },
        new("start", Shape.Any, "How it is started again; without it, it stays away, or whoever watches it brings it back."),
        new("pid_file", Shape.Text, "Where stop is a command: the file with the id of its process, so that its end is seen."),
        new("instance", Shape.Text, "The instance itself, where the target is a balancer before it: what is watched, and must be the one that is told to end.") { NamesTarget = true },
        new("readiness", Shape.Text, "The path of the instance's readiness page, which must turn before it refuses anybody.") { Default = "/health/ready" },
        new("served_by", Shape.Text, "The response header that names the instance which answered: X-Instance."),
        new("within", Shape.Duration, "How soon it must be over: the time that whoever stops it gives it before it is killed.") { Default = 30 },
        new("back_within", Shape.Duration, "Under start: how soon it must be ready again.") { Default = 60 },
        new("headers", Shape.Map, "Request headers; those of the target are sent too."),
        new("trust", Shape.Text, "A PEM file of the only trusted roots, relative to the document; else this machine's roots."),
    ];

    public static readonly Field[] Fields =
    [
        new("readiness_turned", Shape.Duration, "From the signal until readiness said so; not observed where it never did."),
        new("listener_refused", Shape.Duration, "From the signal until no connection was taken any more."),
        new("exit", Shape.Duration, "From the signal until the process was gone."),
        new("orderly", Shape.Truth, "The order was kept: readiness turned, then nothing new was taken, then the last of what was open ended, then the process; and that in time."),
        new("timeline", Shape.List, "What happened, in order.") { Of = [new("event", Shape.Text, "What."), new("at", Shape.Duration, "How long after the signal.")] },
        new("killed", Shape.Truth, "Whether it had to be killed here, since it was to be started again and did not end in time."),
        new("back", Shape.Duration, "Under start: how long it took until it was ready again."),
    ];

    public bool Starts => start is not null;

    public string Says => stop.Says;

    public static DrainStop Of(Given given, ProbeContext context) =>
        new(Lever.Read(given, "stop") ?? throw Given.Wrong("stop", "is missing"), Lever.Read(given, "start"), given.Text("pid_file"), TimeSpan.FromSeconds(Math.Min(given.Seconds("back_within", 60), 600)), context);

    /// <summary>Null where nothing says which process it is.</summary>
    public LiveProcess? Process() => stop is Lever.Signalled signalled ? signalled.Process(context) : pidFile is null ? null : LiveProcess.OfFile(Path.GetFullPath(Path.Combine(context.Folder, pidFile)));

    public async Task Pull(Scratch scratch, CancellationToken cancel)
    {
        if (start is not null) _wayBack = scratch.Undoing(start.AsWayBack(context));
        await stop.Pull(context, cancel);
    }

    /// <returns>How long it took until it was ready, null if it never was; and whether it had to be killed first.</returns>
    public async Task<(TimeSpan? Ready, bool Killed)> Bring(Scratch scratch, DrainedInstance instance, LiveProcess? process, CancellationToken cancel)
    {
        if (start is null) return (null, false);
        // Two at once on one port would be neither.
        var killed = process is { Lives: true } && process.Send(Signal.Kill);
        if (killed) await process!.Ended(LongestKill, context.Clock, cancel);
        var began = context.Clock.GetTimestamp();
        await start.Pull(context, cancel);
        scratch.Undone(_wayBack!);
        do
        {
            if (await instance.IsReady(cancel)) return (context.Clock.GetElapsedTime(began), killed);
            await Task.Delay(Pause, context.Clock, cancel);
        }
        while (context.Clock.GetElapsedTime(began) < backWithin);
        return (null, killed);
    }
}
