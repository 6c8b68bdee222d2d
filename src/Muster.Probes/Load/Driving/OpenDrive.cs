namespace Muster.Probes.Load;

/// <summary>
/// Begins iterations when they are due. If every user is busy an iteration waits with its intended time, so that a target which falls behind shows its whole delay; after the plan's end
/// those that wait are still begun within the graceful stop.
/// </summary>
sealed class OpenDrive : Drive
{
    const int MostWaiting = 1_000_000;
    // Between two bunches the loop looks at its sockets: a generator that is behind must not starve the answers.
    const int Bunch = 64;
    readonly ArrivalTimes _arrivals;
    readonly Due _due;
    readonly Stack<VirtualUser> _free = new();
    readonly Queue<long> _waiting = new();
    readonly int _most;
    int _made;

    public OpenDrive(Lane lane, Scenario scenario, int at) : base(lane, scenario, at)
    {
        _arrivals = new(scenario.Model, lane.Index, lane.Plan.Threads);
        _most = Math.Max(1, scenario.MostUsers / lane.Plan.Threads);
        _due = new(this);
    }

    public override int Users => _made - _free.Count;

    public override int Waiting => _waiting.Count;

    public override void Start()
    {
        base.Start();
        Next();
    }

    protected override void Wound() => Lane.Loop.Cancel(_due);

    protected override void Free(VirtualUser user)
    {
        if (!IsOver && _waiting.TryDequeue(out var intended)) Begin(user, intended, queued: true);
        else _free.Push(user);
    }

    protected override void Dropping()
    {
        foreach (var intended in _waiting)
            if (intended >= Counts) Lane.Tick.Dropped[At]++;
        _waiting.Clear();
    }

    void Next()
    {
        if (_arrivals.Next is { } next) Lane.Loop.Set(_due, Begins + next);
    }

    void Arrive(long now)
    {
        for (var i = 0; i < Bunch; i++)
        {
            if (IsWound || _arrivals.Next is not { } next) return;
            var intended = Begins + next;
            if (intended > now && intended > (now = Lane.Loop.Now)) break;
            _arrivals.Take();
            if (_free.TryPop(out var user)) Begin(user, intended);
            else if (_made < _most)
            {
                _made++;
                Begin(Make(), intended);
            }
            else if (_waiting.Count < MostWaiting) _waiting.Enqueue(intended);
            else if (intended >= Counts) Lane.Tick.Dropped[At]++;
        }

        Next();
    }

    sealed class Due(OpenDrive drive) : Alarm
    {
        public override void Ring(long now) => drive.Arrive(now);
    }
}
