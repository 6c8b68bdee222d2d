using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Back and forward, with writes under both releases.</summary>
sealed class RollbackDrillProbe
{
    const int MostWrites = 1000;
    static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(2), LastWord = TimeSpan.FromSeconds(5), LongestWait = TimeSpan.FromHours(1);
    readonly Given _given;
    readonly ProbeContext _context;
    readonly Lever _back, _forward;
    readonly RequestTemplate _version;
    readonly List<KnownAnswer> _smoke;
    readonly TimeSpan _wait;
    readonly int _writes;
    readonly WriteRecord _record;
    HttpApi _api = null!;
    Keeper _keeper = null!;
    int _lost, _altered, _phantom, _duplicated;
    string? _said;

    RollbackDrillProbe(Given given, ProbeContext context)
    {
        (_given, _context, _record) = (given, context, new(context.Clock));
        _back = Command("back");
        _forward = Command("forward");
        _version = RequestTemplate.Of(given, "version") ?? new(HttpMethod.Get, "/version", null, "/version", null);
        _smoke = given["smoke"] switch
        {
            null => [],
            Value.Items items => [.. items.Are.Select(one => new KnownAnswer(one, (one as Value.Fields)?["is"] ?? throw Given.Wrong("smoke", "has a query without \"is\", its known answer")))],
            _ => throw Given.Wrong("smoke", "is no list"),
        };
        _wait = TimeSpan.FromSeconds(given.Seconds("wait", 120));
        if (_wait > LongestWait) throw Given.Wrong("wait", $"is longer than {LongestWait.TotalHours} h");
        _writes = given.Count("writes", 20, MostWrites);
        if (_writes == 0) throw Given.Wrong("writes", "is 0: nothing would have to be readable");
    }

    Lever Command(string name) => Lever.Read(_given, name) as Lever.Ran ?? throw Given.Wrong(name, "is no command that deploys a release");

    public static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Read(Asked asked, ProbeContext context)
    {
        var drill = new RollbackDrillProbe(new(asked), context);
        return (drill._wait * 2 + TimeSpan.FromMinutes(2), drill.Look);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        _api = await HttpApi.Of(_given, _context, cancel);
        await using var keeper = _keeper = await HttpKeeper.Of(_given, _context, cancel);
        var before = await keeper.Identity(cancel);
        if (!_context.MayRunCommands) throw new Unseen(Blind.NoConsent, "commands are not allowed in this run; allow them where muster is called");
        var from = await Version(cancel) ?? throw new Unseen(Blind.Unreadable, $"{_version.Path} does not tell which release runs");
        if (_given.Text("from") is { } first && first != from) throw new Unseen(Blind.OtherSubject, $"the release that runs is {from} and not {first}");
        if (await Wrong(cancel) is { } wrong) throw new Unseen(Blind.Unreadable, $"before anything was done, a query of the smoke set does not give its known answer: {wrong}");
        Value.Fields seen;
        // What others wrote is not this exercise's to take away.
        var ours = true;
        try
        {
            await keeper.Begin(cancel);
            if ((await keeper.Read(cancel)).Count > 0)
            {
                ours = false;
                throw new Unseen(Blind.BadQuestion, "the place is not empty before anything is written; give it one of its own");
            }

            seen = await Drill(from, cancel);
        }
        catch (Exception ended)
        {
            if (ours && !await Ended() && ended is Unseen unseen) throw new Unseen(unseen.Blind, $"{unseen.Message}; {keeper.Place} could not be taken away and stays behind", unseen);
            throw;
        }

        var cleaned = keeper.Cleans && await Ended();
        if (!cleaned) seen = seen.With("left", keeper.Place);
        if (_said is { } said) seen = seen.With("said", said);
        var forward = Value.True.Equals(seen["rolled_forward"]);
        return new() { Observation = seen.With("cleaned", cleaned), Population = forward || Value.True.Equals(seen["rolled_back"]) ? 3 : 2, Before = before, After = forward ? await keeper.Identity(cancel) : before };
    }

