using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Fire, arrive, end: one alert driven there and back.</summary>
sealed class AlertFireProbe
{
    static readonly TimeSpan LastWord = TimeSpan.FromSeconds(10);
    readonly Given _given;
    readonly ProbeContext _context;
    readonly PrometheusApi _api;
    readonly string _alert;
    readonly (string Name, string Text)[] _labels;
    readonly TimeSpan _wait;
    HttpApi? _drive;
    Router? _router;
    Arrivals? _sink;

    AlertFireProbe(Given given, ProbeContext context, PrometheusApi api)
    {
        (_given, _context, _api) = (given, context, api);
        _alert = given.Text("alert") ?? throw Given.Wrong("alert", "is missing");
        _labels = [.. given.Pairs("labels")];
        _wait = TimeSpan.FromSeconds(given.Seconds("wait", 60));
    }

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        return await new AlertFireProbe(given, context, await PrometheusApi.Of(given, context, cancel)).Look(cancel);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        var drive = _drive = await HttpApi.Of(_given.Other("drive") ?? throw Given.Wrong("drive", "is missing"), _context, cancel);
        if (_given.Other("router") is { } router) _router = new(await HttpApi.Of(router, _context, cancel));
        if (_given.Other("sink") is { } sink) _sink = await Arrivals.Of(sink, _context, cancel);
        var before = await Identity(cancel);
        var rule = (await _api.Data("/api/v1/rules", cancel)).Items("groups").SelectMany(group => group.Items("rules")).FirstOrDefault(one => one.Text("type") == "alerting" && one.Text("name") == _alert);
        if (rule is null) return Seen(Value.Of(("exists", false), ("was_firing", false), ("fired", false), ("resolved", false)), before, await Identity(cancel));
        var seen = Value.Of(("exists", true), ("query", rule.Text("query") ?? ""));
        if (await State(cancel) is "firing") return Seen(seen.With("was_firing", true), before, await Identity(cancel));
        seen = seen.With("was_firing", false);
        var earlier = _sink is null ? 0 : (await Messages(cancel)).Count;
        try
        {
            await Drive(drive, "on", cancel);
            seen = await Fire(seen, earlier, cancel);
        }
        finally
        {
            using var last = new CancellationTokenSource(LastWord, _context.Clock);
            await Drive(drive, "off", last.Token);
        }

        seen = seen["fired"]!.Equals(Value.True) ? await End(seen, earlier, cancel) : seen.With("resolved", false);
        return Seen(seen, before.With("drive", _drive.First), (await Identity(cancel)).With("drive", _drive.Last));
    }

    /// <summary>The server of the rules, and the router where one is named: each says when it was started.</summary>
    async Task<Value.Fields> Identity(CancellationToken cancel) =>
        ((Value.Fields)await _api.Identity(cancel)).With("router", _router is { } router ? (await router.Status(cancel)).Identity : (Value?)null);

    async Task<Value.Fields> Fire(Value.Fields seen, int earlier, CancellationToken cancel)
    {
        var began = _context.Clock.GetTimestamp();
        var pending = false;
        var fired = await Waiting.Until(async () =>
        {
            var state = await State(cancel);
            pending |= state == "pending";
            return state == "firing";
        }, _wait, _context, cancel);
        seen = seen.With("pending", pending).With("fired", fired is not null);
        if (fired is not { } took) return _sink is null ? seen : seen.With("delivered", false);
        seen = seen.With("time_to_fire", HttpProbe.Seconds(took));
        if (_router is { } router) seen = seen.With("routed", await Waiting.Until(async () => (await router.Alerts("alertname", _alert, cancel)).Any(Bears), _wait, _context, cancel) is not null);
        if (_sink is null) return seen;
        var delivered = await Waiting.Until(async () => (await Messages(cancel)).Skip(earlier).Any(message => !Arrivals.IsResolved(message)), _wait, _context, cancel) is not null;
        seen = seen.With("delivered", delivered);
        return delivered ? seen.With("time_to_page", HttpProbe.Seconds(_context.Clock.GetElapsedTime(began))) : seen;
    }

    async Task<Value.Fields> End(Value.Fields seen, int earlier, CancellationToken cancel)
    {
        var began = _context.Clock.GetTimestamp();
        var ended = await Waiting.Until(async () => await State(cancel) is not "firing", _wait, _context, cancel) is not null;
        if (ended && _sink is not null)
            ended = Value.True.Equals(seen["delivered"]) && await Waiting.Until(async () => (await Messages(cancel)).Skip(earlier).Any(Arrivals.IsResolved), _wait, _context, cancel) is not null;
        seen = seen.With("resolved", ended);
        return ended ? seen.With("time_to_resolve", HttpProbe.Seconds(_context.Clock.GetElapsedTime(began))) : seen;
    }

    /// <summary>firing before pending; null when there is none with these labels.</summary>
    async Task<string?> State(CancellationToken cancel)
    {
        var states = (await _api.Data("/api/v1/alerts", cancel)).Items("alerts").Where(Bears).Select(alert => alert.Text("state")).ToList();
        return states.Contains("firing") ? "firing" : states.FirstOrDefault();
    }

    bool Bears(Value alert) => alert.Text("labels", "alertname") == _alert && _labels.All(label => alert.Text("labels", label.Name) == label.Text);

    /// <summary>Those that name the alert as a word of its own: a page for ServerErrors is none for Errors.</summary>
    async Task<List<string>> Messages(CancellationToken cancel) =>
        [.. (await _sink!.With([_alert, .. _labels.Select(label => label.Text)], cancel)).Where(message => Named(message, _alert))];

    static bool Named(string message, string name)
    {
        for (var at = message.IndexOf(name, StringComparison.Ordinal); at >= 0; at = message.IndexOf(name, at + 1, StringComparison.Ordinal))
            if ((at == 0 || !IsWord(message[at - 1])) && (at + name.Length == message.Length || !IsWord(message[at + name.Length]))) return true;
        return false;
    }

    static bool IsWord(char letter) => char.IsLetterOrDigit(letter) || letter == '_';

    async Task Drive(HttpApi drive, string way, CancellationToken cancel)
    {
        var path = _given.Text(way) ?? throw Given.Wrong(way, "is missing");
        var answer = await drive.Ask(HttpMethod.Post, path, _given[way + "_json"], cancel);
        if (answer.Status is < 200 or > 299) throw new Unseen(Blind.Unreadable, $"{path} answers {answer.Status}, so that it is not known whether anything was driven");
    }

    Sight Seen(Value.Fields seen, Value before, Value after)
    {
        bool Is(string field) => Value.True.Equals(seen[field]);
        var complete = !Is("was_firing") && Is("fired") && Is("resolved") && (_router is null || Is("routed")) && (_sink is null || Is("delivered"));
        return new() { Observation = seen.With("complete", complete), Population = 1, Before = before, After = after };
    }
}
