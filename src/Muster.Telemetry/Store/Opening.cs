using System.Collections.Immutable;
using System.Globalization;
using Muster.Telemetry.Store.Blocks;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Log;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store;

/// <summary>Finds out what a folder holds: which blocks count, what the log has to add, what is left over from work that did not end.</summary>
sealed class Opening(IFiles files, string folder, string logs, string blocks, ExemplarRing exemplars, MetadataMap metadata, Action<Block, string> damaged)
{
    /// <summary>A file that stands in a copy as long as it is not whole.</summary>
    public const string Unfinished = "unfinished";

    const int MostFindings = 100;

    readonly List<string> _findings = [];
    long _samples, _torn, _lost;
    int _damagedRecords;

    /// <summary>Bytes of the logs that are read and not written on, by their generations.</summary>
    public Dictionary<long, long> OldLogs { get; } = [];

    public (Manifest Manifest, StoreView View, List<(long Generation, LogSegment Segment)> Segments, Recovery Recovery) Run()
    {
        var manifest = ReadManifest();
        Last();
        var found = OpenBlocks(manifest);
        var deletions = ReadDeletions();
        // What comes in from now on is newer than all that is there, even if manifest and logs are lost: no old deletion goes for it.
        var newest = found.Select(static block => block.LastGeneration).Concat(deletions.Select(static one => one.LastGeneration)).Append(manifest.Sealed).Max();
        ReadExemplars(deletions);
        var (frozen, head, segments) = ReadLogs(manifest, newest, deletions);
        var ordered = found.OrderByDescending(static block => block.LastGeneration).ThenByDescending(static block => block.Footer.FirstGeneration).ToImmutableArray();
        var view = new StoreView(head, frozen, ordered, deletions);
        return (manifest, view, segments, new(_samples, _torn, _damagedRecords, _lost, [.. _findings]));
    }

    /// <summary>What a process that was killed had made, renamed or deleted need not last yet; what is done from now on rests on it.</summary>
    void Last()
    {
        foreach (var name in files.List(logs))
        {
            using var log = files.Continue(Path.Combine(logs, name));
            log.Sync();
        }

        files.SyncFolder(logs);
        files.SyncFolder(blocks);
        files.SyncFolder(folder);
    }

    Manifest ReadManifest()
    {
        if (files.Exists(Path.Combine(folder, Unfinished))) throw new IOException($"{folder} is a copy that was not finished");
        // Whatever looks like a block may count when no manifest tells. What stands in two of them, or in the log as well, is read once.
        var names = files.List(blocks).Where(BlockName.IsOne).ToArray();
        var all = new Manifest(0, 1 + names.Select(BlockName.NumberOf).DefaultIfEmpty(0).Max(), names);
        try
        {
            if (Manifest.Read(files, folder) is { } manifest) return manifest;
            if (names.Length > 0) Find($"there is no manifest: every block that is there is taken");
        }
        catch (InvalidDataException bad) { Find($"{bad.Message}: every block that is there is taken"); }

        all.Write(files, folder);
        return all;
    }

    List<Block> OpenBlocks(Manifest manifest)
    {
        var counted = manifest.Blocks.ToHashSet(StringComparer.Ordinal);
        foreach (var name in files.List(blocks))
        {
            if (!counted.Contains(name)) files.Delete(Path.Combine(blocks, name));
        }

        var opened = new List<Block>();
        foreach (var name in manifest.Blocks)
        {
            try { opened.Add(Block.Open(files, blocks, name, damaged)); }
            catch (Exception bad) when (bad is IOException or InvalidDataException) { Find($"{name} is left out: {bad.Message}"); }
        }

        return opened;
    }

    (ImmutableArray<GenerationSet> Frozen, GenerationSet Head, List<(long Generation, LogSegment Segment)> Segments) ReadLogs(Manifest manifest, long newest, ImmutableArray<Deletion> deletions)
    {
        var numbers = new List<long>();
        foreach (var name in files.List(logs))
        {
            if (LogSegment.GenerationOf(name) is not { } number) continue;
            if (number > manifest.Sealed) numbers.Add(number);
            else files.Delete(Path.Combine(logs, name));
        }

        numbers.Sort();
        var segments = new List<(long, LogSegment)>();
        var frozen = new List<GenerationSet>();
        var head = (GenerationSet?)null;
        foreach (var number in numbers)
        {
            var name = LogSegment.NameOf(number);
            var generation = new Generation(number);
            Replay replay;
            LogReading? reading;
            long length;
            using (var file = files.Open(Path.Combine(logs, name)))
            {
                length = file.Length;
                replay = new(generation, exemplars, metadata, deletions, length);
                reading = LogReader.Read(file, number, replay);
            }

            _samples += replay.Samples;
            if (reading is null)
            {
                SetAside(name, length);
                continue;
            }

            Tell(name, reading);
            var last = number == numbers[^1];
            if (last && reading.Damaged == 0 && replay.SameNumbers)
            {
                segments.Add((number, LogSegment.Continue(files, logs, number, reading.Good)));
                head = new(generation);
            }
            else
            {
                OldLogs[number] = length;
                if (generation.Samples > 0) frozen.Insert(0, new(generation));
            }
        }

        if (head is null)
        {
            var number = Math.Max(newest, numbers.Count == 0 ? 0 : numbers[^1]) + 1;
            var segment = LogSegment.Create(files, logs, number);
            segments.Add((number, segment));
            head = new(new(number));
        }

        return ([.. frozen], head, segments);
    }

    /// <summary>A file too short for its own beginning was just being made, and holds nothing.</summary>
    void SetAside(string name, long length)
    {
        var path = Path.Combine(logs, name);
        if (length < LogSegment.Start)
        {
            files.Delete(path);
            return;
        }

        files.Rename(path, path + ".damaged");
        Find($"{name} does not begin as a log does; it is kept as {name}.damaged ({length} bytes) and not read");
    }

    void Tell(string name, LogReading reading)
    {
        _torn += reading.Torn;
        _damagedRecords += reading.Damaged;
        _lost += reading.Lost;
        if (reading.Torn > 0) Find($"{name}: {reading.Torn} bytes at its end are no whole record, and are cut");
        if (reading.Damaged > 0) Find($"{name}: {reading.Damaged} records ({reading.DamagedBytes} bytes) do not match their checksum, and are left out");
        if (reading.Lost > 0) Find($"{name}: {reading.Lost} samples are of series that stood in a damaged record, and are left out");
    }

    ImmutableArray<Deletion> ReadDeletions()
    {
        try { return DeletionFile.Read(files, folder); }
        catch (InvalidDataException bad)
        {
            Find($"{bad.Message}: what was deleted and not yet taken from the disk is seen again");
            return [];
        }
    }

    void ReadExemplars(ImmutableArray<Deletion> deletions)
    {
        try
        {
            var (deleted, all) = ExemplarFile.Read(files, folder);
            foreach (var (series, exemplar) in all)
            {
                if (!deletions.Any(one => one.Number > deleted && one.Hits(series, exemplar.Time, 0))) exemplars.Add(series, exemplar, 0);
            }
        }
        catch (InvalidDataException bad) { Find($"{ExemplarFile.Name}: {bad.Message}: exemplars from before the last sealing are gone"); }
    }

    void Find(FormattableString what) => Find(what.ToString(CultureInfo.InvariantCulture));

    void Find(string what)
    {
        if (_findings.Count < MostFindings) _findings.Add(what);
    }
}
