using System.Collections.Concurrent;

namespace Muster.Probes.Load;

/// <summary>One thread of the engine: its loop, its wire, and its share of every scenario.</summary>
sealed class Lane
{
    const int MostDetails = 3;
    const long Neighbours = 20_000_000;
    readonly ConcurrentQueue<Tick> _empty = new();
    readonly Action<Tick> _full;
    readonly Action _over;
    readonly int[] _steps;
    readonly Drive[] _drives;
    readonly Boundary _boundary;
    readonly long _tickLength;
    readonly Dictionary<(Failure, int Status), int> _told = [];
    bool _isOver;
    bool _wasWound;

    public Lane(int index, LoadPlan plan, ILoop loop, IWire wire, RequestWriter writer, SharedCount[] shared, long tickLength, Action<Tick> full, Action over)
    {
        (Index, Loop, Wire, Writer, Shared, Plan, _tickLength, _full, _over) = (index, loop, wire, writer, shared, plan, tickLength, full, over);
        _steps = [.. plan.Scenarios.Select(scenario => scenario.Requests.Length)];
        Tick = new(_steps) { Lane = index };
        _boundary = new(this);
        _drives = [.. plan.Scenarios.Select((scenario, at) => Drive.Of(this, scenario, at))];
    }

    public int Index { get; }
    public LoadPlan Plan { get; }
    public ILoop Loop { get; }
    public IWire Wire { get; }
    public RequestWriter Writer { get; }
    public SharedCount[] Shared { get; }

    /// <summary>What is being written into.</summary>
    public Tick Tick { get; private set; }

    // Every request, warm-up included.
    public long Sent { get; set; }
    public long Answered { get; set; }
    public long Failed { get; set; }
    public long InFlight => _drives.Sum(drive => drive.InFlight);

    /// <summary>Set where the run ends before its plan: what is then under way was not given its time, and is no failure of the target's.</summary>
    public bool EndsEarly { get; set; }

    /// <summary>Nanoseconds by which its ticks ended too late, where that is more than a machine with neighbours does.</summary>
    public long HeldUp { get; private set; }

    /// <summary>When the last of its scenarios stopped beginning iterations.</summary>
    public TimeSpan LastEnd => TimeSpan.FromMicroseconds(_drives.Max(drive => drive.Began) / 1e3);

    /// <summary>The first few of each kind of failure, in words.</summary>
    public List<string> Details { get; } = [];

    public void Run()
    {
        foreach (var drive in _drives) drive.Start();
        Loop.Set(_boundary, _tickLength);
        Loop.Run();
        foreach (var drive in _drives) drive.Abandon(Loop.Now);
        HandOver(last: true);
        Wire.Dispose();
    }

    /// <summary>On the loop's thread: nothing more is begun; what is under way may end within its scenario's graceful stop.</summary>
    public void Wind()
    {
        foreach (var drive in _drives) drive.Wind();
        Ended();
    }

    /// <summary>A scenario is over; the lane is when all are. Its loop goes on until every lane's is, so that all have the same ticks.</summary>
    public void Ended()
    {
        if (_isOver || !Array.TrueForAll(_drives, static drive => drive.IsOver)) return;
        _isOver = true;
        _over();
    }

    public void Return(Tick tick)
    {
        tick.Clear();
        _empty.Enqueue(tick);
    }

    public void Saw(Exchange exchange, Failure failure)
    {
        if (failure == Failure.None) return;
        var told = _told.GetValueOrDefault((failure, exchange.Answer.Status));
        if (told >= MostDetails || _told.Count > 100) return;
        _told[(failure, exchange.Answer.Status)] = told + 1;
        if (told == 0 && exchange.Detail is { } detail) Details.Add(detail);
    }

    void HandOver(bool last = false)
    {
        var full = Tick;
        for (var i = 0; i < _drives.Length; i++)
        {
            full.Users[i] = _drives[i].Users;
            full.Waiting += _drives[i].Waiting;
        }

        (full.Last, full.Until, full.Draining) = (last, last ? Loop.Now : 0, _wasWound);
        _wasWound = Array.TrueForAll(_drives, static drive => drive.IsWound);
        Tick = _empty.TryDequeue(out var empty) ? empty : new(_steps);
        Tick.Lane = Index;
        Tick.Index = full.Index + 1;
        _full(full);
    }

    sealed class Boundary(Lane lane) : Alarm
    {
        public override void Ring(long now)
        {
            var late = now - (lane.Tick.Index + 1) * lane._tickLength;
            if (late > Neighbours) lane.HeldUp += late;
            // A loop that was held up for several ticks hands over as many, so that every lane has the same ones.
            while ((lane.Tick.Index + 1) * lane._tickLength <= now) lane.HandOver();
            lane.Loop.Set(this, (lane.Tick.Index + 1) * lane._tickLength);
        }
    }
}