    async Task<Value.Fields> Drill(string from, CancellationToken cancel)
    {
        await Write(cancel);
        await Compare("before anything was done", cancel);
        if (_lost + _altered + _phantom + _duplicated > 0) throw new Unseen(Blind.Unreadable, "what was just written cannot be read back, before anything was done");
        await using var scratch = Scratch.Begin(_context, "rollback.drill");
        var undo = scratch.Undoing(_forward.AsWayBack(_context));
        _context.Tell($"going back from {from}");
        var (to, rollback) = await Deploy(_back, version => version != from && (_given.Text("to") is not { } wanted || version == wanted), cancel);
        // It runs on as it was: nothing was deployed, whatever the command said.
        if (rollback is null && to == from && await Tried(_keeper.IsReady, cancel) is (true, true)) throw new Unseen(Blind.NotCapable, $"{_back.Says} had no effect: the release that runs is still {from}");
        var seen = Value.Of(("from", from), ("rolled_back", rollback is not null)).With("to", to is not null && to != from ? to : (Value?)null);
        if (rollback is { } took)
        {
            seen = seen.With("rollback_time", HttpProbe.Seconds(took));
            var readable = await Compare($"under {to}", cancel);
            seen = seen.With("readable", readable);
            if (readable) await Write(cancel);
        }

        _context.Tell($"going forward to {from}");
        var (_, forward) = await Deploy(_forward, version => version == from, cancel);
        if (forward is not null) scratch.Undone(undo);
        seen = seen.With("rolled_forward", forward is not null);
        if (forward is { } back)
        {
            seen = seen.With("forward_time", HttpProbe.Seconds(back));
            await Compare($"under {from} again", cancel);
        }

        var complete = rollback is not null && forward is not null && Value.True.Equals(seen["readable"]) && _lost + _altered + _phantom + _duplicated == 0;
        return new(seen.Concat(Value.Of(("complete", complete), ("written", _record.Acknowledged), ("lost", _lost), ("altered", _altered), ("phantom", _phantom), ("duplicated", _duplicated))));
    }

    /// <summary>Runs the command and waits for the release that it should bring; the release at the end, and how long it took if it came.</summary>
    async Task<(string? Runs, TimeSpan? Took)> Deploy(Lever lever, Func<string, bool> wanted, CancellationToken cancel)
    {
        var began = _context.Clock.GetTimestamp();
        string? failed = null;
        try { await lever.Pull(_context, cancel); }
        // A deployment that fails is what a drill is for; what runs then is looked at.
        catch (Unseen refused) when (refused.Blind == Blind.NotCapable) { failed = refused.Message; }
        string? runs = null, wrong = null;
        var took = await Waiting.Until(async () =>
        {
            runs = await Tried(Version, cancel) is (true, { } now) ? now : null;
            if (runs is null || !wanted(runs) || await Tried(_keeper.IsReady, cancel) is not (true, true)) return false;
            wrong = await Tried(Wrong, cancel) is (true, var said) ? said : "a query of the smoke set has no answer";
            return wrong is null;
        }, _wait, _context, cancel);
        if (took is null) _said ??= failed ?? wrong ?? (runs is null ? "no release answered in time" : $"{runs} ran at the end, and was not ready or was not the one that was wanted");
        return (runs, took is null ? null : _context.Clock.GetElapsedTime(began));
    }

    async Task Write(CancellationToken cancel)
    {
        await using var writer = await _keeper.Open(cancel);
        for (var i = 0; i < _writes; i++)
        {
            var entry = _record.Begin();
            var taken = await writer.Write(entry.Id, entry.Digest, cancel);
            _record.Settle(entry, taken);
            if (!taken) throw new Unseen(Blind.NotAdmitted, "a write was refused, so that there is nothing to read under the other release");
        }
    }

    /// <summary>False where nothing could be read at all.</summary>
    async Task<bool> Compare(string when, CancellationToken cancel)
    {
        if (await Tried(_keeper.Read, cancel) is not (true, { } present))
        {
            _said ??= $"nothing could be read {when}";
            return false;
        }

        var found = _record.Compare(present, _context.Clock.GetTimestamp());
        (_lost, _altered, _phantom, _duplicated) = (_lost + found.Lost.Count, _altered + found.Altered.Count, _phantom + found.Phantom.Count, _duplicated + found.Duplicated.Count);
        if (found.Lost.Count + found.Altered.Count + found.Phantom.Count + found.Duplicated.Count > 0) _said ??= $"{found.Lost.Count} lost, {found.Altered.Count} altered, {found.Phantom.Count} phantom and {found.Duplicated.Count} duplicated {when}";
        return true;
    }

    async Task<string?> Version(CancellationToken cancel) => _version.Found(await _version.Send(_api, cancel)) switch { null or Value.Nothing => null, Value.Text text => text.Is, var other => other.ToString() };

    async Task<string?> Wrong(CancellationToken cancel)
    {
        foreach (var (query, known) in _smoke.Select(one => (one.Query, one.Is)))
            if (await _keeper.Answer(query, "smoke", cancel) is not { } answer || !RequestTemplate.Same(answer, known)) return $"{Bounded.Start(query.ToString(), 200)} does not give its known answer";
        return null;
    }

    static async Task<(bool Answered, T? Answer)> Tried<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(LongestTry);
        try { return (true, await ask(limit.Token)); }
        catch (Exception down) when (!cancel.IsCancellationRequested && down is not Unseen { Blind: Blind.BadQuestion or Blind.Refused }) { return (false, default); }
    }

    async Task<bool> Ended()
    {
        using var limit = new CancellationTokenSource(LastWord, _context.Clock);
        return await Tried(async stop => { await _keeper.End(stop); return true; }, limit.Token) is (true, true);
    }
}
