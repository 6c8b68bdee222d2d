using System.Collections.Immutable;

namespace Muster.Probes.Load;

/// <summary>Puts together what the lanes hand over, tick by tick: figures over everything that counts, and windows for the course of the run.</summary>
sealed class Merging
{
    const int MostWindows = 600;
    readonly LoadPlan _plan;
    int _ticksPerWindow;
    readonly Dictionary<int, List<Tick>> _pending = [];
    readonly List<LoadWindow> _windows = [];
    readonly TaggedTally[][] _tallies;
    readonly Iterations[] _iterations;
    readonly TimeSpan _tick;
    LoadWindow? _open;
    int _inOpen;
    int _next;
    int _lanesLeft;

    public Merging(LoadPlan plan, TimeSpan tick)
    {
        (_plan, _tick) = (plan, tick);
        _lanesLeft = plan.Threads;
        _ticksPerWindow = Math.Max(1, (int)Math.Ceiling(plan.Planned / tick / MostWindows));
        _tallies = [.. plan.Scenarios.Select(scenario => scenario.Requests.Select(step => new TaggedTally(scenario.Name, step.Name, Tags(scenario, step), new())).ToArray())];
        _iterations = [.. plan.Scenarios.Select(scenario => new Iterations { Scenario = scenario.Name })];
    }

    public Measured Now(TimeSpan took) => new([.. _tallies.SelectMany(tallies => tallies)], [.. _iterations], took) { Sockets = Sockets };

    public SocketTally Sockets { get; } = new();

    public Latencies Lateness { get; } = new();

    public ImmutableArray<LoadWindow> Windows => [.. _open is null ? _windows : _windows.Append(_open)];

    /// <summary>Requests and failures of the last so many windows.</summary>
    public (long Requests, long Failed) Recent(int windows)
    {
        var last = Windows.TakeLast(windows).ToArray();
        return (last.Sum(window => window.Requests), last.Sum(window => window.Failed));
    }

    public bool IsComplete => _lanesLeft == 0 && _pending.Count == 0;

    /// <summary>Of a step test, what was measured of the requests that were due in each step.</summary>
    public List<Measured> Steps { get; } = [];

    /// <summary>Takes a lane's tick; how many ticks are whole because of it.</summary>
    public IEnumerable<LoadWindow> Take(Tick tick, Action<Tick> giveBack)
    {
        if (tick.Last) _lanesLeft--;
        if (!_pending.TryGetValue(tick.Index, out var beside)) _pending[tick.Index] = beside = [];
        beside.Add(tick);
        while (_pending.TryGetValue(_next, out var ticks) && (ticks.Count == _plan.Threads || _lanesLeft == 0))
        {
            _pending.Remove(_next);
            var window = Merge(ticks);
            foreach (var one in ticks) giveBack(one);
            yield return window;
            _next++;
        }
    }

    LoadWindow Merge(List<Tick> ticks)
    {
        var all = new Latencies();
        long failed = 0;
        var (waiting, users) = (0, 0);
        foreach (var tick in ticks)
        {
            all.Add(tick.All);
            failed += tick.Failed;
            waiting += tick.Waiting;
            Lateness.Add(tick.Lateness);
            Sockets.Add(tick.Sockets);
            foreach (var (number, tallies) in tick.Steps) Step(number, tallies);
            for (var i = 0; i < _tallies.Length; i++)
            {
                for (var request = 0; request < _tallies[i].Length; request++)
                {
                    if (tick.Counted[i][request].Requests == 0) continue;
                    _tallies[i][request].Tally.Add(tick.Counted[i][request]);
                }

                var iterations = _iterations[i];
                iterations.Duration.Add(tick.Done[i]);
                iterations.Begun += tick.Begun[i];
                iterations.Done += tick.Ended[i];
                iterations.Dropped += tick.Dropped[i];
                iterations.Queued += tick.Queued[i];
            }
        }

        for (var i = 0; i < _iterations.Length; i++)
        {
            _iterations[i].Users = ticks.Sum(tick => tick.Users[i]);
            _iterations[i].MostUsers = Math.Max(_iterations[i].MostUsers, _iterations[i].Users);
            users += _iterations[i].Users;
        }

        var from = _tick * _next;
        var window = new LoadWindow
        {
            From = from, Length = LengthOf(ticks, from), WarmUp = from < _plan.Warm, Draining = ticks.TrueForAll(static tick => tick.Draining), Requests = all.Count, Failed = failed, Users = users, Waiting = waiting, Rate = Planned((from + _tick / 2).TotalSeconds), Latency = all,
        };
        Append(window);
        return window;
    }

