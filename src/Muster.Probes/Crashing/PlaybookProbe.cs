using System.Collections.Immutable;
using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Step after step: what is, what is done, what is then.</summary>
sealed class PlaybookProbe
{
    const int Looks = 3, MostLooks = 8;
    static readonly TimeSpan LastWord = TimeSpan.FromSeconds(10), Pause = TimeSpan.FromMilliseconds(150);
    readonly Given _given;
    readonly ProbeContext _context;
    readonly List<(string Name, ExposedSample Series)> _watch;
    readonly ImmutableArray<PlaybookStep> _steps;
    readonly string _operator, _path;
    readonly List<Value> _record = [];
    readonly List<string> _done = [];
    readonly Dictionary<PlaybookStep, string> _open = [];
    int _figures;
    HttpApi _api = null!;

    PlaybookProbe(Given given, ProbeContext context)
    {
        (_given, _context) = (given, context);
        _watch = [.. given.Pairs("watch").Select(one => (one.Name, SeriesOf(one.Name, one.Text)))];
        if (_watch.Count == 0) throw Given.Wrong("watch", "names no metric");
        _steps = PlaybookStep.All(given, [.. _watch.Select(one => one.Name)]);
        _operator = given.Text("operator") ?? Environment.UserName;
        _path = given.Text("metrics") ?? "/metrics";
    }

