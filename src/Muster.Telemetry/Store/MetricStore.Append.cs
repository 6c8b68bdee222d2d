using Muster.Telemetry.Intake;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Log;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store;

public sealed partial class MetricStore
{
    /// <summary>Generations that may wait for their sealing before no more is taken.</summary>
    const int MostFrozen = 4;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    readonly Admission _admission;
    readonly LogRecord _record = new();
    readonly Earlier _earlier = new();
    readonly long[] _refused = new long[Enum.GetValues<Refused>().Length];
    SealedSeries? _lastSealed;
    long _opened, _begun;
    volatile bool _unsynced;

    /// <summary>Takes a batch. Safe from several threads.</summary>
    /// <param name="durable">Answer only after it is synced to the disk (group commit); otherwise it survives a kill of the process, and a power cut loses a second of it at most.</param>
    /// <exception cref="StoreUnavailable">Nothing was taken; or, where it should be durable, it may not be.</exception>
    public ValueTask<Appended> Append(SampleBatch batch, bool durable, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Appended outcome;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            MakeRoom();
            outcome = Take(batch);
        }

        return durable ? Synced(outcome) : new(outcome);
    }

    async ValueTask<Appended> Synced(Appended outcome)
    {
        await _sync.Wait();
        return outcome;
    }

    Appended Take(SampleBatch batch)
    {
        var view = _view;
        List<(HeadSeries Series, Exemplar Exemplar)> exemplars;
        try { exemplars = Log(batch, view); }
        catch (Exception bad)
        {
            // Whatever it was: what is not in the log must not be taken for known when it comes again.
            _admission.Undo();
            if (bad is IOException) throw new StoreUnavailable("the log cannot be written: " + bad.Message, Soon);
            throw;
        }

        _admission.Apply();
        foreach (var (series, exemplar) in exemplars) _exemplars.Add(view.Head.Generation.LabelsOf(series), exemplar, view.Head.Generation.Number);
        foreach (var told in batch.Metadata) _metadata.Add(told);
        var outcome = _admission.Outcome(exemplars.Count);
        foreach (var (why, count) in outcome.Rejected) _refused[(int)why] += count;
        return outcome;
    }

    /// <summary>Decides on a batch, and writes what is taken into the log.</summary>
    List<(HeadSeries Series, Exemplar Exemplar)> Log(SampleBatch batch, StoreView view)
    {
        _earlier.Look(view, _lastSealed);
        _record.Begin();
        _admission.Decide(batch, view.Head.Generation, _earlier, _clock, _record);
        var exemplars = TakeExemplars(batch);
        foreach (var told in batch.Metadata)
        {
            if (_metadata.IsNew(told)) _record.Metadata(told);
        }

        if (_record.IsEmpty) return exemplars;
        _log.Write(_record.Finish());
        _sync.Wrote(_log);
        return exemplars;
    }

    /// <summary>Those whose series is known, since others hang on nothing, and whose labels are some and not too long.</summary>
    List<(HeadSeries Series, Exemplar Exemplar)> TakeExemplars(SampleBatch batch)
    {
        var taken = new List<(HeadSeries, Exemplar)>(batch.Exemplars.Count);
        foreach (var exemplar in batch.Exemplars)
        {
            if (_record.IsFull) break;
            if (!ExemplarRing.TryKey(exemplar.Labels, out var labels) || _admission.SeriesOf(batch, exemplar.Series) is not { } series) continue;
            _record.Exemplar(series.Number, exemplar.Time, exemplar.Value, labels);
            taken.Add((series, exemplar));
        }

        return taken;
    }

    /// <summary>Begins a new generation when the log is long enough, or has to be left behind.</summary>
    void MakeRoom()
    {
        if (Grown < LongestLog && !_unsynced) return;
        if (_view.Frozen.Length >= MostFrozen)
        {
            if (Grown < LongestLog * 2) return;
            throw new StoreUnavailable("what came in cannot be sealed as fast as it comes", Soon);
        }

        try { Freeze(); }
        catch (IOException) when (Grown < LongestLog * 2) { return; }
        catch (IOException bad) { throw new StoreUnavailable("there is no room for the log: " + bad.Message, Soon); }
        if (_background) _ = TendInBackground();
    }

    /// <summary>Nobody waits for this: whatever goes wrong is told, and tried again with the next.</summary>
    async Task TendInBackground()
    {
        try { await Task.Run(() => Tend(CancellationToken.None)); }
        catch (Exception bad) { Problem("the head could not be sealed: " + bad.Message); }
    }

    /// <summary>Longest log of one generation: with a budget, only a part of that.</summary>
    long LongestLog => _options.MaxBytes > 0 ? Math.Min(_options.MaxLogBytes, Math.Max(64 << 10, _options.MaxBytes / 8)) : _options.MaxLogBytes;

    /// <summary>What came in since the log began: metadata that it was begun with is no reason to begin another.</summary>
    long Grown => _log.Length - _begun;

    /// <summary>The head takes no more, and a new one begins. The gate is held.</summary>
    /// <exception cref="IOException">Nothing has changed.</exception>
    void Freeze()
    {
        var view = _view;
        var number = view.Head.Generation.Number + 1;
        var segment = LogSegment.Create(_files, _logs, number);
        try
        {
            // A log is thrown away once it is sealed; what families say of themselves has to stand in one that is not.
            _record.Begin();
            foreach (var told in _metadata.All) _record.Metadata(told);
            if (!_record.IsEmpty)
            {
                segment.Write(_record.Finish());
                segment.Sync();
            }
        }
        catch
        {
            segment.Dispose();
            throw;
        }

        _segments[number] = segment;
        _log = segment;
        _begun = segment.Length;
        _sync.Wrote(segment);
        _opened = _clock.Now;
        _unsynced = false;
        Volatile.Write(ref _view, view with { Head = new(new(number)), Frozen = view.Head.Generation.Samples > 0 ? [view.Head, .. view.Frozen] : view.Frozen });
    }
}
