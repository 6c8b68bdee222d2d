using System.Buffers;
using System.Collections.Immutable;
using Muster.Telemetry.Chunks;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Chunks;

public sealed class HistogramChunkTests
{
    static SampleBuffer Decoded(ReadOnlySpan<byte> block, long from = long.MinValue, long to = long.MaxValue)
    {
        var found = new SampleBuffer();
        SealedHistograms.Decode(block, from, to, found);
        return found;
    }

    static byte[] Sealed(HistogramMix mix)
    {
        var into = new ArrayBufferWriter<byte>();
        SealedHistograms.Encode(mix.Times, mix.Histograms, mix.Values, into);
        return into.WrittenSpan.ToArray();
    }

    static HistogramChunk Chunk(HistogramMix mix)
    {
        var chunk = new HistogramChunk();
        for (var at = 0; at < mix.Times.Length; at++) Append(chunk, mix, at);
        return chunk;
    }

    static void Append(HistogramChunk chunk, HistogramMix mix, int at)
    {
        if (mix.Histograms[at] is { } histogram) chunk.Append(mix.Times[at], histogram);
        else chunk.Append(mix.Times[at], mix.Values[at]);
    }

    static HistogramMix Part(HistogramMix mix, int start, int end) => new(mix.Times[start..end], mix.Histograms[start..end], mix.Values[start..end]);

    [Fact]
    public void Every_kind_comes_back_by_bits_sealed_and_from_the_head()
    {
        var random = new Random(1);
        foreach (var kind in HistogramMix.Kinds)
        {
            foreach (var count in (int[])[1, 2, 3, 60, 120])
            {
                var mix = HistogramMix.Of(kind, count, random);
                var block = Sealed(mix);
                mix.AssertIs(Decoded(block));
                Assert.Equal(new(count, mix.Times[0], mix.Times[^1]), SealedHistograms.Span(block));
                var chunk = Chunk(mix);
                mix.AssertIs(Decoded(chunk.Snapshot().Span));
                Assert.Equal((count, mix.Times[0], mix.Times[^1], count >= HistogramChunk.MostSamples), (chunk.Count, chunk.First, chunk.Last, chunk.IsFull));
            }
        }
    }

    [Fact]
    public void A_chunk_without_samples_has_no_bytes() => Assert.True(new HistogramChunk().Snapshot().IsEmpty);

    [Fact]
    public void A_snapshot_stays_as_it_was_when_more_is_appended()
    {
        var mix = HistogramMix.Of("changing", 100, new Random(2));
        var chunk = new HistogramChunk();
        var taken = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < 100; at++)
        {
            Append(chunk, mix, at);
            taken.Add(chunk.Snapshot());
        }