    public static (TimeSpan Patience, Func<CancellationToken, Task<Sight>> Look) Read(Asked asked, ProbeContext context)
    {
        var playbook = new PlaybookProbe(new(asked), context);
        return (TimeSpan.FromMinutes(1) + playbook._steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Within + TimeSpan.FromSeconds(10)), playbook.Look);
    }

    async Task<Sight> Look(CancellationToken cancel)
    {
        _api = await HttpApi.Of(_given, _context, cancel);
        var began = _context.Clock.GetTimestamp();
        await Snapshot([.. _watch.Select(one => one.Name)], cancel);
        var who = _api.First!;
        string? failed = null, because = null;
        var next = 0;
        await using var scratch = Scratch.Begin(_context, "playbook");
        // Written down before anything is done, for whoever starts next if this one is killed. Its requests carry no credentials then: a secret is nothing for a file.
        foreach (var step in _steps.Where(step => step.Always && step.Acts))
            _open[step] = scratch.Undoing(step.Pull is { } pull ? pull.Lever.AsWayBack(_context) : new WayBack.Asked(step.Request!.Method.Method, HttpRequestLine.UrlOf(_given.Target, step.Request.Path), step.Request.Json, _api.TrustNamed is { } trust ? Path.GetFullPath(Path.Combine(_context.Folder, trust)) : null));
        try
        {
            for (; next < _steps.Length; next++)
                if (failed is null || _steps[next].Always)
                {
                    _context.Tell(string.Create(CultureInfo.InvariantCulture, $"step {next + 1} of {_steps.Length}: {_steps[next].Name}"));
                    if (await Do(_steps[next], scratch, cancel) is not { } wrong) _done.Add(_steps[next].Name);
                    else if (failed is null) (failed, because) = (_steps[next].Name, wrong);
                }
                else _record.Add(Value.Of(("name", _steps[next].Name), ("outcome", "not reached")));
        }
        catch
        {
            // The one that was under way too: it may not have come to its request, and putting back twice is no harm.
            await PutBack(next, scratch);
            throw;
        }

        var seen = Value.Of(("complete", failed is null), ("steps", Value.List(_record)), ("names", Value.Texts(_done)), ("recorded", _figures), ("operator", _operator), ("duration", HttpProbe.Seconds(_context.Clock.GetElapsedTime(began))))
            .With(("failed_step", failed), ("because", because), ("incident", _given.Text("incident")));
        return new() { Observation = seen, Population = _done.Count, Before = who, After = _api.Last };
    }

    /// <summary>What puts things back is done even where a look ends in the middle.</summary>
    async Task PutBack(int from, Scratch scratch)
    {
        using var limit = new CancellationTokenSource(LastWord, _context.Clock);
        foreach (var step in _steps.Skip(from).Where(step => step.Always && step.Acts))
            try { await Act(step, scratch, limit.Token); }
            catch (Exception left) when (left is not OutOfMemoryException) { continue; } // The look's own end is told; each of the others is tried.
    }

    /// <summary>Null where it did what it is for.</summary>
    async Task<string?> Do(PlaybookStep step, Scratch scratch, CancellationToken cancel)
    {
        var (at, ticks) = (_context.Clock.GetUtcNow(), _context.Clock.GetTimestamp());
        string[] names = [.. (step.Record.IsEmpty ? _watch.Select(one => one.Name) : step.Record).Concat(step.Lowers).Concat(step.Raises).Concat(step.Becomes.Select(one => one.Name)).Distinct()];
        // What comes and goes is lower at one moment and not at the next: it must be so for several looks, against the best of several before.
        var looks = step.Lowers.IsEmpty && step.Raises.IsEmpty ? 1 : Looks;
        var before = await Snapshot(names, cancel);
        var (last, fell, rose) = (before, new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        // What moves that way by itself does so after the step too, whatever that does: it is looked at until it moves the other way once.
        bool Moves(string name, bool down) => (down ? fell : rose).Contains(name) && !(down ? rose : fell).Contains(name);
        bool ByItself() => step.Lowers.Any(name => Moves(name, down: true)) || step.Raises.Any(name => Moves(name, down: false));
        for (var look = 1; look < looks || (ByItself() && look < MostLooks); look++)
        {
            await Task.Delay(Pause, _context.Clock, cancel);
            var again = await Snapshot(names, cancel);
            fell.UnionWith(names.Where(name => again[name] < last[name]));
            rose.UnionWith(names.Where(name => again[name] > last[name]));
            last = again;
            foreach (var name in step.Lowers) before[name] = Math.Min(before[name], again[name]);
            foreach (var name in step.Raises) before[name] = Math.Max(before[name], again[name]);
        }

        if (looks > 1 && ByItself()) throw new Unseen(Blind.NotCapable, $"the step \"{step.Name}\" can show nothing: {string.Join(", ", step.Lowers.Where(name => Moves(name, down: true)).Select(name => name + " falls").Concat(step.Raises.Where(name => Moves(name, down: false)).Select(name => name + " rises")))} by itself before it");
        if (Vacuous(step, before) is { } nothing) throw new Unseen(Blind.NotCapable, $"the step \"{step.Name}\" can show nothing: {nothing}");
        var (status, wrong) = step.Acts ? await Act(step, scratch, cancel) : (null, null);
        var after = before;
        if (step.Acts)
        {
            string? missed = null;
            var held = 0;
            await Waiting.Until(async () =>
            {
                // Whoever was just started again does not answer at once, and neither does what he is asked.
                try
                {
                    after = await Snapshot(names, cancel);
                    missed = Missed(step, before, after);
                    if (missed is null && wrong is not null && step.Request is { Method.Method: "GET" or "HEAD" }) (status, wrong) = await Act(step, scratch, cancel);
                    held = missed is null ? held + 1 : 0;
                    return held >= looks && (wrong is null || step.Request is not { Method.Method: "GET" or "HEAD" });
                }
                catch (Exception down) when (!cancel.IsCancellationRequested && down is IOException or System.Net.Http.HttpRequestException or System.Net.Sockets.SocketException or Unseen { Blind: Blind.Unreachable })
                {
                    (missed, held) = (Faults.Sight(down).Detail, 0);
                    return false;
                }
            }, step.Within, _context, cancel);
            wrong ??= missed ?? (held < looks ? "it was so for a moment only" : null);
        }

        _figures += names.Length * (step.Acts ? 2 : 1);
        var seen = Value.Of(("name", step.Name), ("by", _operator), ("began", at), ("took", HttpProbe.Seconds(_context.Clock.GetElapsedTime(ticks))), ("action", Bounded.Start(step.Action, 200)), ("before", Written(before)),
            ("outcome", wrong is not null ? "failed" : step.Acts ? "done" : "recorded"));
        if (step.Acts) seen = seen.With("after", Written(after));
        _record.Add(seen.With(("status", status is { } code ? code : null), ("because", wrong)));
        return wrong;
    }

    async Task<(int? Status, string? Wrong)> Act(PlaybookStep step, Scratch scratch, CancellationToken cancel)
    {
        var (status, wrong) = await Act(step, cancel);
        if (wrong is null && _open.Remove(step, out var undo)) scratch.Undone(undo);
        return (status, wrong);
    }

    async Task<(int? Status, string? Wrong)> Act(PlaybookStep step, CancellationToken cancel)
    {
        if (step.Pull is { } pull)
        {
            await pull.Lever.Pull(_context, cancel);
            return (null, null);
        }

        var request = step.Request!;
        var answer = await request.Send(_api, cancel);
        var holds = step.Status is { } wanted ? answer.Status == wanted && (request.Is is null || request.Holds(answer)) : request.Holds(answer);
        return (answer.Status, holds ? null : $"{request.Method} {request.Path} answers {answer.Status}{(request.Is is { } known && answer.Status is >= 200 and <= 299 ? $", and what it gives is not {Bounded.Start(known.ToString(), 60)}" : "")}");
    }

    static string? Vacuous(PlaybookStep step, Dictionary<string, double> before) =>
        step.Lowers.FirstOrDefault(name => before[name] <= 0) is { } low ? $"{low} is {Text(before[low])} before it, and cannot be lowered"
        : step.Becomes.Where(one => before[one.Name] == one.To).Select(one => $"{one.Name} is {Text(one.To)} before it already").FirstOrDefault();

    static string? Missed(PlaybookStep step, Dictionary<string, double> before, Dictionary<string, double> after) =>
        step.Lowers.FirstOrDefault(name => after[name] >= before[name]) is { } high ? $"{high} went from {Text(before[high])} to {Text(after[high])}, and was to fall"
        : step.Raises.FirstOrDefault(name => after[name] <= before[name]) is { } low ? $"{low} went from {Text(before[low])} to {Text(after[low])}, and was to rise"
        : step.Becomes.Where(one => after[one.Name] != one.To).Select(one => $"{one.Name} is {Text(after[one.Name])} and not {Text(one.To)}").FirstOrDefault();

    async Task<Dictionary<string, double>> Snapshot(IReadOnlyCollection<string> names, CancellationToken cancel)
    {
        var answer = await _api.Send(HttpMethod.Get, _path, null, null, [], cancel);
        if (answer.Status != 200) throw new Unseen(answer.Status is 401 or 403 ? Blind.NotAdmitted : Blind.Unreadable, $"{_path} answers {answer.Status}, so that nothing can be taken down");
        var page = Exposition.Read(HttpProbe.Text(answer.Body.Bytes) ?? "", answer.ContentType?.Contains("openmetrics", StringComparison.OrdinalIgnoreCase) == true);
        return _watch.Where(one => names.Contains(one.Name)).ToDictionary(one => one.Name, one => page.Find(one.Series).Take(2).ToArray() switch
        {
            [{ Value: var value }] when double.IsFinite(value) => value,
            [] => throw new Unseen(Blind.Unreadable, $"{one.Name} cannot be taken down: {_path} has no {one.Series.Key}"),
            _ => throw new Unseen(Blind.Unreadable, $"{one.Name} cannot be taken down: {_path} has several of {one.Series.Key}, or no number; name its labels"),
        }, StringComparer.Ordinal);
    }

    static ExposedSample SeriesOf(string name, string text) => ExpositionLine.Read(text.Trim() + " 0", openMetrics: false) is { Sample: { Time: null } series } ? series
        : throw Given.Wrong("watch", $"has for {name} what is no metric with its labels: {Bounded.Start(text, 100)}");

    static Value.Fields Written(Dictionary<string, double> figures) => new(figures.Select(one => KeyValuePair.Create<string, Value>(one.Key, one.Value)));

    static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
