using System.Buffers;

namespace Muster.Probes.Load;

/// <summary>
/// One user: goes through the requests of an iteration, remembers what answers told it, and turns each request into one sample. Everything on the loop's thread; nothing of it waits.
/// </summary>
sealed class VirtualUser : IExchanged
{
    // Before trying again after an iteration that could not even begin: nothing of ours may spin.
    const long AfterBroken = 1_000_000;
    readonly Lane _lane;
    readonly Drive _drive;
    readonly Exchange _exchange;
    readonly UserVariables _variables;
    readonly Rest _rest;
    readonly ArrayBufferWriter<byte> _bytes = new(512);
    readonly Visit _visit = new();
    SocketVisit? _socket;
    long _iteration;
    int _step;
    bool _asked;
    bool _queued;
    bool _between;

    public VirtualUser(Lane lane, Drive drive, long number)
    {
        (_lane, _drive) = (lane, drive);
        _exchange = new() { User = this };
        _variables = new() { User = number, Iteration = -1, Random = new(unchecked((int)(number * 7919) + drive.At)), Rows = new string[drive.Scenario.Data.Length][] };
        _rest = new(this);
    }

    /// <summary>Whether its last request got no connection.</summary>
    public bool HadNoConnection { get; private set; }

    public void Begin(long intended, bool queued)
    {
        _iteration = intended;
        _queued = queued;
        _step = 0;
        _variables.Iteration++;
        _variables.IterationOfAll = _lane.Shared[_drive.At].Number();
        for (var i = 0; i < _variables.Rows.Length; i++) _variables.Rows[i] = Row(_drive.Scenario.Data[i]);
        Ask(intended);
    }

    /// <summary>The next iteration, at once or after a pause.</summary>
    public void Again(Pause think, long atLeast)
    {
        var pause = Math.Max(_variables.Draw(think), atLeast);
        _between = true;
        if (pause == 0) Rested(_lane.Loop.Now);
        else _rest.Until(_lane.Loop.Now + pause);
    }

    /// <summary>It goes: its connection is closed.</summary>
    public void Leave() => _lane.Wire.Release(_exchange);

    /// <summary>At the run's end; whether a request was open.</summary>
    /// <param name="counts">The request is counted as failed: it had its time.</param>
    public bool Abandon(long now, bool counts)
    {
        _lane.Loop.Cancel(_rest);
        var open = _asked;
        _asked = false;
        _socket?.Over(-1);
        if (!open) _lane.Wire.Release(_exchange);
        else
        {
            _lane.Wire.Abandon(_exchange);
            // A session that was opened has been answered; that it was to stay longer is no failure.
            if (counts && _exchange.Upgrade is not SocketVisit { OpenedAt: >= 0 }) Count(_visit.Open(now));
        }

        return open;
    }

    public void Over(Exchange exchange)
    {
        _asked = false;
        if (exchange.Answered) _lane.Answered++;
        else _lane.Failed++;
        _visit.Hop(exchange);
        var step = _drive.Scenario.Requests[_step];
        if (step.Socket is not null) _visit.Session(_socket!);
        _socket?.Over(exchange.Done);
        if (_drive.Scenario.Cookies && exchange.Answered) CookieJar.Keep(exchange.Answer, _variables);
        if (_visit.Hops < step.Redirects && exchange.Failure == Failure.None && _lane.Writer.Redirected(exchange, _variables, _bytes))
        {
            _visit.Hops++;
            Send(step);
            return;
        }

        Finish(step, Judge(step, exchange));
    }

    void Ask(long intended)
    {
        var step = _drive.Scenario.Requests[_step];
        _visit.Begin(intended);
        _exchange.Upgrade = null;
        if (step.Socket is not null)
        {
            _socket ??= new(_lane, _variables);
            _socket.Begin(step, intended, intended >= _drive.Counts);
            _exchange.Upgrade = _socket;
        }

        if (_lane.Writer.Write(_drive.At, _step, _variables, _exchange, _bytes) is { } problem)
        {
            // Nothing was sent: there is no request to count, only an iteration that breaks off. What it lacks, an earlier request has failed to give.
            (_exchange.Detail, _exchange.Answer.Status) = (problem, 0);
            _lane.Saw(_exchange, Failure.Extraction);
            Break();
            return;
        }

        Send(step);
        // How late the generator itself was: from when the request was due until it was handed on. Of what could be handed on at once only.
        if (_step == 0 && !_queued && intended >= _drive.Counts) _lane.Tick.Lateness.Add(Math.Max(0, (_exchange.Sent >= 0 ? _exchange.Sent : _lane.Loop.Now) - intended));
    }

