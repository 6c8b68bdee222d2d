using System.Globalization;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One limit after the other, each from both sides.</summary>
sealed class LimitsEnforcedProbe
{
    const int MostBody = 256 * 1024 * 1024, MostAtOnce = 1000, MostWrites = 100_000, MostFill = 4 * 1024 * 1024;
    static readonly int[] Refusals = [400, 413, 414, 422, 429, 431, 503, 507], RefusalsOfMemory = [413, 429, 503, 507];
    // As long as what limits a rate mostly counts.
    static readonly TimeSpan Window = TimeSpan.FromSeconds(1.1), Settling = TimeSpan.FromMilliseconds(300), LastWord = TimeSpan.FromSeconds(3), LongestServe = TimeSpan.FromSeconds(10);
    readonly Given _given;
    readonly ProbeContext _context;
    readonly HttpApi _api;
    readonly RequestTemplate? _alive;
    readonly LiveProcess? _process;
    readonly List<Value> _limits = [];
    readonly List<string> _notRefused = [], _notAccepted = [];
    bool _refused;

    LimitsEnforcedProbe(Given given, ProbeContext context, HttpApi api)
    {
        (_given, _context, _api) = (given, context, api);
        _alive = RequestTemplate.Of(given, "alive");
        _process = given.Text("pid_file") is { } file ? LiveProcess.OfFile(Path.GetFullPath(Path.Combine(context.Folder, file))) : null;
        if (_alive is null && _process is null) throw Given.Wrong("alive", "is missing, and pid_file too: nothing would tell whether the process lived on or was started anew");
    }

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        return await new LimitsEnforcedProbe(given, context, await HttpApi.Of(given, context, cancel)).Look(cancel);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        var tries = Tries().ToList();
        if (tries.Count == 0) throw Given.Wrong("body", "is missing, and concurrency, memory and requests too: there is no limit to try");
        var who = await Who(cancel) ?? throw new Unseen(Blind.Unreadable, "\"alive\" does not tell which process that is");
        var before = _api.First ?? who;
        var clean = RequestTemplate.Of(_given, "clean");
        string? died = null;
        Value.Fields seen;
        try
        {
            await Prepare(cancel);
            foreach (var (name, run) in tries)
            {
                _context.Tell($"past the limit of {name}");
                await run(cancel);
                if (await Lives(who, cancel)) continue;
                died = name;
                break;
            }

            var began = _context.Clock.GetTimestamp();
            var serves = await Serves(died is null ? LongestServe : TimeSpan.Zero, cancel);
            var took = _context.Clock.GetElapsedTime(began);
            seen = Value.Of(("enforced", died is null && serves && _notRefused.Count + _notAccepted.Count == 0), ("limits", Value.List(_limits)), ("not_refused", Value.Texts(_notRefused)), ("not_accepted", Value.Texts(_notAccepted)),
                ("survived", died is null), ("serves_after", serves), ("serve_time", HttpProbe.Seconds(took)));
        }
        catch (Exception ended)
        {
            if (clean is not null && !_refused && !await Clean(clean) && ended is Unseen unseen) throw new Unseen(unseen.Blind, $"{unseen.Message}; {clean.Path} was not cleaned and stays behind", unseen);
            throw;
        }

        if (died is not null) seen = seen.With("died_at", died);
        if (clean is not null)
        {
            var cleaned = await Clean(clean);
            seen = seen.With("cleaned", cleaned);
            if (!cleaned) seen = seen.With("left", $"what was written for {clean.Path} to take away");
        }

