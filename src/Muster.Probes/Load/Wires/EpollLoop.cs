using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Muster.Probes.Load;

/// <summary>Whoever has a handle that a loop watches.</summary>
abstract class Watched
{
    /// <summary>Its place in the loop; below 0 when it is not watched.</summary>
    internal int Slot { get; set; } = -1;

    /// <summary>Whether it stands in the loop's queue of those to be called again.</summary>
    internal bool IsLater { get; set; }

    /// <param name="events">What happened, in the words of epoll; <see cref="EpollLoop.Again"/> when it asked for the call itself.</param>
    public abstract void Happened(uint events);
}

/// <summary>
/// One thread that waits for many sockets and for the time at once (Linux). A sleep ends some tens of microseconds late on any system, so that it sleeps until shortly before the next alarm
/// and looks again and again from then on: an alarm rings within a microsecond, and waiting costs hardly any processor time.
/// </summary>
sealed unsafe class EpollLoop(LoadClock clock) : ILoop, IDisposable
{
    public const uint Again = 1u << 30;
    const int Most = 256; // events taken at once
    const int NoSuchCall = 38, Interrupted = 4;
    const long Near = 30_000; // how long a sleep may end late, in nanoseconds
    readonly int _poll = Libc.NewPoll();
    readonly int _bell = Libc.NewEvent();
    readonly AlarmHeap _alarms = new();
    readonly ConcurrentQueue<Action> _posted = new();
    readonly Queue<Watched> _later = new();
    readonly Stack<int> _free = new();
    readonly byte* _events = (byte*)NativeMemory.AllocZeroed(Most, 16);
    (Watched? Who, uint Generation)[] _watched = new (Watched?, uint)[64];
    int _slots = 1; // the first is the bell
    int _rung;
    long _seen;
    ExceptionDispatchInfo? _fault;
    bool _stopped, _coarse, _bellHung, _disposed;

    public Latencies Turns { get; } = new();

    public long Now => _seen = clock.Now;

    public void Set(Alarm alarm, long when) => _alarms.Set(alarm, when);

    public void Cancel(Alarm alarm) => _alarms.Remove(alarm);

    public void Post(Action action)
    {
        _posted.Enqueue(action);
        if (Interlocked.Exchange(ref _rung, 1) != 0) return;
        // After the end the bell's number may be another handle's.
        lock (_posted)
            if (!_disposed) Libc.Wake(_bell);
    }

    public void Stop() => _stopped = true;

    /// <summary>Ends the run with what went wrong where nobody else would see it.</summary>
    public void Fault(Exception fault)
    {
        _fault ??= ExceptionDispatchInfo.Capture(fault);
        _stopped = true;
    }

    /// <summary>Calls it at each change of the handle from now on.</summary>
    public void Watch(Watched who, int handle)
    {
        if (!_free.TryPop(out var slot))
        {
            if (_slots == _watched.Length) Array.Resize(ref _watched, _slots * 2);
            slot = _slots++;
        }

        who.Slot = slot;
        ref var place = ref _watched[slot];
        place.Who = who;
        Libc.Watch(_poll, handle, Libc.In | Libc.Out | Libc.ReadHup | Libc.Edge, (ulong)place.Generation << 32 | (uint)slot);
    }

    /// <summary>Before the handle is closed: what already happened to it is not told any more.</summary>
    public void Forget(Watched who)
    {
        if (who.Slot < 0) return;
        ref var place = ref _watched[who.Slot];
        place.Who = null;
        place.Generation++;
        _free.Push(who.Slot);
        who.Slot = -1;
    }

    /// <summary>Calls it once more in the next turn, after whatever else waits.</summary>
    public void Later(Watched who)
    {
        if (who.IsLater) return;
        who.IsLater = true;
        _later.Enqueue(who);
    }

    /// <summary>All that are watched now.</summary>
    public List<Watched> Everyone() => [.. _watched.Take(_slots).Select(place => place.Who).OfType<Watched>()];

    public void Run()
    {
        if (!_bellHung) Libc.Watch(_poll, _bell, Libc.In | Libc.Edge, 0);
        _bellHung = true;
        _stopped = false;
        var slack = Libc.Slack(1);
        try
        {
            while (!_stopped) Turn();
            _fault?.Throw();
        }
        finally { _ = Libc.Slack(slack); }
    }

    void Turn()
    {
        var count = Wait();
        var began = Now;
        var did = count > 0;
        for (var i = 0; i < count; i++)
        {
            var at = _events + i * Libc.EventSize;
            var data = *(ulong*)(at + Libc.EventData);
            ref var place = ref _watched[(int)(uint)data];
            if (place.Who is { } who && place.Generation == (uint)(data >> 32)) who.Happened(*(uint*)at);
            // An alarm does not wait for the whole batch: what is due is due.
            if (_alarms.Next <= _seen) Ring();
        }

        did |= Ring() | Called() | Told();
        if (did) Turns.Add(Now - began);
    }

    int Wait()
    {
        if (_later.Count > 0 || !_posted.IsEmpty) return Look();
        var next = _alarms.Next;
        if (next == long.MaxValue) return Sleep(-1);
        var left = next - Now;
        return left <= Near ? Look() : Sleep(left - Near);
    }

    int Look() => Math.Max(0, Libc.Poll(_poll, _events, Most, 0));

    int Sleep(long nanoseconds)
    {
        int count;
        if (_coarse)
        {
            count = Libc.Wait(_poll, _events, Most, nanoseconds < 0 ? -1 : (int)Math.Min(nanoseconds / 1_000_000, int.MaxValue));
        }
        else
        {
            var time = stackalloc long[2];
            (time[0], time[1]) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
            count = Libc.WaitExactly(_poll, _events, Most, nanoseconds < 0 ? null : time, null);
        }

        if (count >= 0) return count;
        var error = Marshal.GetLastPInvokeError();
        if (error == NoSuchCall && !_coarse) _coarse = true; // Linux before 5.11 sleeps for whole milliseconds only.
        else if (error != Interrupted) throw new InvalidOperationException($"waiting failed: {Marshal.GetPInvokeErrorMessage(error)}");
        return 0;
    }

    bool Ring()
    {
        var rung = false;
        // No more than there are, so that one that is always due again does not hold up the rest.
        for (var most = _alarms.Count; most > 0 && _alarms.Next <= Now; most--)
        {
            _alarms.Take().Ring(_seen);
            rung = true;
        }

        return rung;
    }

    bool Called()
    {
        var count = _later.Count;
        for (var i = 0; i < count; i++)
        {
            var who = _later.Dequeue();
            who.IsLater = false;
            who.Happened(Again);
        }

        return count > 0;
    }

    bool Told()
    {
        // The bell may ring for what was taken already: were it not taken as heard then, nobody would ring it again, and the loop would sleep through what comes.
        if (Volatile.Read(ref _rung) != 0) Interlocked.Exchange(ref _rung, 0);
        if (_posted.IsEmpty) return false;
        for (var most = _posted.Count; most > 0 && _posted.TryDequeue(out var action); most--) action();
        return true;
    }

    public void Dispose()
    {
        lock (_posted)
        {
            if (_disposed) return;
            _disposed = true;
            _ = Libc.Close(_bell);
        }

        _ = Libc.Close(_poll);
        NativeMemory.Free(_events);
    }
}
