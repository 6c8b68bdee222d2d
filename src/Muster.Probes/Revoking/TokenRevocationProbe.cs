using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Let in, revoked, refused for good: one token at every place, and another beside it that stays good.</summary>
sealed class TokenRevocationProbe
{
    const int MostPlaces = 64;
    /// <summary>Every so many turns the other token is asked too.</summary>
    const int ControlEvery = 3;
    static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    readonly Given _given;
    readonly ProbeContext _context;
    readonly TimeSpan _wait, _settle;
    readonly List<(string Name, HttpApi Api)> _replicas = [];
    readonly List<TokenDoor> _doors = [];
    HttpApi? _admin;

    TokenRevocationProbe(Given given, ProbeContext context)
    {
        (_given, _context) = (given, context);
        (_wait, _settle) = (TimeSpan.FromSeconds(given.Seconds("wait", 20)), TimeSpan.FromSeconds(given.Seconds("settle", 1)));
        if (_wait > Longest || _settle >= _wait) throw Given.Wrong("wait", "is more than 60s, or not more than \"settle\"");
    }

    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => new TokenRevocationProbe(new(question), context).Look(cancel);

    async Task<Sight> Look(CancellationToken cancel)
    {
        var lever = Lever.Read(_given, "revoke");
        if (_given.Other("admin") is { } admin) _admin = await HttpApi.Of(admin, _context, cancel);
        if (lever is null && (_admin is null || _given.Text("request") is null)) throw Given.Wrong("request", "is missing: say with \"admin\" and \"request\", or with \"revoke\", how the token is revoked");
        var store = StoreOfRevoked.Read(_given, _context);
        if (store is not null) await store.MustBeThere(cancel);
        await Doors(cancel);
        var (token, control) = (await Token("token", cancel), await Token("control_token", cancel));
        if (token == control) throw Given.Wrong("control_token", "is the token that is revoked; it must be another");
        var expires = FarEnough(token) - _context.Clock.GetUtcNow();
        await MustWork(token, control, cancel);
        var (sockets, others) = (new List<TokenSocket>(), new List<TokenSocket>());
        try
        {
            foreach (var door in _doors.Where(door => door.IsSocket))
            {
                // The other one is the older: whatever ends sockets at an age, or when they are idle, ends it no later.
                others.Add(new(door, await door.Open(control, cancel)));
                sockets.Add(new(door, await door.Open(token, cancel)));
            }

            foreach (var socket in sockets.Concat(others)) socket.Watch(_context);
            if (sockets.Count > 0) await Task.Delay(_settle, _context.Clock, cancel);
            if (sockets.Concat(others).FirstOrDefault(socket => socket.Ended is not null) is { } early) throw new Unseen(Blind.NotCapable, $"{early.Name} is ended by the server before anything was revoked, so that its end afterwards would show nothing");
            var before = Who(last: false);
            _context.Tell("revoking");
            var began = _context.Clock.GetTimestamp();
            await Revoke(lever, token, cancel);
            var watches = await Watch(token, control, sockets, began, cancel);
            if (others.Count > 0) await Task.Delay(_settle, _context.Clock, cancel);
            // One that is shut with all others was not shut for its token.
            foreach (var gone in others.Where(socket => socket.Ended is not null)) watches.First(watch => watch.Door.Name == gone.Name).ControlRefused++;
            var seen = Seen(watches, sockets, began).With("expires_in", expires is { } left ? HttpProbe.Seconds(left) : (Value?)null);
            if (store is { IsTaken: true } && Value.True.Equals(seen["rejected"])) seen = await store.Without(seen, _doors, token, control, _wait, _settle, cancel);
            return new() { Observation = seen.With("complete", Complete(seen, store is { IsTaken: true })), Population = _doors.Count, Before = before, After = Who(last: true) };
        }
        finally
        {
            foreach (var socket in sockets.Concat(others)) await socket.DisposeAsync();
        }
    }

    /// <summary>Every endpoint and every socket at every replica.</summary>
    async Task Doors(CancellationToken cancel)
    {
        var (header, paths, sockets) = (_given.Text("header") ?? "Authorization", _given.Texts("paths"), _given.Texts("sockets"));
        if (paths.IsEmpty) paths = sockets.IsEmpty ? ["/"] : [];
        foreach (var address in (string[])[_given.Target, .. _given.Texts("replicas")])
        {
            var at = Value.Of(("address", address)).With("headers", _given["headers"]).With("trust", _given["trust"]);
            var api = await HttpApi.Of(new(new Asked("", "http", Value.Of(("target", at)))), _context, cancel);
            var name = new Uri(HttpRequestLine.UrlOf(address, null).AbsoluteUri).Authority;
            _replicas.Add((name, api));
            foreach (var path in paths)
            {
                var endpoint = Endpoint.Read(path, "paths");
                _doors.Add(new($"{name} {endpoint}", api, endpoint, null, header, _context));
            }

            foreach (var path in sockets) _doors.Add(new($"{name} WebSocket {path}", api, Endpoint.Read(path, "sockets"), address, header, _context));
        }

        if (_doors.Count > MostPlaces) throw Given.Wrong("replicas", $"come to {_doors.Count} places; at most {MostPlaces} are asked");
    }

