using Muster.Readiness;

namespace Muster.Probes;

/// <summary>As it was, without it, and as it came back.</summary>
sealed class DependencyOutageProbe
{
    const int MostReplicas = 50;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Around = TimeSpan.FromSeconds(40);
    readonly ProbeContext _context;
    readonly Given _given;
    readonly Given? _through;
    readonly string _dependency;
    readonly TimeSpan _within, _backWithin, _hold, _patience;
    readonly bool _critical;

    DependencyOutageProbe(Asked question, ProbeContext context)
    {
        (_context, _given) = (context, new(question));
        _through = _given.Other("through") ?? ((question.Parameters["target"] as Value.Fields)?["through"] is { } common ? new Given(question with { Parameters = Value.Of(("target", common)) }) : null);
        _dependency = _given.Text("dependency") is { Length: > 0 } named ? named : throw Given.Wrong("dependency", "is missing");
        TimeSpan Seconds(string name, double otherwise) => TimeSpan.FromSeconds(Math.Min(_given.Seconds(name, otherwise), 3600));
        (_within, _backWithin, _hold, _patience) = (Seconds("within", 30), Seconds("back_within", 60), Seconds("hold", 2), Seconds("patience", 3));
        if (_patience <= TimeSpan.Zero) throw Given.Wrong("patience", "leaves no time to answer");
        foreach (var (name, time) in ((string, TimeSpan)[])[("within", _within), ("back_within", _backWithin)])
            if (time <= TimeSpan.Zero) throw Given.Wrong(name, "leaves no time in which anything could be seen");
        _critical = _given.Truth("critical", true);
    }

    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => new DependencyOutageProbe(question, context).Look(cancel);

    public static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Prepare(Asked question, ProbeContext context)
    {
        var probe = new DependencyOutageProbe(question, context);
        return (probe._within + probe._hold + probe._backWithin + 2 * probe._patience + Around, probe.Look);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        var paths = new OutagePaths(_given.Text("readiness") ?? "/health/ready", _given.Text("liveness") ?? "/health/live", _given.Text("detailed"), _given.Text("request"));
        var trust = await TrustAnchors.Read(_given.Text("trust"), _context.Folder, cancel);
        (string, string)[] headers = [.. HttpApi.HeadersOf(_given)];
        var addresses = _given.Texts("replicas").Prepend(_given.Target).Distinct().ToList();
        if (addresses.Count > MostReplicas) throw Given.Wrong("replicas", $"names more than {MostReplicas}");
        var replicas = addresses.Select(address => new OutageReplica(new(address, headers, trust, _patience, _given.Text("names"), _given.Text("started")), paths, _dependency, _critical, _context)).ToList();
        var outage = await Outage.Of(_given, _through, _context, cancel);
        await outage.Begin(cancel);
        await Task.WhenAll(replicas.Select(replica => replica.Before(cancel)));
        if (await outage.Used(cancel) is false)
            throw new Unseen(Blind.NotReached, $"nothing of the service went through the proxy of {_dependency} while its pages{(paths.Request is null ? "" : " and the real request")} were asked: it has another way there, or never looks; {(paths.Request is null ? "name a real request that needs it" : "let it reach its dependency through the proxy")}");

        await using var scratch = Scratch.Begin(_context, "health.dependency_outage");
        _context.Tell($"taking {_dependency} away: {outage.Says}");
        await outage.Take(scratch, cancel);
        var began = _context.Clock.GetTimestamp();
        _context.UnderWay();
        var held = await Away(replicas, began, cancel);
        var effect = await outage.Effect(cancel);
        _context.NoLonger();
        _context.Tell($"giving {_dependency} back");
        await outage.GiveBack(scratch, _context, cancel);
        await Back(replicas, _context.Clock.GetTimestamp(), cancel);

        var noticed = replicas.Any(replica => replica.Noticed);
        // What the proxy counts may be another's: only what changed at this service shows that the fault met it.
        if (!noticed)
            throw new Unseen(Blind.NotReached, $"the fault had no effect that was seen: {outage.Says}{Counted(effect)}, and in {held.TotalSeconds:0.#} s nothing changed at {string.Join(", ", addresses)}; {(paths.Request is null ? "name a real request that needs the dependency" : $"{paths.Request} goes on as if nothing were")}");
        return new() { Observation = Seen(replicas, outage, effect.With("noticed", noticed)), Population = replicas.Count, Before = Value.List(replicas.Select(replica => replica.Identity ?? Value.Null)), After = Value.List(replicas.Select(replica => replica.IdentityAfter ?? Value.Null)) };
    }

    /// <summary>What the proxy did to whoever went through it, in words.</summary>
    static string Counted(Value.Fields effect)
    {
        var counts = effect.Where(counted => counted.Value is Value.Number { Is: > 0 }).Select(counted => $"{counted.Key} {counted.Value}").ToList();
        return counts.Count == 0 ? "" : $" ({string.Join(", ", counts)}, of whoever goes through it)";
    }

    /// <summary>Until every replica told, and a while longer; or until the time for it is over.</summary>
    async Task<TimeSpan> Away(List<OutageReplica> replicas, long began, CancellationToken cancel)
    {
        TimeSpan? told = null;
        while (true)
        {
            var since = _context.Clock.GetElapsedTime(began);
            if (told is null ? since >= _within : since - told.Value >= _hold) return since;
            await Task.WhenAll(replicas.Select(replica => replica.During(began, _within, cancel)));
            if (told is null && replicas.All(replica => replica.Told is not null)) told = _context.Clock.GetElapsedTime(began);
            await Task.Delay(Pause, _context.Clock, cancel);
        }
    }

    async Task Back(List<OutageReplica> replicas, long began, CancellationToken cancel)
    {
        do
        {
            await Task.WhenAll(replicas.Select(replica => replica.Back(began, _backWithin, cancel)));
            if (replicas.All(replica => replica.Well is not null)) return;
            await Task.Delay(Pause, _context.Clock, cancel);
        }
        while (_context.Clock.GetElapsedTime(began) < _backWithin);
    }

    Value.Fields Seen(List<OutageReplica> replicas, Outage outage, Value.Fields effect)
    {
        var worst = (replicas.FirstOrDefault(replica => !replica.Complete) ?? replicas[0]).Seen();
        var seen = Value.Of(
            ("complete", replicas.All(replica => replica.Complete)), ("dependency", _dependency), ("fault", outage.Says), ("named", replicas.All(replica => replica.Named)), ("unready", replicas.All(replica => replica.Unready)),
            ("liveness_flipped", replicas.Any(replica => replica.Flipped)), ("recovered", replicas.All(replica => replica.Well is not null)), ("effect", effect), ("replicas", Value.List(replicas.Select(replica => (Value)replica.Seen()))));
        foreach (var page in (string[])["readiness", "liveness", "detailed", "request"]) seen = seen.With(page, worst[page]);
        if (replicas.All(replica => replica.Told is not null)) seen = seen.With("time_to_unready", HttpProbe.Seconds(replicas.Max(replica => replica.Told!.Value)));
        if (replicas.All(replica => replica.Well is not null)) seen = seen.With("time_to_ready", HttpProbe.Seconds(replicas.Max(replica => replica.Well!.Value)));
        // Where one of them is not known, nothing is said of all.
        return replicas.All(replica => replica.Restarted is not null) ? seen.With("restarts", replicas.Count(replica => replica.Restarted is true)) : seen;
    }
}
