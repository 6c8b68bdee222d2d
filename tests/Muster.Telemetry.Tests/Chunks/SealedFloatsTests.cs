using System.Buffers;
using Muster.Telemetry.Chunks;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Chunks;

public sealed class SealedFloatsTests
{
    static byte[] Encoded(long[] times, double[] values)
    {
        var into = new ArrayBufferWriter<byte>();
        SealedFloats.Encode(times, values, into);
        return into.WrittenSpan.ToArray();
    }

    [Fact]
    public void Every_kind_of_times_and_values_comes_back_by_bits()
    {
        var random = new Random(1);
        var found = new SampleBuffer();
        foreach (var timeKind in Mixes.TimeKinds)
        {
            foreach (var valueKind in Mixes.ValueKinds)
            {
                foreach (var count in (int[])[1, 2, 3, 4, 127, 128, 129, 130, 257, 480, 1000])
                {
                    var times = Mixes.Times(timeKind, count, random);
                    var values = Mixes.Values(valueKind, count, random);
                    var block = Encoded(times, values);
                    found.Clear();
                    SealedFloats.Decode(block, long.MinValue, long.MaxValue, found);
                    Mixes.AssertSame(times, values, found);
                    Assert.Equal(new(count, times[0], times[^1]), SealedFloats.Span(block));
                }
            }
        }
    }

    [Fact]
    public void The_longest_block_comes_back()
    {
        var random = new Random(2);
        var times = Mixes.Times("jitter", BlockSpan.MostSamples, random);
        var values = Mixes.Values("random bits", BlockSpan.MostSamples, random);
        var found = new SampleBuffer();
        SealedFloats.Decode(Encoded(times, values), long.MinValue, long.MaxValue, found);
        Mixes.AssertSame(times, values, found);
    }

    [Fact]
    public void A_longer_block_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Encoded(new long[BlockSpan.MostSamples + 1], new double[BlockSpan.MostSamples + 1]));

    [Fact]
    public void Random_mixes_of_kinds_come_back_by_bits()
    {
        var found = new SampleBuffer();
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var count = random.Next(1, 600);
            var times = Mixes.Times(Mixes.TimeKinds[random.Next(Mixes.TimeKinds.Length)], count, random);
            double[] values = [.. Enumerable.Range(0, 4).SelectMany(_ => Mixes.Values(Mixes.ValueKinds[random.Next(Mixes.ValueKinds.Length)], (count / 4) + 1, random)).Take(count)];
            found.Clear();
            SealedFloats.Decode(Encoded(times, values), long.MinValue, long.MaxValue, found);
            Mixes.AssertSame(times, values, found);
        }
    }

    [Fact]
    public void Only_what_lies_in_the_range_is_added_and_what_was_there_stays()
    {
        var random = new Random(3);
        foreach (var kind in (string[])["even", "jitter", "gaps"])
        {
            var times = Mixes.Times(kind, 500, random);
            var values = Mixes.Values("counter", 500, random);
            var block = Encoded(times, values);
            for (var round = 0; round < 300; round++)
            {
                var from = times[0] + random.NextInt64(-20_000, times[^1] - times[0] + 20_000);
                var to = random.Next(3) == 0 ? times[random.Next(500)] : from + random.NextInt64(-10_000, 500 * 15_000);
                var found = new SampleBuffer();
                found.Add(-5, 7);
                SealedFloats.Decode(block, from, to, found);
                var expected = Enumerable.Range(0, 500).Where(at => times[at] >= from && times[at] <= to).ToArray();
                Mixes.AssertSame([-5, .. expected.Select(at => times[at])], [7, .. expected.Select(at => values[at])], found);
            }
        }
    }

    [Fact]
    public void Constants_on_an_even_grid_take_a_few_bytes_and_two_decimals_less_than_two_each()
    {
        var random = new Random(4);
        var times = Mixes.Times("even", 480, random);
        Assert.InRange(Encoded(times, Mixes.Values("constant", 480, random)).Length, 1, 20);
        Assert.InRange(Encoded(times, Mixes.Values("load", 480, random)).Length, 1, 480);
        Assert.InRange(Encoded(times, Mixes.Values("pages", 480, random)).Length, 1, 480 * 9 / 8);
    }

    [Fact]
    public void What_fits_no_decimals_costs_little_more_than_its_bits()
    {
        var random = new Random(7);
        var times = Mixes.Times("even", 480, random);
        Assert.InRange(Encoded(times, Mixes.Values("random bits", 480, random)).Length, 1, 480 * 33 / 4);
        // Each fits decimals, but both together none: what is large is not kept beside, for it is not rare.
        double[] mixed = [.. Enumerable.Range(0, 480).Select(at => at >= 470 ? 0.125 : 1e17 + (random.Next(100) * 16))];
        Assert.InRange(Encoded(times, mixed).Length, 1, 480 * 4);
    }

    [Fact]
    public void A_few_of_full_precision_do_not_make_whole_numbers_long()
    {
        var random = new Random(8);
        var times = Mixes.Times("even", 480, random);
        var values = Mixes.Values("steps", 480, random);
        var without = Encoded(times, values).Length;
        for (var at = 10; at < 480; at += 50) values[at] = Math.Exp(at % 13) * Math.PI;
        Assert.InRange(Encoded(times, values).Length, without, without + (12 * 10));
    }

    [Fact]
    public void A_stale_marker_among_decimals_costs_little_more_than_itself()
    {
        var random = new Random(5);
        var times = Mixes.Times("even", 480, random);
        var values = Mixes.Values("load", 480, random);
        var without = Encoded(times, values).Length;
        values[200] = StaleMarker.Value;
        Assert.InRange(Encoded(times, values).Length, without, without + 16);
    }

    [Fact]
    public void Changed_bytes_are_told_as_corrupt_or_decode_to_something_bounded()
    {
        var found = new SampleBuffer();
        var (corrupt, normal) = (0, 0);
        for (var seed = 0; seed < 12_000; seed++)
        {
            var random = new Random(seed);
            var count = random.Next(1, 300);
            var block = Encoded(Mixes.Times(Mixes.TimeKinds[seed % Mixes.TimeKinds.Length], count, random), Mixes.Values(Mixes.ValueKinds[seed % Mixes.ValueKinds.Length], count, random));
            found.Clear();
            found.Add(1, 1);
            try
            {
                SealedFloats.Decode(Mixes.Mutated(block, random), long.MinValue, long.MaxValue, found);
                normal++;
                Assert.InRange(found.Count, 1, BlockSpan.MostSamples + 1);
                for (var at = 2; at < found.Count; at++) Assert.True(found.Times[at] > found.Times[at - 1]);
            }
            catch (CorruptChunk)
            {
                corrupt++;
                Assert.Equal(1, found.Count);
            }
        }

        Assert.True(corrupt > 3_000 && normal > 500, $"{corrupt} corrupt, {normal} normal");
    }

    [Fact]
    public void Every_cut_of_a_block_is_corrupt()
    {
        var random = new Random(6);
        foreach (var kind in Mixes.ValueKinds)
        {
            var block = Encoded(Mixes.Times("jitter", 200, random), Mixes.Values(kind, 200, random));
            for (var length = 0; length < block.Length; length++) Assert.Throws<CorruptChunk>(() => SealedFloats.Decode(block.AsSpan(0, length), long.MinValue, long.MaxValue, new()));
        }
    }
}
