using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>One run under way: its lanes on threads of their own, and the reader that merges what they hand over and may end the run.</summary>
sealed class Running
{
    readonly LoadPlan _plan;
    readonly ProbeContext _context;
    readonly LoadSurroundings _around;
    readonly TargetMemory _memory;
    readonly Merging _merging;
    readonly Lane[] _lanes;
    readonly LoadClock _clock;
    readonly TimeSpan _tick;
    readonly Channel<Tick> _ticks = Channel.CreateUnbounded<Tick>(new() { SingleReader = true }); // Bounded by time: a tick a lane.
    readonly DateTimeOffset _started;
    readonly TimeSpan _cpu;
    readonly TimeSpan _pauses;
    readonly ConcurrentDictionary<(Origin Origin, Digest Leaf), bool> _leaves = new();
    Task<double?>? _asking;
    int _lanesOver;
    TimeSpan _took;
    DateTimeOffset _finished;
    ImmutableArray<StepSeen> _steps = [];

    public Running(LoadPlan plan, Dictionary<string, Origin> origins, ProbeContext context, TrustAnchors trust, LoadSurroundings around, TargetMemory memory)
    {
        (_plan, _context, _around, _memory) = (plan, context, around, memory);
        _tick = TickLength(plan);
        _merging = new(plan, _tick);
        _cpu = Environment.CpuUsage.TotalTime;
        _pauses = GC.GetTotalPauseDuration();
        _started = context.Clock.GetUtcNow();
        _clock = new(context.Clock);
        var shared = SharedCount.Of(plan);
        var writer = new RequestWriter(plan, origins, $"muster/{around.Version}");
        _lanes =
        [
            .. Enumerable.Range(0, plan.Threads).Select(index =>
            {
                var line = LoadLine.Open(_clock, plan.Wiring, context.WaysOut, trust, (origin, leaf) => _leaves.TryAdd((origin, leaf), true));
                return new Lane(index, plan, line.Loop, line.Wire, writer, shared, (long)_tick.TotalNanoseconds, tick => _ticks.Writer.TryWrite(tick), LaneOver);
            }),
        ];
    }

    /// <summary>Why the run ended before its plan did, in words; null if it did not.</summary>
    public string? Ending { get; private set; }

    public bool Interrupted { get; private set; }

    /// <summary>It ended early because it had found what it looked for.</summary>
    public bool FoundKnee { get; private set; }

    /// <summary>How long the lane that was held up longest did not run.</summary>
    public TimeSpan HeldUp => TimeSpan.FromMicroseconds(_lanes.Max(lane => lane.HeldUp) / 1e3);

    public async Task Run(CancellationToken cancel)
    {
        var threads = _lanes.Select(lane => OnThread(lane.Run, () => Stop("broken"), $"load {lane.Index}")).ToArray();
        var interrupt = cancel.Register(() =>
        {
            Interrupted = true;
            Stop("interrupted");
        });
        using var enough = new CancellationTokenSource();
        var reading = Watching(enough.Token);
        try
        {
            try { await Task.WhenAll(threads); }
            finally
            {
                _took = TimeSpan.FromMicroseconds(_clock.Now / 1e3);
                _finished = _context.Clock.GetUtcNow();
                _ticks.Writer.Complete();
            }

            await reading;
            _steps = StepJudge.Seen(_plan, _merging.Steps, TimeSpan.MaxValue, FoundKnee ? _steps.Length : int.MaxValue);
        }
        finally
        {
            await enough.CancelAsync();
            if (_asking is not null) await _asking;
            interrupt.Dispose(); // Before the loops: nothing may be posted to one that is gone.
            foreach (var lane in _lanes) lane.Loop.Dispose();
        }

        // Without its reader nobody would end the run early.
        async Task Watching(CancellationToken until)
        {
            try { await Read(until); }
            catch
            {
                Stop("broken");
                throw;
            }
        }
    }

    public LoadResult Result((Value.Fields? Seen, string? Because) before, (Value.Fields? Seen, string? Because) after)
    {
        var over = Over();
        var now = _merging.Now(over);
        var all = new Tally();
        foreach (var tally in now.Tallies) all.Add(tally.Tally);
        var turns = new Latencies();
        foreach (var lane in _lanes) turns.Add(lane.Loop.Turns);
        var result = new LoadResult
        {
            Started = Instant.Cut(_started),
            Finished = Instant.Cut(_finished),
            Took = _took,
            Planned = _plan.Planned,
            Over = over,
            Target = new(_plan.Target.AbsoluteUri, before.Seen, after.Seen),
            Engine = new(_around.Version, _lanes[0].Wire.Name, _lanes[0].Wire.Protocol, _lanes.Length, Machine.Fingerprint()),
            Plan = [.. _plan.Scenarios.Select(scenario => (scenario.Name, ModelWords.Of(scenario)))],
            Balance = new(_lanes.Sum(lane => lane.Sent), _lanes.Sum(lane => lane.Answered), _lanes.Sum(lane => lane.Failed), _lanes.Sum(lane => lane.InFlight), _lanes.Sum(lane => lane.Wire.Retried), _lanes.Sum(lane => lane.Wire.Connections)),
            All = all,
            Tallies = now.Tallies,
            Iterations = now.Iterations,
            Sockets = now.Sockets,
            Windows = _merging.Windows,
            Thresholds = [.. _plan.Thresholds.Select(threshold => ThresholdJudge.Of(threshold, now, _plan.Exact))],
            Steps = _steps,
            Capacity = StepJudge.Capacity(_plan, _steps),
            Drift = Drift.Of(_merging.Windows),
            Self = new()
            {
                Lateness = _merging.Lateness, Turns = turns, Cpu = Environment.CpuUsage.TotalTime - _cpu, GcPauses = GC.GetTotalPauseDuration() - _pauses, Memory = Environment.WorkingSet,
                ClockJump = _finished - _started - _took,
            },
        };
        var (doubts, unfit) = Believing.Doubts(_plan, result, this, before.Because, after.Because, [.. _lanes.SelectMany(lane => lane.Details).Distinct(StringComparer.Ordinal)], [.. _leaves.Keys]);
        return Clean(result with { Doubts = doubts, Unfit = unfit });
    }

