using System.Buffers;
using System.Globalization;
using Muster.Telemetry.Chunks;
using Muster.Telemetry.Series;

namespace Muster.Bench.Telemetry;

/// <summary>Samples in and out of memory's chunks, and how many bytes they take, on one core; the data are of <see cref="NodeShape"/>, every 15 s.</summary>
static class ChunkFigures
{
    const int Series = 1000;

    public static readonly IReadOnlyList<Contest> All =
    [
        Append("metrics, append to head chunks of 10,000 series", new Goal.AtLeast(50e6), 10_000, 0),
        Append("the same, times 3 ms early or late", new Goal.None(), 10_000, 3),
        new("metrics, decode head chunks", new Goal.AtLeast(200e6), "samples", () =>
        {
            var chunks = Appended(Series, Data(GorillaChunk.MostSamples, 0));
            var buffer = new SampleBuffer();
            return Arena(() =>
            {
                foreach (ref var chunk in chunks.AsSpan())
                {
                    buffer.Clear();
                    Gorilla.Decode(chunk.Bytes, long.MinValue, long.MaxValue, buffer);
                }

                return chunks.Sum(chunk => chunk.Count);
            }, 100);
        }) { Pinned = true },
        Seal("metrics, seal blocks of 480 samples", 480, 0),
        Seal("the same, times 2 ms early or late", 480, 2),
        Unseal("metrics, decode sealed blocks of 480 samples", new Goal.AtLeast(100e6), 480, 0),
        Unseal("the same, times 2 ms early or late and so decoded too", new Goal.None(), 480, 2),
        Unseal("metrics, decode sealed blocks of 8,192 samples", new Goal.AtLeast(100e6), 8192, 0),
    ];

    static Contest Append(string name, Goal goal, int series, int jitter) => new(name, goal, "samples", () =>
    {
        var data = Data(GorillaChunk.MostSamples, jitter);
        return Arena(() => Appended(series, data).Sum(chunk => chunk.Count), 4) with
        {
            Note = () => Each(Appended(Series, data).Sum(chunk => (double)chunk.Trimmed.Length) / Appended(Series, data).Sum(chunk => chunk.Count)),
        };
    })
    { Pinned = true };

    static Contest Seal(string name, int count, int jitter) => new(name, new Goal.None(), "samples", () =>
    {
        var data = Data(count, jitter);
        return Arena(() => Sealed(data).Length * (long)count, 3);
    })
    { Pinned = true };

    static Contest Unseal(string name, Goal goal, int count, int jitter) => new(name, goal, "samples", () =>
    {
        var blocks = Sealed(Data(count, jitter));
        var buffer = new SampleBuffer();
        return Arena(() =>
        {
            foreach (var block in blocks)
            {
                buffer.Clear();
                SealedFloats.Decode(block, long.MinValue, long.MaxValue, buffer);
            }

            return blocks.Length * (long)count;
        }, 4 * (8192 / count)) with
        { Note = () => Each(blocks.Sum(block => (double)block.Length) / blocks.Length / count) };
    })
    { Pinned = true };

    static Arena Arena(Func<long> once, int times) => new(new("Muster", () =>
    {
        var samples = 0L;
        return VerdictFigures.Timed(() => samples = once(), times) is var timed ? new(samples * timed.Units, timed.Seconds) : default;
    }, Memory.Own), null, static () => { });

    static string Each(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes:F2} bytes a sample, times included.");

    /// <param name="jitter">How many milliseconds early or late each sample is at most.</param>
    static (long[] Times, double[] Values)[] Data(int count, int jitter)
    {
        var random = new Random(1);
        var shape = new NodeShape(Series);
        (long[] Times, double[] Values)[] data = [.. Enumerable.Range(0, Series).Select(_ => (new long[count], new double[count]))];
        for (var at = 0; at < count; at++)
        {
            shape.Move();
            for (var number = 0; number < Series; number++)
            {
                data[number].Times[at] = 1_780_000_000_000 + (at * 15_000L) + random.Next(-jitter, jitter + 1);
                data[number].Values[at] = shape.Values[number];
            }
        }

        return data;
    }

    /// <summary>Scrape by scrape, as samples come; as many as fit every chunk.</summary>
    static GorillaChunk[] Appended(int series, (long[] Times, double[] Values)[] data)
    {
        var chunks = new GorillaChunk[series];
        for (var at = 0; at < 100; at++)
        {
            for (var number = 0; number < series; number++)
            {
                var (times, values) = data[number % data.Length];
                chunks[number].Append(times[at], values[at]);
            }
        }

        return chunks;
    }

    static byte[][] Sealed((long[] Times, double[] Values)[] data) => Array.ConvertAll(data, static one =>
    {
        var into = new ArrayBufferWriter<byte>(1024);
        SealedFloats.Encode(one.Times, one.Values, into);
        return into.WrittenSpan.ToArray();
    });
}