    /// <summary>A run ends where it ends, which is seldom at a tick.</summary>
    TimeSpan LengthOf(List<Tick> ticks, TimeSpan from) => TimeSpan.FromMicroseconds(ticks.Max(tick => tick.Until) / 1e3) - from is var length && length > TimeSpan.Zero && length < _tick ? length : _tick;

    void Step(int number, Tally[] tallies)
    {
        var scenario = Enumerable.Range(0, _plan.Scenarios.Length).First(at => _plan.Scenarios[at].Model is LoadModel.StepTest);
        var steps = (LoadModel.StepTest)_plan.Scenarios[scenario].Model;
        while (Steps.Count <= number)
            Steps.Add(new([.. _tallies[scenario].Select(tally => tally with { Tally = new() })], [], Steps.Count == 0 ? steps.Each - _plan.Scenarios[scenario].WarmUp : steps.Each));
        for (var request = 0; request < tallies.Length; request++) Steps[number].Tallies[request].Tally.Add(tallies[request]);
    }

    void Append(LoadWindow window)
    {
        // What is left over at the end is no window of its own: a request in a millisecond is not a thousand a second.
        if (_open is not null && (_inOpen < _ticksPerWindow || window.Length < _tick / 2))
        {
            _open = Join(_open, window);
            _inOpen++;
            return;
        }

        if (_open is not null) _windows.Add(_open);
        if (_windows.Count >= MostWindows * 2) Halve();
        // The tick's own histogram may still be shown to somebody while this one grows.
        var own = _ticksPerWindow == 1 ? window.Latency : new();
        if (_ticksPerWindow > 1) own.Add(window.Latency);
        (_open, _inOpen) = (window with { Latency = own }, 1);
    }

    /// <summary>A run that goes on beyond its plan, as a long graceful stop does, gets coarser windows and not more.</summary>
    void Halve()
    {
        for (var i = 0; i < _windows.Count / 2; i++) _windows[i] = Join(_windows[2 * i], _windows[2 * i + 1]);
        _windows.RemoveRange(_windows.Count / 2, _windows.Count / 2);
        _ticksPerWindow *= 2;
    }

    static LoadWindow Join(LoadWindow earlier, LoadWindow later)
    {
        earlier.Latency.Add(later.Latency);
        return earlier with
        {
            Length = earlier.Length + later.Length,
            Requests = earlier.Requests + later.Requests,
            Failed = earlier.Failed + later.Failed,
            Users = Math.Max(earlier.Users, later.Users),
            Waiting = Math.Max(earlier.Waiting, later.Waiting),
            Draining = earlier.Draining || later.Draining && later.Length * 2 > earlier.Length,
            Memory = later.Memory ?? earlier.Memory,
        };
    }

    /// <summary>The target's memory at the end of the last tick.</summary>
    public void Remember(double? bytes)
    {
        if (bytes is not null && _open is not null) _open = _open with { Memory = bytes };
    }

    double? Planned(double seconds)
    {
        double? sum = null;
        foreach (var scenario in _plan.Scenarios)
        {
            if (!scenario.Model.IsOpen) continue;
            var within = seconds - scenario.Start.TotalSeconds;
            sum = (sum ?? 0) + (within < 0 || within >= scenario.Model.Lasts.TotalSeconds ? 0 : new ArrivalTimes(scenario.Model, 0, 1).RateAt(within));
        }

        return sum;
    }

    static ImmutableSortedDictionary<string, string> Tags(Scenario scenario, RequestStep step)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in scenario.Tags.Concat(step.Tags)) tags[name] = value;
        (tags["scenario"], tags["name"], tags["method"]) = (scenario.Name, step.Name, step.Method);
        return tags.ToImmutable();
    }
}