    /// <summary>What came back from the target may repeat what it was sent.</summary>
    LoadResult Clean(LoadResult result)
    {
        var redactor = new Redactor();
        foreach (var secret in _around.Secrets) redactor.Add(secret);
        return redactor.IsIdle ? result : result with
        {
            Doubts = [.. result.Doubts.Select(doubt => redactor.Clean(doubt)!)],
            Target = new(redactor.Clean(result.Target.Url)!, (Value.Fields?)Of(result.Target.Before), (Value.Fields?)Of(result.Target.After)),
        };

        Value? Of(Value? value) => value is null ? null : redactor.Clean(value);
    }

    /// <summary>From any thread: at once, breaking off what is under way.</summary>
    void Stop(string why)
    {
        Ending ??= why;
        foreach (var lane in _lanes)
            lane.Loop.Post(() =>
            {
                lane.EndsEarly = true;
                lane.Loop.Stop();
            });
    }

    /// <summary>From any thread: nothing more is begun.</summary>
    void Wind(string why)
    {
        Ending ??= why;
        foreach (var lane in _lanes) lane.Loop.Post(lane.Wind);
    }

    void LaneOver()
    {
        if (Interlocked.Increment(ref _lanesOver) < _lanes.Length) return;
        foreach (var lane in _lanes) lane.Loop.Post(lane.Loop.Stop);
    }

    async Task Read(CancellationToken enough)
    {
        await foreach (var tick in _ticks.Reader.ReadAllAsync(CancellationToken.None))
        {
            foreach (var window in _merging.Take(tick, merged => _lanes[merged.Lane].Return(merged)))
            {
                var elapsed = window.From + window.Length;
                await Remember(enough);
                // Over what counts, as the result is.
                var now = _merging.Now(elapsed > _plan.Warm ? elapsed - _plan.Warm : TimeSpan.Zero);
                Watch(now, elapsed);
                _around.Progress?.Invoke(new(_plan, elapsed, now, window, Ending));
            }
        }
    }

    /// <summary>Takes up what was read since the last tick. A page that is slow under load must not hold up whoever watches the thresholds.</summary>
    async Task Remember(CancellationToken enough)
    {
        if (_plan.Memory is null) return;
        if (_asking is { IsCompleted: true })
        {
            _merging.Remember(await _asking);
            _asking = null;
        }

        _asking ??= _memory.Read(enough);
    }

    /// <summary>Whether the run has to end early: a threshold that says so fails, the target is in distress, a step did not hold.</summary>
    void Watch(Measured now, TimeSpan elapsed)
    {
        if (Ending is not null) return;
        foreach (var threshold in _plan.Thresholds)
            if (threshold.AbortOnFail && elapsed >= threshold.Delay && ThresholdJudge.Of(threshold, now, _plan.Exact) is { State: ThresholdState.Failed } failed)
                Stop($"ended after {elapsed.TotalSeconds:0.#} s, since {threshold.Metric} {threshold.Expression} failed: {failed.Because}");
        if (_plan.StopAtFailures is { } most && _merging.Recent(10) is { Requests: >= 20 } recent && recent.Failed >= most * recent.Requests)
            Stop($"ended after {elapsed.TotalSeconds:0.#} s to spare the target: {recent.Failed} of its last {recent.Requests} requests failed");
        var before = _steps.Length;
        // A tick later, so that what was due at a step's end has had the time to be answered.
        _steps = StepJudge.Seen(_plan, _merging.Steps, elapsed - _tick);
        if (_steps.Length <= before || _steps[^1].Held != false) return;
        FoundKnee = true;
        Wind($"the step at {_steps[^1].Rate:0.##}/s did not hold");
    }

    /// <summary>What counts: from the first scenario's end of warm-up to the last one's planned end, or as far as the run came.</summary>
    TimeSpan Over()
    {
        var from = _plan.Warm;
        var to = _lanes.Max(lane => lane.LastEnd);
        return to > from ? to - from : TimeSpan.Zero;
    }

    static TimeSpan TickLength(LoadPlan plan)
    {
        var length = plan.Planned.TotalSeconds switch { >= 60 => 1000, >= 30 => 500, >= 3 => 200, _ => 100 };
        // A step ends where a tick does.
        if (plan.Scenarios.Select(scenario => scenario.Model).OfType<LoadModel.StepTest>().FirstOrDefault() is { } steps)
            return steps.Each / Math.Ceiling(steps.Each.TotalMilliseconds / length);
        return TimeSpan.FromMilliseconds(length);
    }

    static Task OnThread(Action run, Action broken, string name)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                Precedence.Take();
                run();
                done.SetResult();
            }
            catch (Exception bug)
            {
                done.SetException(bug); // Told once, by whoever waits for the run.
                broken();
            }
        })
        { IsBackground = true, Name = name }.Start();
        return done.Task;
    }
}
