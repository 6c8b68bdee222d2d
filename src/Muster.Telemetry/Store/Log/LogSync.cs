using Muster.Telemetry.Store;

namespace Muster.Telemetry.Store.Log;

/// <summary>
/// Syncs the log: once a second what was written without a wish, at once for whoever waits for it; all that wait are answered by one sync. A thread
/// of its own, since a sync blocks.
/// </summary>
sealed class LogSync : IDisposable
{
    static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    readonly Lock _syncing = new();
    readonly object _gate = new();
    readonly HashSet<LogSegment> _dirty = [];
    readonly Action _failed;
    readonly Thread? _thread;
    List<TaskCompletionSource> _waiting = [];
    bool _stop;

    /// <param name="failed">Told when a sync failed: what was written since the last one may not be there after a power cut.</param>
    /// <param name="background">False: nothing is synced but when it is asked for.</param>
    public LogSync(Action failed, bool background)
    {
        _failed = failed;
        if (!background) return;
        _thread = new(Run) { IsBackground = true, Name = "metrics log sync" };
        _thread.Start();
    }

    public void Wrote(LogSegment segment)
    {
        lock (_gate) _dirty.Add(segment);
    }

    /// <summary>Ends when everything that was written until now is on the disk.</summary>
    /// <exception cref="StoreUnavailable">It may not be.</exception>
    public Task Wait()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stop, this);
            _waiting.Add(waiting);
            Monitor.Pulse(_gate);
        }

        if (_thread is null) Now();
        return waiting.Task;
    }

    /// <summary>Forgets a segment that is not needed any more, and closes it.</summary>
    public void Close(LogSegment segment)
    {
        lock (_syncing)
        {
            lock (_gate) _dirty.Remove(segment);
            segment.Dispose();
        }
    }

    public void Now()
    {
        lock (_syncing)
        {
            LogSegment[] dirty;
            List<TaskCompletionSource> waiting;
            lock (_gate)
            {
                dirty = [.. _dirty];
                _dirty.Clear();
                (waiting, _waiting) = (_waiting, []);
            }

            try
            {
                foreach (var segment in dirty) segment.Sync();
            }
            catch (IOException bad)
            {
                _failed();
                foreach (var one in waiting) one.SetException(new StoreUnavailable("the log could not be synced: " + bad.Message, TimeSpan.FromSeconds(5)));
                return;
            }

            foreach (var one in waiting) one.SetResult();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _stop = true;
            Monitor.Pulse(_gate);
        }

        _thread?.Join();
        Now();
    }

    void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                if (_waiting.Count == 0 && !_stop) Monitor.Wait(_gate, Idle);
                if (_stop) return;
            }

            Now();
        }
    }
}