        for (var at = 0; at < 100; at++) Part(mix, 0, at + 1).AssertIs(Decoded(taken[at].Span));
    }

    [Fact]
    public async Task A_reader_sees_a_true_prefix_while_another_thread_appends()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var mix = HistogramMix.Of(HistogramMix.Kinds[seed % HistogramMix.Kinds.Length], 100, new Random(seed));
            var chunk = new HistogramChunk();
            Append(chunk, mix, 0);
            var reader = Task.Run(() =>
            {
                for (var last = 0; last < 100;)
                {
                    var found = Decoded(chunk.Snapshot().Span);
                    Assert.True(found.Count >= last);
                    last = found.Count;
                    Part(mix, 0, last).AssertIs(found);
                }
            }, TestContext.Current.CancellationToken);
            for (var at = 1; at < 100; at++) Append(chunk, mix, at);
            await reader;
        }
    }

    [Fact]
    public void Only_what_lies_in_the_range_is_added()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var mix = HistogramMix.Of(HistogramMix.Kinds[round % HistogramMix.Kinds.Length], 100, random);
            var (start, end) = (random.Next(100), random.Next(100));
            if (end < start) (start, end) = (end, start);
            foreach (var block in (byte[][])[Sealed(mix), Chunk(mix).Snapshot().ToArray()])
            {
                Part(mix, start, end + 1).AssertIs(Decoded(block, mix.Times[start], mix.Times[end]));
                Assert.Equal(0, Decoded(block, mix.Times[^1] + 1, long.MaxValue).Count);
                Assert.Equal(0, Decoded(block, long.MinValue, mix.Times[0] - 1).Count);
            }
        }
    }

    [Fact]
    public void Buckets_that_stand_still_cost_little()
    {
        var quiet = new NativeHistogram { Schema = 3, Count = 40, Sum = 12.5, PositiveSpans = [new(0, 20)], PositiveBuckets = [.. Enumerable.Repeat(2.0, 20)] };
        var mix = new HistogramMix(Mixes.Times("even", 480, new Random(4)), [.. Enumerable.Repeat(quiet, 480)], new double[480]);
        Assert.InRange(Sealed(mix).Length, 1, 200);
    }

    [Fact]
    public void A_sum_that_is_not_whole_does_not_make_whole_counts_long()
    {
        var random = new Random(6);
        var chunk = new HistogramChunk();
        for (var at = 0; at < 100; at++) chunk.Append(at, new NativeHistogram { Schema = 3, Count = 20 * at, Sum = random.NextDouble(), PositiveSpans = [new(0, 20)], PositiveBuckets = [.. Enumerable.Repeat((double)at, 20)] });
        Assert.InRange(chunk.Snapshot().Length, 1, 100 * 24);
    }

    [Fact]
    public void A_histogram_whose_spans_do_not_have_its_buckets_is_refused_and_nothing_is_appended()
    {
        var bad = new NativeHistogram { PositiveSpans = [new(0, 2)], PositiveBuckets = [1] };
        var many = new NativeHistogram { PositiveSpans = [new(0, uint.MaxValue), new(0, uint.MaxValue)] };
        var chunk = new HistogramChunk();
        foreach (var refused in (NativeHistogram[])[bad, many])
        {
            Assert.Throws<ArgumentException>(() => chunk.Append(1, refused));
            Assert.Throws<ArgumentException>(() => Sealed(new([1], [refused], [0])));
        }

        Assert.Equal(0, chunk.Count);
        chunk.Append(1, 2.5);
        Assert.Equal([2.5], Decoded(chunk.Snapshot().Span).Values.ToArray());
    }

    [Fact]
    public void A_block_of_more_numbers_than_any_is_refused()
    {
        var all = Many(520);
        Assert.Throws<ArgumentException>(() => Sealed(all));
        var fitting = SealedHistograms.Fitting(all.Histograms);
        Assert.Equal(511, fitting);
        Part(all, 0, fitting).AssertIs(Decoded(Sealed(Part(all, 0, fitting))));
        Assert.Throws<ArgumentException>(() => Sealed(Part(all, 0, fitting + 1)));
        Assert.Equal(9, SealedHistograms.Fitting(all.Histograms.AsSpan(511)));
        Assert.Equal(BlockSpan.MostSamples, SealedHistograms.Fitting(new NativeHistogram?[BlockSpan.MostSamples + 1]));
    }

    [Fact]
    public void A_head_chunk_of_the_largest_histograms_can_be_read()
    {
        var all = Many(HistogramChunk.MostSamples);
        all.AssertIs(Decoded(Chunk(all).Snapshot().Span));
    }

    /// <summary>Of the largest that there may be.</summary>
    static HistogramMix Many(int count)
    {
        var large = new NativeHistogram
        {
            PositiveSpans = [new(0, HistogramLayout.MostBuckets / 2)], PositiveBuckets = [.. new double[HistogramLayout.MostBuckets / 2]],
            NegativeSpans = [new(0, HistogramLayout.MostBuckets / 2)], NegativeBuckets = [.. new double[HistogramLayout.MostBuckets / 2]],
        };
        return new(Mixes.Times("even", count, new Random(5)), [.. Enumerable.Repeat(large, count)], new double[count]);
    }

    [Fact]
    public void Changed_bytes_are_told_as_corrupt_or_decode_to_something_bounded()
    {
        var (corrupt, normal) = (0, 0);
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var mix = HistogramMix.Of(HistogramMix.Kinds[seed % HistogramMix.Kinds.Length], random.Next(1, 20), random);
            var found = new SampleBuffer();
            found.Add(1, 1);
            try
            {
                SealedHistograms.Decode(Mixes.Mutated(random.Next(2) == 0 ? Sealed(mix) : Chunk(mix).Snapshot().Span, random), long.MinValue, long.MaxValue, found);
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

        Assert.True(corrupt > 500 && normal > 50, $"{corrupt} corrupt, {normal} normal");
    }
}
