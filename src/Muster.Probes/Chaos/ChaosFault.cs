using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One fault of an experiment: how it is put on and taken off, and the look that must change by it, or the proxy that counts whom it met.</summary>
sealed class ChaosFault(string name, Outage outage, ChaosLook? effect)
{
    static readonly string[] Known = ["name", "fault", "through", "proxy", "toxic", "latency", "take_away", "give_back", "pid_file", "effect"];
    static readonly TimeSpan Again = TimeSpan.FromMilliseconds(150);
    ChaosSeen? _before, _during, _after;
    Value.Fields _counted = Value.Fields.Empty;

    public string Name => name;

    public string Says => outage.Says;

    public TimeSpan? Bit { get; private set; }

    /// <summary>Whether it was undone; null where that was not tried yet.</summary>
    public bool? Undone { get; private set; }

    public static async Task<ChaosFault> Read(Value written, Given? through, Func<string, Value?, ChaosLook> look, ProbeContext context, CancellationToken cancel)
    {
        if (written is not Value.Fields map || map.Text("name") is not { } name) throw Given.Wrong("method", "has a fault without a name: { name: cache away, proxy: redis, fault: hang }");
        if (map.Select(field => field.Key).FirstOrDefault(key => !Known.Contains(key)) is { } odd) throw Given.Wrong("method", $"has in \"{name}\" a key that there is none of: {odd}");
        if (map["toxic"] is not null && map["fault"] is not null) throw Given.Wrong("method", $"says in \"{name}\" both \"fault\" and \"toxic\"; one fault is one of them");
        var byProxy = map["take_away"] is null && map["give_back"] is null && map["pid_file"] is null;
        var effect = map["effect"] is { } of ? look($"the effect of {name}", of) : null;
        if (effect is null && !byProxy) throw Given.Wrong("method", $"says in \"{name}\" no \"effect\", a look that must change by it: without one a fault that does nothing is taken for one that is borne");
        var usual = map["fault"] is null && map["pid_file"] is not null ? map.With("fault", "pause") : map;
        return new(name, await Outage.Of(new(new Asked("", "", usual.With("effect", null).With("dependency", map.Text("proxy") ?? name))), byProxy ? through : null, context, cancel), effect);
    }

    /// <summary>Whether its proxy must be counted on, which then serves this fault alone.</summary>
    public bool IsCounted => effect is null;

    /// <summary>Before anything is done; a proxy that has a fault on it already is refused.</summary>
    public Task Begin(CancellationToken cancel) => outage.Begin(cancel);

    public async Task Take(Scratch scratch, ProbeContext context, CancellationToken cancel)
    {
        // What an earlier fault did to it is no effect of this one, and what changes by itself is none either.
        if (effect is not null)
        {
            _before = await effect.Look(context, cancel);
            await Task.Delay(Again, context.Clock, cancel);
            if (await effect.Look(context, cancel) is var again && again.Holds != _before.Value.Holds)
                throw new Unseen(Blind.NotReached, $"the effect of \"{name}\" changes by itself before anything is done ({Word(_before)}; then {Word(again)}), so that nothing is told by it");
        }

        await outage.Take(scratch, cancel);
    }

    /// <summary>Whether an effect is seen by now.</summary>
    /// <param name="since">How long ago it was put on.</param>
    public async Task<bool> Bites(TimeSpan since, ProbeContext context, CancellationToken cancel)
    {
        if (effect is not null) _during = await effect.Look(context, cancel);
        else _counted = await outage.Effect(cancel);
        var bites = effect is not null ? _during!.Value.Holds != _before!.Value.Holds : _counted.Any(counted => counted.Value is Value.Number { Is: > 0 });
        if (bites) Bit ??= since;
        return bites;
    }

    public async Task<Exception?> GiveBack(Scratch scratch, ProbeContext context, CancellationToken cancel)
    {
        try
        {
            await outage.GiveBack(scratch, context, cancel);
            Undone = true;
            return null;
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            Undone = false;
            return failed; // It is told as a rollback that failed, and stays written down.
        }
    }

    /// <summary>Whether what must change by it is as it was.</summary>
    public async Task<bool> Over(ProbeContext context, CancellationToken cancel)
    {
        if (effect is null) return true;
        _after = await effect.Look(context, cancel);
        return _after.Value.Holds == _before!.Value.Holds;
    }

    public bool Looks => effect is not null;

    public ChaosSeen? During => _during;

    public Value.Fields Seen()
    {
        var seen = Value.Of(("name", name), ("does", outage.Says), ("undone", Undone == true)).With("time_to_effect", Bit is { } bit ? HttpProbe.Seconds(bit) : (Value?)null);
        if (effect is null) return seen.With("counted", _counted);
        return seen.With(("before", Word(_before)), ("during", Word(_during)), ("after", Word(_after)));
    }

    static Value? Word(ChaosSeen? seen) => seen is { } one ? one.Holds ? "holds" : one.Says ?? "does not hold" : (Value?)null;
}