    void Break()
    {
        HadNoConnection = false;
        _between = false;
        _step = -1;
        _rest.Until(_lane.Loop.Now + AfterBroken);
    }

    void Send(RequestStep step)
    {
        _asked = true;
        _lane.Sent++;
        _exchange.Deadline = _lane.Loop.Now + (long)step.Timeout.TotalNanoseconds;
        _lane.Wire.Send(_exchange);
    }

    Failure Judge(RequestStep step, Exchange exchange)
    {
        HadNoConnection = exchange.Failure is Failure.NoConnection or Failure.Refused or Failure.NoHandles or Failure.NoPorts;
        if (exchange.Failure != Failure.None) return exchange.Failure;
        var failure = (step.Socket is null ? step.Expected.Has(exchange.Answer.Status) : exchange.Answer.Status == 101) ? Failure.None : Failure.Status;
        // Who follows redirects asks for the page at their end: one that leads to another host, or to yet another redirect, did not come there.
        if (failure == Failure.None && step.Redirects > 0 && ReferenceEquals(step.Expected, StatusSet.Default) && exchange.Answer.Status is 301 or 302 or 303 or 307 or 308)
            failure = Failure.Status;

        foreach (var check in step.Checks)
            if (check.Holds(exchange.Answer)) _visit.ChecksPassed++;
            else
            {
                _visit.ChecksFailed++;
                if (failure != Failure.None) continue;
                failure = Failure.Check;
                exchange.Detail = $"the check \"{check.Name}\" of {step.Name} does not hold";
            }

        foreach (var save in step.Save)
            if (save.From(exchange.Answer) is { } value) _variables.Saved[save.Name] = value;
            else
            {
                _variables.Saved.Remove(save.Name);
                if (failure != Failure.None) continue;
                failure = Failure.Extraction;
                exchange.Detail = $"the answer to {step.Name} has nothing to save as \"{save.Name}\"";
            }

        if (failure == Failure.Status) exchange.Detail = $"{step.Name} was answered {exchange.Answer.Status}";
        return failure;
    }

    void Finish(RequestStep step, Failure failure)
    {
        var sample = _visit.Sample(_exchange.Answer.Status, failure);
        Count(sample);

        if (_drive.Scenario.Requests.Length == _step + 1 || failure == Failure.Extraction)
        {
            if (_lane.Plan.Wiring.Reuse == Reuse.Iteration) _lane.Wire.Release(_exchange);
            if (failure == Failure.Extraction) Break();
            else _drive.Done(this, _iteration, broken: false);
            return;
        }

        _step++;
        _between = false;
        var pause = _variables.Draw(step.Think);
        if (pause == 0) Ask(step.Socket is null ? sample.Done : _exchange.Done);
        else _rest.Until(_lane.Loop.Now + pause);
    }

    void Count(in Sample sample)
    {
        var tick = _lane.Tick;
        tick.All.Add(sample.Latency);
        if (sample.Failure != Failure.None)
        {
            tick.Failed++;
            _lane.Saw(_exchange, sample.Failure);
        }

        if (sample.Intended < _drive.Counts) return;
        tick.Counted[_drive.At][_step].Add(sample);
        if (_drive.Scenario.Model is not LoadModel.StepTest steps) return;
        // By the iteration's own time: a step is judged by what was due in it, whenever it ended.
        var number = Math.Clamp((int)((_iteration - _drive.Begins) / steps.Each.TotalNanoseconds), 0, steps.Count - 1);
        if (!tick.Steps.TryGetValue(number, out var tallies)) tick.Steps[number] = tallies = [.. _drive.Scenario.Requests.Select(_ => new Tally())];
        tallies[_step].Add(sample);
    }

    void Rested(long intended)
    {
        if (_between) ((ClosedDrive)_drive).Next(this, intended);
        else if (_step < 0) _drive.Done(this, _iteration, broken: true);
        else Ask(intended);
    }

    string[] Row(DataFile data) => data.Rows[data.Shuffled ? _variables.Random.Next(data.Rows.Length) : (int)(_variables.IterationOfAll % data.Rows.Length)];

    sealed class Rest(VirtualUser user) : Alarm
    {
        long _due;

        public void Until(long when)
        {
            _due = when;
            user._lane.Loop.Set(this, when);
        }

        // What was due, and not now: a loop that is late must not hide it.
        public override void Ring(long now) => user.Rested(_due);
    }
}
