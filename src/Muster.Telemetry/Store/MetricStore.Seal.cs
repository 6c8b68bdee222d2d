using System.Collections.Immutable;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Log;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store;

public sealed partial class MetricStore
{
    /// <summary>Two hours: what is sealed at a time. The samples of a moment may come in a little after it.</summary>
    const long Partition = 7_200_000, Lateness = 120_000;

    /// <summary>Names of blocks that count no more and are still on the disk.</summary>
    readonly Queue<string> _over = new();

    /// <summary>The manifest on the disk is the one that will be there after a power cut.</summary>
    bool _lasts = true;

    /// <summary>The manifest on the disk names blocks that are not there any more.</summary>
    bool _isBehind;

    bool IsDue()
    {
        if (_view.Head.Generation.Samples == 0) return false;
        return (_clock.Now - Lateness) / Partition > (_opened - Lateness) / Partition || Grown >= LongestLog || _unsynced;
    }

    void FreezeHead()
    {
        lock (_gate) Freeze();
    }

    /// <summary>The oldest generation first. What is sealed counts when the manifest is written; only then is its log deleted.</summary>
    void SealAll(CancellationToken cancel)
    {
        while (View is { Frozen: [.., var set] } view)
        {
            var deletions = view.Deletions.Where(one => one.GoesFor(set)).ToArray();
            var names = Sealing.Write(_files, _blocks, set, _manifest.NextBlock, deletions, cancel);
            Try("exemplars could not be kept", () =>
            {
                lock (_deleting) KeepExemplars();
            });
            var blocks = new List<Block>();
            try
            {
                foreach (var name in names) blocks.Add(Open(name));
                var next = names.Select(BlockName.NumberOf).Append(_manifest.NextBlock - 1).Max() + 1;
                WriteManifest(new(set.LastGeneration, next, [.. _manifest.Blocks, .. names]));
            }
            catch
            {
                foreach (var block in blocks) block.Dispose();
                foreach (var name in names) _files.Delete(Path.Combine(_blocks, name));
                throw;
            }

            var sealedSeries = deletions.Length == 0 ? new SealedSeries(set.Generation) : null;
            lock (_gate)
            {
                // A deletion that came in meanwhile is one that it does not know of.
                _lastSealed = _view.Deletions == view.Deletions ? sealedSeries : null;
                Show(_view with { Frozen = [.. _view.Frozen.Where(one => one != set)], Blocks = Ordered([.. blocks, .. _view.Blocks]) });
            }

            Settle();
        }
    }

    /// <summary>Logs of generations that stand in blocks, or had nothing.</summary>
    void DeleteLogs()
    {
        long[] over;
        lock (_gate)
        {
            var first = _view.Frozen.IsEmpty ? _view.Head.LastGeneration : _view.Frozen[^1].LastGeneration;
            over = [.. _segments.Keys.Where(number => number < first)];
            foreach (var number in _oldLogs.Keys.Where(number => number < first).ToArray()) _oldLogs.Remove(number);
        }

        foreach (var number in over)
        {
            // Closed outside the gate: a sync may be under way.
            LogSegment segment;
            lock (_gate)
            {
                segment = _segments[number];
                _segments.Remove(number);
            }

            _sync.Close(segment);
        }

        var keep = View.Frozen.IsEmpty ? View.Head.LastGeneration : View.Frozen[^1].LastGeneration;
        foreach (var name in _files.List(_logs))
        {
            if (LogSegment.GenerationOf(name) is { } number && number < keep) _files.Delete(Path.Combine(_logs, name));
        }
    }

    Block Open(string name) => Block.Open(_files, _blocks, name, Damaged);

    /// <exception cref="IOException">The one before still holds.</exception>
    void WriteManifest(Manifest manifest)
    {
        manifest.Write(_files, _folder);
        _manifest = manifest;
        (_lasts, _isBehind) = (false, false);
    }

    /// <summary>
    /// Makes the manifest last, and then deletes what it does not need any more: before that a power cut may bring the one before back, which does.
    /// </summary>
    void Settle()
    {
        if (_isBehind) WriteManifest(_manifest);
        if (!_lasts) _files.SyncFolder(_folder);
        _lasts = true;
        while (_over.TryPeek(out var name))
        {
            var path = Path.Combine(_blocks, name);
            if (_files.Exists(path)) _files.Delete(path);
            _over.Dequeue();
        }

        DeleteLogs();
    }

    /// <summary>The gate is held.</summary>
    void Show(StoreView view) => Volatile.Write(ref _view, view);

    static ImmutableArray<Block> Ordered(IEnumerable<Block> blocks) =>
        [.. blocks.OrderByDescending(static block => block.LastGeneration).ThenByDescending(static block => block.Footer.FirstGeneration)];

    long LogBytes()
    {
        lock (_gate) return _segments.Values.Sum(static segment => segment.Length) + _oldLogs.Values.Sum();
    }

    long BytesOf(StoreView view) => view.Blocks.Sum(static block => block.Size) + LogBytes();
}
