namespace Muster.Probes.Load;

/// <summary>A lane's share of one scenario: it begins iterations as the model says, and knows when it is over.</summary>
abstract class Drive
{
    readonly Deadline _end;
    readonly List<VirtualUser> _users = [];
    bool _wound;

    protected Drive(Lane lane, Scenario scenario, int at)
    {
        (Lane, Scenario, At) = (lane, scenario, at);
        Begins = (long)scenario.Start.TotalNanoseconds;
        Ends = Begins + (long)scenario.Model.Lasts.TotalNanoseconds;
        Counts = Begins + (long)scenario.WarmUp.TotalNanoseconds;
        _end = new(this);
    }

    public Lane Lane { get; }
    public Scenario Scenario { get; }

    /// <summary>Its place in the plan.</summary>
    public int At { get; }

    // Nanoseconds since the run's start.
    public long Begins { get; }
    public long Ends { get; private set; }

    /// <summary>Until when it was at work: the plan's end, an earlier one, or when the last that was under way then had ended. Throughput is told over this.</summary>
    public long Began { get; private set; }

    /// <summary>From when what is intended counts: the warm-up is over.</summary>
    public long Counts { get; }

    /// <summary>Users that are there now.</summary>
    public abstract int Users { get; }

    /// <summary>Iterations that are due and wait for a user.</summary>
    public virtual int Waiting => 0;

    public bool IsOver { get; private set; }

    /// <summary>Whether nothing more is due.</summary>
    public bool IsWound => _wound;

    /// <summary>Iterations under way.</summary>
    protected int Busy { get; private set; }

    protected int Lanes => Lane.Plan.Threads;

    public static Drive Of(Lane lane, Scenario scenario, int at) => scenario.Model.IsOpen ? new OpenDrive(lane, scenario, at) : new ClosedDrive(lane, scenario, at);

    public virtual void Start() => Lane.Loop.Set(_end, Ends);

    /// <summary>The plan's end, or an earlier one.</summary>
    public void Wind()
    {
        if (_wound) return;
        _wound = true;
        Began = Ends = Math.Min(Ends, Lane.Loop.Now);
        Wound();
        Lane.Loop.Set(_end, Ends + (long)Scenario.GracefulStop.TotalNanoseconds);
        EndIfIdle();
    }

    /// <summary>Requests that were broken off.</summary>
    public long InFlight { get; private set; }

    /// <summary>Breaks off what is under way. Where the plan ended, those requests had their time: they have failed, and waited at least until now.</summary>
    public void Abandon(long now)
    {
        if (!_wound) Began = Ends = Math.Min(Ends, now);
        _wound = true;
        foreach (var user in _users)
            if (user.Abandon(now, counts: !Lane.EndsEarly)) InFlight++;
        Dropping();
    }

    protected VirtualUser Make()
    {
        var user = new VirtualUser(Lane, this, _users.Count * Lanes + Lane.Index + 1);
        _users.Add(user);
        return user;
    }

    protected void Begin(VirtualUser user, long intended, bool queued = false)
    {
        Busy++;
        if (intended >= Counts)
        {
            Lane.Tick.Begun[At]++;
            if (queued) Lane.Tick.Queued[At]++;
        }

        user.Begin(intended, queued);
    }

    /// <summary>An iteration is over; <paramref name="broken"/> if it did not get to its end.</summary>
    public void Done(VirtualUser user, long intended, bool broken)
    {
        Busy--;
        if (_wound) Began = Math.Max(Began, Lane.Loop.Now);
        if (intended >= Counts && !broken)
        {
            Lane.Tick.Ended[At]++;
            Lane.Tick.Done[At].Add(Lane.Loop.Now - intended);
        }

        Free(user);
        EndIfIdle();
    }

    protected abstract void Free(VirtualUser user);

    /// <summary>Nothing new is due from now on.</summary>
    protected virtual void Wound() { }

    /// <summary>What waits will never be begun.</summary>
    protected virtual void Dropping() { }

    protected void EndIfIdle()
    {
        if (!_wound || IsOver || Busy > 0 || Waiting > 0) return;
        IsOver = true;
        Lane.Loop.Cancel(_end);
        Lane.Ended();
    }

    sealed class Deadline(Drive drive) : Alarm
    {
        public override void Ring(long now)
        {
            if (!drive._wound)
            {
                drive.Wind();
                return;
            }

            // Its time is over even where other scenarios go on.
            drive.Abandon(now);
            drive.IsOver = true;
            drive.Lane.Ended();
        }
    }
}
