using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;
using Muster.Telemetry.Store.Reading;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>Writes a generation into blocks, one for each day that it has samples of.</summary>
static class Sealing
{
    /// <param name="number">The first number that no block has.</param>
    /// <param name="deletions">Those that go for this generation; what they hide is not written.</param>
    /// <returns>Names of the blocks, which are on the disk and count nowhere yet.</returns>
    /// <exception cref="IOException">There is no block.</exception>
    public static List<string> Write(IFiles files, string folder, GenerationSet set, long number, IReadOnlyList<Deletion> deletions, CancellationToken cancel)
    {
        var generation = set.Generation;
        var order = Enumerable.Range(0, generation.SeriesCount).Where(series => generation[series].HasSamples).ToArray();
        Array.Sort(order, (a, b) => generation.Keys.KeyOf(a).SequenceCompareTo(generation.Keys.KeyOf(b)));
        var names = new List<string>();
        var last = deletions.Count == 0 ? 0 : deletions.Max(static one => one.Number);
        try
        {
            foreach (var day in DaysOf(generation, order))
            {
                var name = BlockName.Of(day, number++);
                names.Add(name);
                using var writer = new BlockWriter(files, folder, name);
                Fill(writer, set, order, day, deletions, cancel);
                if (!writer.IsEmpty)
                {
                    writer.Finish(generation.Number, generation.Number, 0, last);
                    continue;
                }

                writer.Dispose();
                names.Remove(name);
                files.Delete(Path.Combine(folder, name + BlockWriter.Passing));
            }

            return names;
        }
        catch
        {
            // Where there was no room, what was begun would take it from the log.
            foreach (var path in names.Select(name => Path.Combine(folder, name)).SelectMany(static path => (string[])[path + BlockWriter.Passing, path]).Where(files.Exists)) files.Delete(path);
            throw;
        }
    }

    static void Fill(BlockWriter writer, GenerationSet set, int[] order, long day, IReadOnlyList<Deletion> deletions, CancellationToken cancel)
    {
        var samples = new SampleBuffer();
        var (from, to) = (day * Days.Length, ((day + 1) * Days.Length) - 1);
        var read = 0;
        foreach (var number in order)
        {
            if ((++read & 1023) == 0) cancel.ThrowIfCancellationRequested();
            var span = set.SpanOf(number);
            if (span.First > to || span.Last < from) continue;
            samples.Clear();
            var hidden = deletions.Count == 0 ? null : deletions.Where(one => one.Hits(set.LabelsOf(number))).Select(static one => (one.From, one.To)).ToArray();
            new SeriesPart(set, number, hidden is { Length: > 0 } ? hidden : null).Read(from, to, samples);
            writer.Add(set.Generation.Keys.KeyOf(number), samples);
        }
    }

    /// <summary>Days that have samples: between two of one series there may be years without any.</summary>
    static SortedSet<long> DaysOf(Generation generation, int[] series)
    {
        var days = new SortedSet<long>();
        var samples = new SampleBuffer();
        foreach (var number in series)
        {
            var (first, last) = (Days.Of(generation[number].First), Days.Of(generation[number].Newest));
            days.Add(first);
            days.Add(last);
            if (last - first < 2) continue;
            samples.Clear();
            generation[number].Read((first + 1) * Days.Length, (last * Days.Length) - 1, samples);
            foreach (var time in samples.Times) days.Add(Days.Of(time));
        }

        return days;
    }
}
