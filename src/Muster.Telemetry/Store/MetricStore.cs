using System.Collections.Immutable;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Log;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store;

/// <summary>
/// The samples of one project, in one folder. One process at a time holds it. What comes in stands in a log and in memory; every two hours, or when
/// the log is long, it is sealed into a block for each day of UTC that it is of; blocks of a day are merged.
/// </summary>
public sealed partial class MetricStore : ISeriesSource, IAsyncDisposable
{
    const int MostExemplars = 100_000, MostExemplarText = 32 << 20, MostFamilies = 50_000;

    readonly string _folder, _logs, _blocks;
    readonly StoreOptions _options;
    readonly IFiles _files;
    readonly Clock _clock;
    readonly IDisposable _lock;
    readonly bool _background;
    readonly ExemplarRing _exemplars = new(MostExemplars, MostExemplarText);
    readonly MetadataMap _metadata = new(MostFamilies);
    readonly LogSync _sync;

    /// <summary>Held by whoever appends, and by whoever puts a new view in the place of the old one.</summary>
    readonly Lock _gate = new();

    /// <summary>Held by the one that seals, merges and drops.</summary>
    readonly SemaphoreSlim _tending = new(1, 1);

    readonly Dictionary<long, LogSegment> _segments = [];

    /// <summary>Bytes of the logs from before the start that are not sealed yet.</summary>
    readonly Dictionary<long, long> _oldLogs;
    readonly List<string> _problems = [];
    StoreView _view;
    Manifest _manifest;
    LogSegment _log;
    bool _closed;

    MetricStore(string folder, StoreOptions options, TimeProvider time, IFiles files, bool background)
    {
        (_folder, _options, _files, _background) = (folder, options, files, background);
        (_logs, _blocks) = (Path.Combine(folder, "log"), Path.Combine(folder, "blocks"));
        _clock = new(time);
        _admission = new(options);
        files.MakeFolder(folder);
        files.MakeFolder(_logs);
        files.MakeFolder(_blocks);
        _lock = files.Lock(Path.Combine(folder, "lock"));
        _sync = new(() => _unsynced = true, background);
        try
        {
            var opening = new Opening(_files, _folder, _logs, _blocks, _exemplars, _metadata, Damaged);
            var (manifest, view, segments, recovery) = opening.Run();
            (_manifest, _view, Recovery) = (manifest, view, recovery);
            _oldLogs = opening.OldLogs;
            foreach (var (generation, segment) in segments) _segments[generation] = segment;
            _log = _segments[view.Head.Generation.Number];
            _opened = Math.Clamp(view.Head.Generation.First, _clock.Now - Partition, _clock.Now);
            _deletion = view.Deletions.IsEmpty ? 0 : view.Deletions.Max(static one => one.Number);
            _deletion = Math.Max(_deletion, view.Blocks.IsEmpty ? 0 : view.Blocks.Max(static block => block.Deleted));
        }
        catch
        {
            _sync.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>How it was found when it was opened.</summary>
    public Recovery Recovery { get; }

    /// <summary>What went wrong since, and was not an answer to anybody: a block that does not match its checksum, a sealing without room. The last ones.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_problems) return [.. _problems];
        }
    }

    internal StoreView View => Volatile.Read(ref _view);

    /// <summary>Opens or makes a store; what was acknowledged before is there again when this returns.</summary>
    /// <exception cref="IOException">The folder cannot be used, or another process has it.</exception>
    public static MetricStore Open(string folder, StoreOptions options, TimeProvider time) => Open(folder, options, time, new DiskFiles(), background: true);

    /// <param name="background">False: nothing is synced or sealed but when it is asked for.</param>
    internal static MetricStore Open(string folder, StoreOptions options, TimeProvider time, IFiles files, bool background) => new(folder, options, time, files, background);

    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        await _tending.WaitAsync();
        lock (_deleting)
        {
            lock (_gate)
            {
                if (_closed) return;
                _closed = true;
            }
        }

        _sync.Dispose();
        foreach (var segment in _segments.Values) segment.Dispose();
        foreach (var block in View.Blocks) block.Dispose();
        foreach (var (block, _) in _retired) block.Dispose();
        _lock.Dispose();
        _tending.Release();
    }

    void Damaged(Block block, string what) => Problem($"{block.Name}: {what}");

    void Problem(string what)
    {
        lock (_problems)
        {
            if (_problems.Contains(what)) return;
            if (_problems.Count == 100) _problems.RemoveAt(0);
            _problems.Add(what);
        }
    }
}
