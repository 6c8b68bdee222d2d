using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One thing that is done to take the dependency away: how it is undone by whoever finds it written down, how it is done, how it is undone here.</summary>
sealed record OutageStep(WayBack Way, Func<CancellationToken, Task> Take, Func<CancellationToken, Task> GiveBack);

/// <summary>A dependency taken away and given back. What it takes to give it back is on the disk before it is taken.</summary>
sealed class Outage(string says, OutageStep[] steps, ProxyApi? proxy)
{
    static readonly TimeSpan LongestGivingBack = TimeSpan.FromSeconds(15);
    static readonly string[] Effects = ["cut", "withheld_bytes", "delayed_bytes"];
    readonly List<(string Id, OutageStep Step)> _taken = [];
    Value.Fields? _before;

    public string Says => says;

    /// <summary>Where the fault is a proxy's that counts: whether anything went through it since <see cref="Begin"/>.</summary>
    public async Task<bool?> Used(CancellationToken cancel) =>
        proxy is null || _before is null ? null : Grown(_before, (await proxy.Look(cancel)).Seen, "connections") + Grown(_before, (await proxy.Look(cancel)).Seen, "upstream_bytes") > 0;

    /// <summary>Before the service is asked for the first time.</summary>
    public async Task Begin(CancellationToken cancel)
    {
        if (proxy is null) return;
        var (enabled, toxics, seen) = await proxy.Look(cancel);
        if (!enabled || toxics > 0) throw new Unseen(Blind.NotReached, $"{proxy.Says} {(enabled ? "has a fault on it" : "is disabled")} already, so that nothing could be seen of ours; reset it");
        _before = seen;
    }

    public async Task Take(Scratch scratch, CancellationToken cancel)
    {
        foreach (var step in steps)
        {
            _taken.Add((scratch.Undoing(step.Way, step.GiveBack), step));
            await step.Take(cancel);
        }
    }

    public async Task GiveBack(Scratch scratch, ProbeContext context, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(LongestGivingBack, context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        foreach (var (id, step) in Enumerable.Reverse(_taken))
        {
            await step.GiveBack(either.Token);
            scratch.Undone(id);
        }
    }

    /// <summary>What the proxy did since <see cref="Begin"/>, as far as it counts; empty where nothing counts.</summary>
    public async Task<Value.Fields> Effect(CancellationToken cancel)
    {
        if (proxy is null || _before is null) return Value.Fields.Empty;
        var now = (await proxy.Look(cancel)).Seen;
        return new(Effects.Select(name => KeyValuePair.Create<string, Value>(name, Grown(_before, now, name))));
    }

    static double Grown(Value.Fields before, Value.Fields? now, string name) => ((now?[name] as Value.Number)?.Is ?? 0) - ((before[name] as Value.Number)?.Is ?? 0);

    /// <summary>Reads how the dependency is taken away; of the three ways exactly one is said.</summary>
    public static async Task<Outage> Of(Given given, Given? through, ProbeContext context, CancellationToken cancel)
    {
        var (dependency, fault) = (given.Text("dependency")!, given.Text("fault") ?? "stop");
        var (take, give, pid) = (Lever.Read(given, "take_away"), Lever.Read(given, "give_back"), given.Text("pid_file"));
        if ((take is null) != (give is null)) throw Given.Wrong(take is null ? "give_back" : "take_away", $"stands without {(take is null ? "take_away" : "give_back")}; what is taken away is given back");
        if ((take is null ? 0 : 1) + (through is null ? 0 : 1) + (pid is null ? 0 : 1) != 1)
            throw new Unseen(Blind.BadQuestion, $"how is {dependency} taken away? Say one of \"through\" (the control URL of a fault proxy), \"take_away\" with \"give_back\", or \"pid_file\" for a pause; the target may say it for all its checks");
        // Before anything of it is written down as done.
        if (take is Lever.Ran || give is Lever.Ran)
            if (!context.MayRunCommands) throw new Unseen(Blind.NoConsent, "commands are not allowed in this run; allow them where muster is called");
        if (take is not null) return new($"{take.Says}, and back by {give!.Says}", [new(give.AsWayBack(context), stop => take.Pull(context, stop), stop => give.Pull(context, stop))], null);
        if (pid is not null)
        {
            if (fault != "pause") throw Given.Wrong("pid_file", $"serves to pause a process; for \"{fault}\" say take_away and give_back");
            // One process for all of it: the file may name another by the time this one goes on.
            var halt = new Lever.Signalled(Signal.Stop, pid);
            var process = halt.Process(context);
            Task Send(Signal signal) => process.Send(signal) || signal == Signal.Continue && !process.Lives ? Task.CompletedTask : throw new Unseen(Blind.NotCapable, $"the process {process.Id} of {pid} took no signal {signal}; it may belong to somebody else");
            return new(halt.Says, [new(new WayBack.Signalled(process, Signal.Continue), _ => Send(Signal.Stop), _ => Send(Signal.Continue))], null);
        }

        var proxy = new ProxyApi(await HttpApi.Of(through!.Value, context, cancel), through.Value.Target, given.Text("proxy") ?? dependency, through.Value.Text("trust") is { } trust ? Path.GetFullPath(Path.Combine(context.Folder, trust)) : null);
        if (given["toxic"] is { } written)
        {
            var (toxic, wrong) = written is Value.Fields body ? Toxic.Read(body) : (null, "it is no map");
            return toxic is null ? throw Given.Wrong("toxic", $"cannot be put on a proxy: {wrong}") : new($"{proxy.Says} has the toxic {toxic.Name}", [proxy.Toxic(toxic)], proxy);
        }

        var latency = (long)(given.Seconds("latency", 10) * 1000);
        return fault switch
        {
            "stop" or "refuse" => new($"{proxy.Says} refuses connections", [proxy.Down()], proxy),
            "hang" or "pause" => new($"{proxy.Says} takes connections and passes nothing on", [proxy.Toxic("timeout", true, ("timeout", 0)), proxy.Toxic("timeout", false, ("timeout", 0))], proxy),
            "latency" => new($"{proxy.Says} makes every answer late by {latency} ms", [proxy.Toxic("latency", false, ("latency", latency), ("jitter", 0))], proxy),
            _ => throw Given.Wrong("fault", $"\"{fault}\" is nothing that a proxy can do, which stands behind the name; say take_away and give_back"),
        };
    }
}
