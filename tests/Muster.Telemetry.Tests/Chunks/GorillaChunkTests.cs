using Muster.Telemetry.Chunks;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Chunks;

public sealed class GorillaChunkTests
{
    static SampleBuffer Decoded(byte[] bytes, long from = long.MinValue, long to = long.MaxValue)
    {
        var found = new SampleBuffer();
        Gorilla.Decode(bytes, from, to, found);
        return found;
    }

    /// <summary>All that fits.</summary>
    static GorillaChunk Chunk(long[] times, double[] values)
    {
        var chunk = new GorillaChunk();
        for (var at = 0; at < times.Length && !chunk.IsFull; at++) chunk.Append(times[at], values[at]);
        return chunk;
    }

    [Fact]
    public void Every_kind_comes_back_by_bits_after_each_append()
    {
        var random = new Random(1);
        foreach (var timeKind in Mixes.TimeKinds)
        {
            foreach (var valueKind in Mixes.ValueKinds)
            {
                var times = Mixes.Times(timeKind, 130, random);
                var values = Mixes.Values(valueKind, 130, random);
                var chunk = new GorillaChunk();
                Assert.Equal(0, chunk.Count);
                Assert.Equal(0, Decoded(chunk.Bytes).Count);
                while (!chunk.IsFull)
                {
                    chunk.Append(times[chunk.Count], values[chunk.Count]);
                    Mixes.AssertSame(times.AsSpan(0, chunk.Count), values.AsSpan(0, chunk.Count), Decoded(chunk.Bytes));
                    Assert.Equal((times[0], times[chunk.Count - 1]), (chunk.First, chunk.Last));
                    Assert.Equal(BitConverter.DoubleToInt64Bits(values[chunk.Count - 1]), BitConverter.DoubleToInt64Bits(chunk.LastValue));
                }

                Assert.InRange(chunk.Count, 50, GorillaChunk.MostSamples);
                Assert.InRange(chunk.Bytes.Length, 1, GorillaChunk.MostBytes);
                Mixes.AssertSame(times.AsSpan(0, chunk.Count), values.AsSpan(0, chunk.Count), Decoded(chunk.Trimmed));
                chunk.Clear();
                Assert.Equal(0, chunk.Count);
            }
        }
    }

    [Fact]
    public void A_constant_of_two_hours_takes_forty_seven_bytes()
    {
        var random = new Random(2);
        var chunk = Chunk(Mixes.Times("even", 130, random), Mixes.Values("constant", 130, random));
        Assert.Equal(120, chunk.Count);
        // Head, one change of delta, and two bits for each of the others.
        Assert.Equal(17 + (((20 + 1) + (118 * 2) + 7) / 8), chunk.Trimmed.Length);
        Assert.Equal(64, chunk.Bytes.Length);
    }

    [Fact]
    public void Changes_of_the_delta_at_the_edge_of_each_width_come_back()
    {
        long[] edges = [1, 127, 128, 129, 255, 256, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 1 << 17, int.MaxValue, 1L << 31, (1L << 31) + 1, 1L << 32, 1L << 50];
        foreach (var edge in edges)
        {
            // Up by the edge, down by it, and once more.
            long[] times = [0, 1, 2 + edge, 3 + edge, 4 + edge, 6 + (2 * edge), 6 + (3 * edge), 6 + (4 * edge)];
            double[] values = [1, 2, 3, 4, 5, 6, 7, 8];
            Mixes.AssertSame(times, values, Decoded(Chunk(times, values).Bytes));
        }
    }

    [Fact]
    public void One_odd_value_does_not_make_all_later_ones_long()
    {
        double[] values = [1, Math.PI, .. Enumerable.Range(0, 100).Select(at => (double)(1 + (at % 2)))];
        var chunk = Chunk(Mixes.Times("even", values.Length, new Random(6)), values);
        Assert.InRange(chunk.Trimmed.Length, 1, 300);
    }

