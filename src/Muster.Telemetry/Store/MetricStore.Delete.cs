using System.Collections.Immutable;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Log;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store;

public sealed partial class MetricStore
{
    /// <summary>Held by whoever changes what is deleted, for as long as the disk takes; before the gate, never within it.</summary>
    readonly Lock _deleting = new();

    long _deletion, _keptChanges = -1;

    /// <summary>Hides at once, and takes from the disk when the block is next rewritten. How many series it met.</summary>
    /// <remarks>What comes in later is not hidden, at whatever time it stands.</remarks>
    /// <exception cref="StoreUnavailable">It could not be written down; nothing is hidden.</exception>
    public int Delete(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, CancellationToken cancel)
    {
        try
        {
            lock (_deleting) return Hide(any, from, to, cancel);
        }
        catch (IOException bad) { throw new StoreUnavailable("the deletion cannot be written down: " + bad.Message, Soon); }
    }

    int Hide(IReadOnlyList<ImmutableArray<Matcher>> any, long from, long to, CancellationToken cancel)
    {
        StoreView view;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_view.Head.Generation.Samples > 0) Freeze();
            view = _view;
        }

        // Others go on appending meanwhile: theirs is a generation that this does not go for.
        var met = new HashSet<Labels>();
        foreach (var matchers in any) met.UnionWith(Selection.Of(view, matchers, from, to, cancel).Select(static series => series.Labels));
        if (met.Count == 0) return 0;
        var deletion = new Deletion(_deletion + 1, view.Head.LastGeneration - 1, from, to, [.. any]);
        ImmutableArray<Deletion> deletions = [.. view.Deletions, deletion];
        DeletionFile.Write(_files, _folder, deletions);
        _exemplars.Remove(deletion);
        lock (_gate)
        {
            _deletion++;
            // It does not know what is deleted; blocks do.
            _lastSealed = null;
            Show(_view with { Deletions = deletions });
        }

        return met.Count;
    }

    /// <summary>A whole copy beside the running store, in a new folder (hard links where it can): opening it gives what had been acknowledged before this was asked.</summary>
    /// <exception cref="IOException">There is no copy; what is there of it may be deleted.</exception>
    public async Task Snapshot(string folder, CancellationToken cancel)
    {
        await _tending.WaitAsync(cancel);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_files.Exists(Path.Combine(folder, Manifest.Name))) throw new IOException("there is a store in this folder");
            await Task.Run(() => Copy(folder, cancel), cancel);
        }
        finally { _tending.Release(); }
    }

    void Copy(string folder, CancellationToken cancel)
    {
        long generation;
        lock (_gate)
        {
            if (_view.Head.Generation.Samples > 0) Freeze();
            generation = _view.Head.LastGeneration;
        }

        SealAll(cancel);
        var (logs, blocks) = (Path.Combine(folder, "log"), Path.Combine(folder, "blocks"));
        _files.MakeFolder(folder);
        _files.MakeFolder(logs);
        _files.MakeFolder(blocks);
        var unfinished = Path.Combine(folder, Opening.Unfinished);
        _files.Create(unfinished).Dispose();
        _files.SyncFolder(folder);
        var view = View;
        if (_exemplars.All() is { Length: > 0 } exemplars) ExemplarFile.Write(_files, folder, view.Deletions.IsEmpty ? 0 : view.Deletions[^1].Number, exemplars);
        foreach (var name in _manifest.Blocks)
        {
            cancel.ThrowIfCancellationRequested();
            _files.Link(Path.Combine(_blocks, name), Path.Combine(blocks, name));
            Check(blocks, name);
        }

        _files.SyncFolder(blocks);
        using (var segment = LogSegment.Create(_files, logs, generation))
        {
            var record = new LogRecord();
            record.Begin();
            foreach (var told in _metadata.All) record.Metadata(told);
            if (!record.IsEmpty) segment.Write(record.Finish());
            segment.Sync();
        }

        DeletionFile.Write(_files, folder, view.Deletions);
        (_manifest with { Sealed = generation - 1 }).Write(_files, folder);
        _files.SyncFolder(folder);
        _files.Delete(unfinished);
        _files.SyncFolder(folder);
    }

    /// <summary>Writes the exemplars down, for the time when their logs are gone. <see cref="_deleting"/> is held, so that what was deleted is not among them.</summary>
    /// <exception cref="IOException">Those before are kept.</exception>
    void KeepExemplars()
    {
        var changes = _exemplars.Changes;
        if (changes == _keptChanges || (changes == 0 && !_files.Exists(Path.Combine(_folder, ExemplarFile.Name)))) return;
        ExemplarFile.Write(_files, _folder, _deletion, _exemplars.All());
        _keptChanges = changes;
    }

    /// <exception cref="IOException">It is damaged: a copy of it would be none.</exception>
    void Check(string folder, string name)
    {
        try
        {
            using var copy = Block.Open(_files, folder, name, Damaged);
            if (copy.Index.SeriesCount != copy.Footer.Series) throw new IOException($"there is no snapshot with a damaged block in it: the index of {name} does not match its checksum");
        }
        catch (InvalidDataException bad) { throw new IOException($"there is no snapshot with a damaged block in it: {name}: {bad.Message}", bad); }
    }

    /// <summary>Rewrites one block that a deletion goes for, and forgets deletions that go for none.</summary>
    void CarryOutDeletions(CancellationToken cancel)
    {
        var view = View;
        if (view.Deletions.IsEmpty) return;
        foreach (var block in view.Blocks.Where(block => !block.IsDamaged && view.Deletions.Any(one => one.GoesFor(block))))
        {
            Rewrite([block], cancel);
            break;
        }

        // As long as a power cut may bring blocks back that have been rewritten, their deletions stay.
        if (!_lasts) return;
        lock (_deleting)
        {
            view = View;
            // So do they while a block that counts cannot be read: it may be read again.
            if (view.Blocks.Length < _manifest.Blocks.Count) return;
            ImmutableArray<Deletion> left = [.. view.Deletions.Where(one => view.Blocks.Any(one.GoesFor) || view.Frozen.Any(one.GoesFor))];
            if (left.Length == view.Deletions.Length) return;
            KeepExemplars();
            DeletionFile.Write(_files, _folder, left);
            lock (_gate) Show(_view with { Deletions = left });
        }
    }
}
