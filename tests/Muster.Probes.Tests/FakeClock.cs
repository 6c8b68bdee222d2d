namespace Muster.Probes.Tests;

/// <summary>A clock whose timers fire when it is moved. <see cref="Waiting"/> completes when somebody waits on it.</summary>
sealed class FakeClock : TimeProvider
{
    readonly Lock _lock = new();
    readonly List<Timer> _timers = [];
    TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, 123, 456, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public Task Waiting(int timers)
    {
        lock (_lock)
        {
            if (_timers.Count >= timers) return Task.CompletedTask;
            return Again(_waiting.Task, timers);
        }
    }

    public void Move(TimeSpan by)
    {
        List<Timer> due;
        lock (_lock)
        {
            _now += by;
            due = [.. _timers.Where(timer => timer.Due <= _now)];
            _timers.RemoveAll(due.Contains);
        }

        foreach (var timer in due) timer.Fire();
    }

    async Task Again(Task waiting, int timers)
    {
        await waiting;
        await Waiting(timers);
    }

    sealed class Timer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
                var waiting = clock._waiting;
                clock._waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
                waiting.SetResult();
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