    [Fact]
    public void Only_what_lies_in_the_range_is_added_and_what_was_there_stays()
    {
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            var times = Mixes.Times(Mixes.TimeKinds[round % 3], 100, random);
            var values = Mixes.Values(random.Next(2) == 0 ? "constant" : "load", 100, random);
            var from = times[0] + random.NextInt64(-20_000, times[^1] - times[0] + 20_000);
            var to = random.Next(3) == 0 ? times[random.Next(100)] : from + random.NextInt64(-10_000, 100 * 15_000);
            var found = new SampleBuffer();
            found.Add(-5, 7);
            Gorilla.Decode(Chunk(times, values).Bytes, from, to, found);
            var expected = Enumerable.Range(0, 100).Where(at => times[at] >= from && times[at] <= to).ToArray();
            Mixes.AssertSame([-5, .. expected.Select(at => times[at])], [7, .. expected.Select(at => values[at])], found);
        }
    }

    [Fact]
    public void A_prefix_taken_earlier_still_reads_the_same_or_more()
    {
        var random = new Random(4);
        var times = Mixes.Times("jitter", 120, random);
        var values = Mixes.Values("cpu seconds", 120, random);
        var chunk = new GorillaChunk();
        var taken = new List<(byte[] Bytes, int Count)>();
        for (var at = 0; at < 120; at++)
        {
            chunk.Append(times[at], values[at]);
            taken.Add((chunk.Bytes, chunk.Count));
        }

        foreach (var (bytes, count) in taken)
        {
            var found = Decoded(bytes);
            Assert.True(found.Count >= count);
            Mixes.AssertSame(times.AsSpan(0, found.Count), values.AsSpan(0, found.Count), found);
        }
    }

    sealed class Held
    {
        public GorillaChunk Chunk;
        public bool Done;
    }

    [Fact]
    public async Task A_reader_sees_a_true_prefix_while_another_thread_appends()
    {
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var times = Mixes.Times("jitter", 100, random);
            var values = Mixes.Values(Mixes.ValueKinds[round % Mixes.ValueKinds.Length], 100, random);
            var held = new Held();
            var reader = Task.Run(() =>
            {
                for (var last = 0; !Volatile.Read(ref held.Done);)
                {
                    var found = Decoded(held.Chunk.Bytes);
                    Assert.True(found.Count >= last);
                    last = found.Count;
                    Mixes.AssertSame(times.AsSpan(0, last), values.AsSpan(0, last), found);
                }
            }, TestContext.Current.CancellationToken);
            for (var at = 0; at < 100 && !held.Chunk.IsFull; at++)
            {
                held.Chunk.Append(times[at], values[at]);
                Thread.SpinWait(random.Next(100));
            }

            Volatile.Write(ref held.Done, true);
            await reader;
        }
    }

    [Fact]
    public void Changed_bytes_are_told_as_corrupt_or_decode_to_something_bounded()
    {
        var (corrupt, normal) = (0, 0);
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var chunk = Chunk(Mixes.Times(Mixes.TimeKinds[seed % Mixes.TimeKinds.Length], 120, random), Mixes.Values(Mixes.ValueKinds[seed % Mixes.ValueKinds.Length], 120, random));
            var found = new SampleBuffer();
            found.Add(1, 1);
            try
            {
                Gorilla.Decode(Mixes.Mutated(chunk.Trimmed, random), long.MinValue, long.MaxValue, found);
                normal++;
                Assert.InRange(found.Count, 1, 256);
                for (var at = 2; at < found.Count; at++) Assert.True(found.Times[at] > found.Times[at - 1]);
            }
            catch (CorruptChunk)
            {
                corrupt++;
                Assert.Equal(1, found.Count);
            }
        }

        Assert.True(corrupt > 2000 && normal > 1000, $"{corrupt} corrupt, {normal} normal");
    }
}
