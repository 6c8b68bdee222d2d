using Muster.Telemetry.Chunks;

namespace Muster.Telemetry.Tests.Chunks;

public sealed class IntColumnTests
{
    static int AssertComesBack(long[] values)
    {
        var length = 0;
        foreach (var lines in (bool[])[true, false])
        {
            var writer = new ChunkWriter();
            IntColumn.Encode(values, lines, writer);
            var reader = new ChunkReader(writer.Written);
            var found = new long[values.Length];
            IntColumn.Decode(ref reader, found);
            Assert.Equal(values, found);
            Assert.Equal(0, reader.Left);
            length = writer.Length;
        }

        return length;
    }

    [Fact]
    public void Distances_of_every_size_come_back()
    {
        AssertComesBack([0, long.MinValue, 0, long.MinValue]);
        AssertComesBack([long.MinValue, long.MaxValue, 0, 1, long.MaxValue, long.MinValue]);
        AssertComesBack([1, 1 + (3L << 61), 1]);
        AssertComesBack([5]);
        AssertComesBack([5, 6]);
        for (var shift = 0; shift < 64; shift++) AssertComesBack([.. Enumerable.Range(0, 300).Select(at => (long)(at * at % 7) << shift)]);
    }

    [Fact]
    public void Numbers_of_every_width_come_back_from_every_kind_of_group()
    {
        var random = new Random(1);
        for (var width = 1; width < 63; width++)
        {
            foreach (var every in (int[])[1, 2, 5, 50])
            {
                AssertComesBack([.. Enumerable.Range(0, 400).Select(at => at % every == 0 ? random.NextInt64(1L << width) : 3)]);
                // Most are near, a few far: codes with escapes.
                AssertComesBack([.. Enumerable.Range(0, 400).Select(at => at % 40 == 0 ? random.NextInt64(1L << width) : (long)(random.NextDouble() * random.NextDouble() * (1L << (width / 2))))]);
            }
        }
    }

    [Fact]
    public void A_common_divisor_costs_nothing_for_each()
    {
        var random = new Random(2);
        long[] small = [.. Enumerable.Range(0, 1000).Select(_ => random.NextInt64(100))];
        var length = AssertComesBack(small);
        Assert.InRange(AssertComesBack([.. small.Select(value => value * 4096)]), length - 4, length + 4);
        Assert.InRange(AssertComesBack([.. small.Select(value => 17 + (value * 1_000_000_007))]), length - 4, length + 16);
    }

    [Fact]
    public void A_parabola_and_a_line_take_almost_nothing()
    {
        Assert.InRange(AssertComesBack([.. Enumerable.Range(0, 1000).Select(at => (long)at * at)]), 1, 40);
        Assert.InRange(AssertComesBack([.. Enumerable.Range(0, 1000).Select(at => at * 977L)]), 1, 40);
    }
}
