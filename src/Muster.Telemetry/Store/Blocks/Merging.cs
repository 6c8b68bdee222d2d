using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>Writes several blocks of a day into one, without what is deleted.</summary>
static class Merging
{
    /// <summary>So many blocks of one level become one of the next.</summary>
    const int Group = 4;

    /// <summary>Bytes of the indexes, unpacked, of what is merged at a time: one that is made is in memory whole, and none may be longer than can be read.</summary>
    const long MostIndexes = 1 << 29;

    /// <summary>What is to be merged next; empty: nothing.</summary>
    /// <param name="over">Days before this one do not grow any more, but for latecomers.</param>
    public static List<Block> Next(IEnumerable<Block> blocks, long over)
    {
        foreach (var day in blocks.Where(static block => !block.IsDamaged).GroupBy(static block => block.Day).OrderBy(static day => day.Key))
        {
            foreach (var level in day.GroupBy(static block => block.Footer.Level).OrderBy(static level => level.Key))
            {
                if (level.Count() >= Group && Fitting(level) is { Count: > 1 } some) return some;
            }

            if (day.Key >= over || day.Count() < 2) continue;
            // A day's large block is not written anew for each latecomer.
            var largest = day.Max(static block => block.Size);
            if (largest <= 4 * (day.Sum(static block => block.Size) - largest) && Fitting(day) is { Count: > 1 } all) return all;
        }

        return [];
    }

    /// <summary>The oldest ones, as many as go into one.</summary>
    static List<Block> Fitting(IEnumerable<Block> blocks)
    {
        var sum = 0L;
        return [.. blocks.OrderBy(static block => block.Footer.FirstGeneration).TakeWhile(block => (sum += block.Footer.IndexLength) <= MostIndexes)];
    }

    /// <param name="deletions">All there are.</param>
    /// <returns>False: a part could not be read, or nothing is left; there is no new block.</returns>
    /// <exception cref="IOException">There is no new block.</exception>
    public static bool Write(IFiles files, string folder, string name, IReadOnlyList<Block> blocks, IReadOnlyList<Deletion> deletions, CancellationToken cancel)
    {
        // Of two samples of one time the one that came first stays.
        var ordered = blocks.OrderBy(static block => block.Footer.FirstGeneration).ThenBy(static block => block.LastGeneration).ToArray();
        var path = Path.Combine(folder, name + BlockWriter.Passing);
        var kept = false;
        try
        {
            using var writer = new BlockWriter(files, folder, name);
            Fill(writer, ordered, deletions, cancel);
            if (writer.IsEmpty || ordered.Any(static block => block.IsDamaged)) return false;
            writer.Finish(
                ordered.Min(static block => block.Footer.FirstGeneration),
                ordered.Max(static block => block.LastGeneration),
                ordered.Max(static block => block.Footer.Level) + (ordered.Length > 1 ? 1 : 0),
                deletions.Count == 0 ? ordered.Max(static block => block.Deleted) : Math.Max(ordered.Max(static block => block.Deleted), deletions.Max(static one => one.Number)));
            kept = true;
            return true;
        }
        finally
        {
            if (!kept && files.Exists(path)) files.Delete(path);
        }
    }

    static void Fill(BlockWriter writer, Block[] blocks, IReadOnlyList<Deletion> deletions, CancellationToken cancel)
    {
        var cursors = blocks.Select(block => new Cursor(block, deletions)).ToArray();
        var samples = new SampleBuffer();
        var key = new Bytes();
        for (var read = 0; ; read++)
        {
            if ((read & 255) == 0) cancel.ThrowIfCancellationRequested();
            Cursor? least = null;
            foreach (var cursor in cursors)
            {
                if (!cursor.Ended && (least is null || cursor.Key.SequenceCompareTo(least.Key) < 0)) least = cursor;
            }

            if (least is null) return;
            key.Clear();
            key.Raw(least.Key);
            samples.Clear();
            var merge = new SampleMerge();
            foreach (var cursor in cursors)
            {
                if (cursor.Ended || !cursor.Key.SequenceEqual(key.Written)) continue;
                cursor.Part.Read(long.MinValue, long.MaxValue, merge.Begin());
                cursor.Next();
            }

            merge.Finish(samples);
            writer.Add(key.Written, samples);
        }
    }

    /// <summary>Goes through the series of a block, in the order of their keys.</summary>
    sealed class Cursor
    {
        readonly Block _block;
        readonly Deletion[] _deletions;
        readonly Bytes _key = new();
        readonly int _count;
        int _series;

        public Cursor(Block block, IReadOnlyList<Deletion> deletions)
        {
            _block = block;
            _deletions = [.. deletions.Where(one => one.GoesFor(block))];
            _count = block.Index.SeriesCount;
            ReadKey();
        }

        public bool Ended => _series >= _count;

        public ReadOnlySpan<byte> Key => _key.Written;

        public SeriesPart Part
        {
            get
            {
                if (_deletions.Length == 0) return new(_block, _series, null);
                var labels = _block.LabelsOf(_series);
                var hidden = _deletions.Where(one => one.Hits(labels)).Select(static one => (one.From, one.To)).ToArray();
                return new(_block, _series, hidden.Length > 0 ? hidden : null);
            }
        }

        public void Next()
        {
            _series++;
            ReadKey();
        }

        void ReadKey()
        {
            _key.Clear();
            if (!Ended) _block.Key(_series, _key);
        }
    }
}