    async Task<string> Token(string parameter, CancellationToken cancel)
    {
        if (_given.Text(parameter) is { Length: > 0 } given)
        {
            _context.Hide(given);
            return given;
        }

        if (_admin is null || _given.Text("issue") is not { } issue) throw Given.Wrong(parameter, "is missing from the target, and \"issue\" says nothing of how one is made");
        var endpoint = Endpoint.Read(issue, "issue");
        var answer = await _admin.Ask(endpoint.Method, endpoint.Path, _given["issue_json"], cancel);
        if (answer.Status is < 200 or > 299) throw new Unseen(answer.Status is 401 or 403 ? Blind.NotAdmitted : Blind.Unreadable, $"{endpoint} answers {answer.Status}, and makes no token");
        var made = HttpProbe.Json(answer) is { } json && JsonPointer.Find(json, _given.Text("issued") ?? "/token") is Value.Text { Is.Length: >= 8 } text ? text.Is : throw new Unseen(Blind.Unreadable, $"{endpoint} answers without a token at {_given.Text("issued") ?? "/token"}");
        _context.Hide(made);
        return made;
    }

    /// <summary>Were its own end near, its refusal would show that and nothing else.</summary>
    DateTimeOffset? FarEnough(string token)
    {
        if (TokenLife.End(token) is not { } end) return null;
        return end - _context.Clock.GetUtcNow() >= _wait * 10 ? end
            : throw new Unseen(Blind.NotCapable, $"the token ends by itself at {Instant.Write(end)}, too near to be told from a revocation within {_wait.TotalSeconds:0.#} s: it must be good for ten times as long");
    }

    async Task MustWork(string token, string control, CancellationToken cancel)
    {
        foreach (var door in _doors)
            foreach (var (which, tried) in ((string, string)[])[("the token", token), ("the control token", control)])
                if (await door.Try(tried, cancel) is { Was: not Admission.Accepted } answer)
                    throw new Unseen(answer.Was == Admission.Refused ? Blind.NotAdmitted : Blind.Unreadable, $"{door.Name} does not let in {which} before anything was revoked ({(answer.Status == 0 ? "no answer" : answer.Status)}), so that its refusal afterwards would show nothing");
    }

    async Task Revoke(Lever? lever, string token, CancellationToken cancel)
    {
        if (lever is not null)
        {
            await lever.Pull(_context, cancel);
            return;
        }

        var by = _given.Text("by") ?? "token";
        var named = by == "token" ? token : TokenLife.Claims(token).Text(by) ?? throw Given.Wrong("by", $"is {by}, and the token has no such claim");
        var body = (_given["json"] as Value.Fields ?? Value.Fields.Empty).With(_given.Text("field") ?? "token", named);
        var endpoint = Endpoint.Read(_given.Text("request")!, "request");
        var answer = await _admin!.Ask(endpoint.Method, endpoint.Path, body, cancel);
        if (answer.Status is < 200 or > 299) throw new Unseen(answer.Status is 401 or 403 ? Blind.NotAdmitted : Blind.Unreadable, $"{endpoint} answers {answer.Status}, so that nothing was revoked");
    }

    /// <summary>All places at once, ten times a second, until each has refused for as long as it must, or the time is over.</summary>
    async Task<List<TokenWatch>> Watch(string token, string control, List<TokenSocket> sockets, long began, CancellationToken cancel)
    {
        var watches = _doors.Select(door => new TokenWatch(door)).ToList();
        TimeSpan Now() => _context.Clock.GetElapsedTime(began);
        for (var turn = 0; ; turn++)
        {
            var start = Now();
            await Task.WhenAll(watches.Select(async watch =>
            {
                watch.Saw(await watch.Door.Try(token, cancel), Now());
                if (turn % ControlEvery == 0) await Control(watch, control, cancel);
            }));
            var settled = watches.TrueForAll(watch => watch.Settled(_settle)) && sockets.TrueForAll(socket => socket.Ended is not null);
            if (settled || Now() >= _wait) break;
            if (Turn - (Now() - start) is { Ticks: > 0 } pause) await Task.Delay(pause, _context.Clock, cancel);
        }

        await Task.WhenAll(watches.Select(watch => Control(watch, control, cancel)));
        return watches;
    }

    static async Task Control(TokenWatch watch, string control, CancellationToken cancel)
    {
        watch.ControlAsked++;
        if ((await watch.Door.Try(control, cancel)).Was != Admission.Accepted) watch.ControlRefused++;
    }

    Value.Fields Seen(List<TokenWatch> watches, List<TokenSocket> sockets, long began)
    {
        var open = watches.Where(watch => !watch.Settled(_settle)).ToList();
        var refusals = watches.Sum(watch => watch.ControlRefused);
        var seen = Value.Of(("rejected", open.Count == 0), ("still_accepted", Value.Texts(open.Select(watch => watch.Door.Name))), ("control_accepted", refusals == 0), ("control_refusals", refusals),
            ("places", Value.List(watches.Select(watch => watch.Seen))), ("requests", watches.Sum(watch => watch.Requests)));
        if (open.Count == 0) seen = seen.With("time_to_reject", HttpProbe.Seconds(watches.Max(watch => watch.Since!.Value)));
        if (watches.Max(watch => watch.LastAccepted) is { } last) seen = seen.With("last_accepted", HttpProbe.Seconds(last));
        if (sockets.Count == 0) return seen;
        var ended = sockets.TrueForAll(socket => socket.Ended is not null);
        seen = seen.With("sockets_ended", ended);
        return ended ? seen.With("time_to_end", HttpProbe.Seconds(sockets.Max(socket => _context.Clock.GetElapsedTime(began, socket.Ended!.Value)))) : seen;
    }

    static bool Complete(Value.Fields seen, bool store)
    {
        bool Is(string field) => Value.True.Equals(seen[field]);
        return Is("rejected") && Is("control_accepted") && (seen["sockets_ended"] is null || Is("sockets_ended")) && (!store || Is("closed_when_store_is_down") && Is("back_with_the_store"));
    }

    Value.Fields Who(bool last) => new(_replicas.DistinctBy(replica => replica.Name).Select(replica => KeyValuePair.Create(replica.Name, (last ? replica.Api.Last : replica.Api.First) ?? Value.Null)));
}
