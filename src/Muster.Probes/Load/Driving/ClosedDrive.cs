namespace Muster.Probes.Load;

/// <summary>Users that each begin an iteration when their last has ended: as many as the model says at a moment, until the time or the iterations are used up.</summary>
sealed class ClosedDrive : Drive
{
    // Users come one after another and not at once: a burst of connections would measure the target's backlog.
    const long Stagger = 20_000;
    const long Adjusting = 50_000_000;
    // A target that refuses connections is asked again at a pace at which refusals can still be read.
    const long AfterNoConnection = 50_000_000;
    readonly Adjust _adjust;
    readonly Stack<VirtualUser> _resting = new();
    readonly Dictionary<VirtualUser, long> _left = [];
    readonly bool _ramps;
    int _wanted;
    int _active;
    int _made;

    public ClosedDrive(Lane lane, Scenario scenario, int at) : base(lane, scenario, at)
    {
        _adjust = new(this);
        _ramps = scenario.Model is LoadModel.RampingUsers;
    }

    public override int Users => _active;

    public override void Start()
    {
        base.Start();
        Lane.Loop.Set(_adjust, Begins);
    }

    /// <summary>A user's pause is over.</summary>
    public void Next(VirtualUser user, long intended)
    {
        if (IsWound) Rest(user);
        else Begin(user, intended);
    }

    protected override void Wound() => Lane.Loop.Cancel(_adjust);

    protected override void Free(VirtualUser user)
    {
        if (IsWound || _active > _wanted || !Takes(user)) Rest(user);
        else user.Again(Scenario.Think, user.HadNoConnection ? AfterNoConnection : 0);
    }

    void Rest(VirtualUser user)
    {
        _active--;
        _resting.Push(user);
        user.Leave();
        if (_active == 0 && !_ramps && _made >= _wanted) Wind(); // The iterations are used up.
        EndIfIdle();
    }

    bool Takes(VirtualUser user)
    {
        switch (Scenario.Model)
        {
            case LoadModel.SharedIterations: return Lane.Shared[At].Take();
            case LoadModel.IterationsPerUser each:
                var left = _left.GetValueOrDefault(user, each.Iterations);
                _left[user] = left - 1;
                return left > 0;
            default: return true;
        }
    }

    void Adapt(long now)
    {
        if (IsWound) return;
        _wanted = Share(Scenario.Model switch
        {
            LoadModel.ConstantUsers model => model.Users,
            LoadModel.SharedIterations model => model.Users,
            LoadModel.IterationsPerUser model => model.Users,
            LoadModel.RampingUsers model => Level(model, (now - Begins) / 1e9),
            _ => 0,
        });
        if (_active < _wanted && (_ramps || _made < _wanted)) Come(now);
        if (_active < _wanted && (_ramps || _made < _wanted)) Lane.Loop.Set(_adjust, now + Stagger);
        else if (_ramps) Lane.Loop.Set(_adjust, now + Adjusting);
        else if (_active == 0) Wind(); // More users than iterations, or none for this lane.
    }

    void Come(long now)
    {
        // Whoever rests under another model has done what was his; his place is not taken by those who have not come yet.
        VirtualUser? user = null;
        if (!_ramps || !_resting.TryPop(out user))
        {
            user = Make();
            _made++;
        }

        _active++;
        if (Takes(user)) Begin(user, now);
        else
        {
            _active--;
            _resting.Push(user);
        }
    }

    int Share(int all) => all / Lanes + (Lane.Index < all % Lanes ? 1 : 0);

    static int Level(LoadModel.RampingUsers ramp, double seconds)
    {
        double from = ramp.From;
        foreach (var stage in ramp.Stages)
        {
            var over = stage.Over.TotalSeconds;
            if (seconds < over) return (int)Math.Round(from + (stage.To - from) * seconds / over);
            seconds -= over;
            from = stage.To;
        }

        return (int)from;
    }

    sealed class Adjust(ClosedDrive drive) : Alarm
    {
        public override void Ring(long now) => drive.Adapt(now);
    }
}
