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

    /// <summary>Whose sync failed once: the next one may go well though what was to be written is lost, so no success is believed of them any more.</summary>
    readonly HashSet<LogSegment> _doubtful = [];
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
    /// <exception cref="StoreUnavailable">It may not be; nor, where a sync failed before, as long as what that was about does not stand in blocks.</exception>
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
            lock (_gate)
            {
                _dirty.Remove(segment);
                _doubtful.Remove(segment);
            }

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

            string? failure = null;
            foreach (var segment in dirty)
            {
                try { segment.Sync(); }
                catch (Exception bad)
                {
                    failure = bad.Message;
                    lock (_gate) _doubtful.Add(segment);
                }
            }

            if (failure is not null) _failed();
            bool sure;
            lock (_gate) sure = _doubtful.Count == 0;
            foreach (var one in waiting)
            {
                if (sure) one.SetResult();
                else one.SetException(new StoreUnavailable("the log could not be synced: " + (failure ?? "a sync failed before, and what it was about is not sealed yet"), TimeSpan.FromSeconds(5)));
            }
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