        return new() { Observation = seen, Population = _limits.Count, Before = before, After = before };
    }

    async Task Prepare(CancellationToken cancel)
    {
        if (RequestTemplate.Of(_given, "prepare") is not { } prepare || await prepare.Send(_api, cancel) is not { Status: > 299 } refused) return;
        // What is there under that name then was made by another, and stays.
        _refused = true;
        throw new Unseen(Blind.Unreadable, $"{prepare.Path} answers {refused.Status}: there is no place to try");
    }

    async Task<bool> Clean(RequestTemplate clean)
    {
        using var limit = new CancellationTokenSource(LastWord, _context.Clock);
        try { return (await clean.Send(_api, limit.Token)).Status is >= 200 and <= 299; }
        catch (Exception left) when (left is not OutOfMemoryException) { return false; } // It may be dead, which is what is seen then.
    }

    IEnumerable<(string Name, Func<CancellationToken, Task> Run)> Tries()
    {
        if (Map("body") is { } body) yield return ("body", cancel => Body(body, cancel));
        if (Map("concurrency") is { } concurrency) yield return ("concurrency", cancel => Concurrency(concurrency, cancel));
        if (Map("requests") is { } requests)
            foreach (var (name, pair) in requests)
                yield return (name, cancel => Pair(name, pair as Value.Fields ?? throw Given.Wrong("requests", $"has under {name} no under and over"), cancel));
        // The last, since it leaves the service full.
        if (Map("memory") is { } memory) yield return ("memory", cancel => Memory(memory, cancel));
    }

    Value.Fields? Map(string name) => _given[name] switch { null => null, Value.Fields map => map, _ => throw Given.Wrong(name, "is no map") };

    async Task<Value?> Who(CancellationToken cancel) => _alive is null ? _process!.Id : _alive.Found(await _alive.Send(_api, cancel));

    async Task<bool> Lives(Value who, CancellationToken cancel)
    {
        if (_process is { Lives: false }) return false;
        if (_alive is null) return true;
        // One that is busy to its limit may refuse for a moment.
        return await Waiting.Until(async () => await Asked(Who, cancel) is { } now && now.Equals(who), LastWord, _context, cancel) is not null;
    }

    async Task<bool> Serves(TimeSpan within, CancellationToken cancel)
    {
        var request = RequestTemplate.Of(_given, "serves") ?? new(HttpMethod.Get, "/ready", null, null, null);
        return await Waiting.Until(async () => await Asked(async stop => request.Holds(await request.Send(_api, stop)) ? Value.True : null, cancel) is not null, within, _context, cancel) is not null;
    }

    /// <summary>Null where nobody answers.</summary>
    static async Task<Value?> Asked(Func<CancellationToken, Task<Value?>> ask, CancellationToken cancel)
    {
        try { return await ask(cancel); }
        catch (Exception down) when (!cancel.IsCancellationRequested && down is not Unseen { Blind: Blind.BadQuestion or Blind.Refused }) { return null; } // Whoever is down answers nothing.
    }

    void Add(string name, Value below, bool accepted, Value above, bool refused, IEnumerable<int> statuses)
    {
        if (!refused) _notRefused.Add(name);
        if (!accepted) _notAccepted.Add(name);
        _limits.Add(Value.Of(("name", name), ("below", below), ("accepted_below", accepted), ("above", above), ("refused_above", refused),
            ("statuses", new Value.Fields(statuses.GroupBy(status => status).Select(group => KeyValuePair.Create<string, Value>(group.Key.ToString(CultureInfo.InvariantCulture), group.Count()))))));
    }

    async Task Body(Value.Fields map, CancellationToken cancel)
    {
        var (form, _) = HeldRequest.Of(map, "body");
        var over = Size(map, "over", "body", MostBody) ?? throw Given.Wrong("body", "has no \"over\", the size that must be refused");
        var under = form.Body.Length;
        if (over <= under) throw Given.Wrong("body", $"has an \"over\" that its own {under} bytes come to");
        async Task<int> Send(long size) => (await HeldRequest.Send(_given, _context, form, size, 1, hold: false, Settling, cancel))[0];
        await BothSides("body", under, () => Send(under), over, () => Send(over), cancel);
    }

    /// <summary>
    /// Below, above, below again, and once more a while later. What merely counts requests refuses some of those that keep the limit as well, or takes some that do not once its time has passed.
    /// </summary>
    async Task BothSides(string name, Value below, Func<Task<int>> keep, Value above, Func<Task<int>> exceed, CancellationToken cancel)
    {
        List<int> kept = [await keep()], exceeded = [];
        for (var i = 0; i < 2 && (kept.Concat(exceeded).All(status => status != 0) || i == 0); i++)
        {
            if (i > 0) await Task.Delay(Window, _context.Clock, cancel);
            exceeded.Add(await exceed());
            // One that ended is looked at for whether it lives, before another supervised one takes its place.
            if (exceeded[^1] != 0) kept.Add(await keep());
        }

        Add(name, below, kept.All(Good), above, exceeded.All(Refusals.Contains), exceeded);
    }

    async Task Concurrency(Value.Fields map, CancellationToken cancel)
    {
        var (form, hold) = HeldRequest.Of(map, "concurrency");
        var (under, over) = (Count(map, "under", "concurrency", 1, MostAtOnce), Count(map, "over", "concurrency", 0, MostAtOnce));
        if (over <= under || under == 0) throw Given.Wrong("concurrency", "needs \"under\" and a greater \"over\"");
        var below = await HeldRequest.Send(_given, _context, form, form.Body.Length, under, hold, Settling, cancel);
        var above = await HeldRequest.Send(_given, _context, form, form.Body.Length, over, hold, Settling, cancel);
        var alone = new List<int>();
        // As many one after the other: whoever refuses some of those limits how often it is asked, and not how many there are at once.
        for (var i = 0; hold && i < over && above.Any(Refusals.Contains) && alone.All(Good); i++)
            alone.AddRange(await HeldRequest.Send(_given, _context, form, form.Body.Length, 1, hold: false, Settling, cancel));
        // Not all may be refused: those that keep the limit are to be served beside the others.
        Add("concurrency", under, below.All(Good) && above.Any(Good) && alone.All(Good), over, above.Any(Refusals.Contains), above);
    }

    async Task Pair(string name, Value.Fields pair, CancellationToken cancel)
    {
        var (under, over) = (RequestTemplate.Of(pair["under"] ?? Value.Null, "requests"), RequestTemplate.Of(pair["over"] ?? Value.Null, "requests"));
        await BothSides(name, under.Path, () => Status(under, cancel), over.Path, () => Status(over, cancel), cancel);
    }

    async Task Memory(Value.Fields map, CancellationToken cancel)
    {
        var request = RequestTemplate.Of(new Value.Fields(map.Where(field => field.Key is not ("fill" or "most"))), "memory");
        var (fill, most) = ((int)(Size(map, "fill", "memory", MostFill) ?? 1024), Count(map, "most", "memory", 1000, MostWrites));
        var statuses = new List<int>();
        Task<int> Write(string id, int size) => Status(request.For(id, RandomNumberGenerator.GetHexString(size, lowercase: true)), cancel);
        for (var i = 0; i < most && (i == 0 || Good(statuses[^1])); i++) statuses.Add(await Write($"limit-{i}", fill));
        var (accepted, refused) = (Good(statuses[0]), statuses.Count > 1 && RefusalsOfMemory.Contains(statuses[^1]));
        if (refused)
        {
            // Memory that is full is full a second later too, and has room for what is small, or again when it is cleaned; what limits a rate knows no sizes.
            await Task.Delay(Window, _context.Clock, cancel);
            statuses.Add(await Write($"limit-{statuses.Count - 1}", fill));
            refused = RefusalsOfMemory.Contains(statuses[^1]);
            accepted = accepted && (Good(await Write("limit-small", 1)) || await HasRoomAgain(() => Write("limit-again", fill), cancel));
        }

        Add("memory", 1, accepted, statuses.Count, refused, statuses[1..]);
    }

    async Task<bool> HasRoomAgain(Func<Task<int>> write, CancellationToken cancel) =>
        RequestTemplate.Of(_given, "clean") is { } clean && RequestTemplate.Of(_given, "prepare") is { } prepare && await Clean(clean) && Good(await Status(prepare, cancel)) && Good(await write());

    /// <summary>0 where there is no answer.</summary>
    async Task<int> Status(RequestTemplate request, CancellationToken cancel) => await Asked(async stop => (await request.Send(_api, stop)).Status, cancel) is Value.Number { Is: var status } ? (int)status : 0;

    static bool Good(int status) => status is >= 200 and <= 299;

    static long? Size(Value.Fields map, string name, string of, long most) => map[name] switch
    {
        null => null,
        Value.Number { Is: > 0 and var number } when number <= most => (long)number,
        Value.Text text when Quantity.TryRead(text.Is, Shape.Size, out var number, out _) && number > 0 && number <= most => (long)number,
        _ => throw Given.Wrong(of, $"has under \"{name}\" no size up to {most} bytes"),
    };

    static int Count(Value.Fields map, string name, string of, int otherwise, int most) => map[name] switch
    {
        null => otherwise,
        Value.Number { Is: > 0 and var number } when number <= most && number == Math.Floor(number) => (int)number,
        Value.Text text when int.TryParse(text.Is, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 && number <= most => number,
        _ => throw Given.Wrong(of, $"has under \"{name}\" no number up to {most}"),
    };
}
