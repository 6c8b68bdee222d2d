using System.Collections.Concurrent;

namespace Muster.Probes.Load;

/// <summary>
/// The same loop where there is no epoll: it waits for what other threads post and for its alarms alone. A wait ends as exactly as the system's timers, and the last part before an alarm is spun.
/// </summary>
sealed class WaitingLoop(LoadClock clock) : ILoop, IDisposable
{
    const long Near = 2_000_000; // how long a wait may end late, in nanoseconds
    readonly AlarmHeap _alarms = new();
    readonly ConcurrentQueue<Action> _posted = new();
    readonly AutoResetEvent _bell = new(false);
    bool _stopped;

    public Latencies Turns { get; } = new();

    public long Now => clock.Now;

    public void Set(Alarm alarm, long when) => _alarms.Set(alarm, when);

    public void Cancel(Alarm alarm) => _alarms.Remove(alarm);

    public void Post(Action action)
    {
        _posted.Enqueue(action);
        _bell.Set();
    }

    public void Stop() => _stopped = true;

    public void Run()
    {
        _stopped = false;
        while (!_stopped)
        {
            Wait();
            var began = Now;
            var did = false;
            for (var most = _posted.Count; most > 0 && _posted.TryDequeue(out var action); most--)
            {
                action();
                did = true;
                // An alarm does not wait for the whole queue: what is due is due.
                if (_alarms.Next <= Now) Ring();
            }

            if (Ring() || did) Turns.Add(Now - began);
        }
    }

    void Wait()
    {
        if (!_posted.IsEmpty) return;
        var next = _alarms.Next;
        if (next == long.MaxValue)
        {
            _bell.WaitOne();
            return;
        }

        var left = next - Now;
        if (left > Near) _bell.WaitOne(TimeSpan.FromMilliseconds(Math.Min((left - Near) / 1_000_000, int.MaxValue)));
        else if (left > 0) Thread.SpinWait(20);
    }

    bool Ring()
    {
        var rung = false;
        for (var most = _alarms.Count; most > 0 && Now is var now && _alarms.Next <= now; most--)
        {
            _alarms.Take().Ring(now);
            rung = true;
        }

        return rung;
    }

    public void Dispose() => _bell.Dispose();
}
