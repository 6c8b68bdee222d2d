using Muster.Telemetry.Chunks;

namespace Muster.Telemetry.Tests.Chunks;

/// <summary>Each check of the decoders, with bytes that only this one refuses.</summary>
public sealed class CorruptChunkTests
{
    const byte Even = 0;
    const byte Uneven = 1;
    const byte NoHistogram = 0;
    const byte New = 3;

    static void Floats(string problem, Action<ChunkWriter> write) =>
        Assert.Equal(problem, Assert.Throws<CorruptChunk>(() => SealedFloats.Decode(Written(write), long.MinValue, long.MaxValue, new())).Message);

    static void Histograms(string problem, Action<ChunkWriter> write) =>
        Assert.Equal(problem, Assert.Throws<CorruptChunk>(() => SealedHistograms.Decode(Written(write), long.MinValue, long.MaxValue, new())).Message);

    static void Head(string problem, Action<ChunkWriter> write) =>
        Assert.Equal(problem, Assert.Throws<CorruptChunk>(() => Gorilla.Decode(Written(write), long.MinValue, long.MaxValue, new())).Message);

    static byte[] Written(Action<ChunkWriter> write)
    {
        var writer = new ChunkWriter();
        write(writer);
        return writer.Written.ToArray();
    }

    static void Span(ChunkWriter into, int count, long last, params ReadOnlySpan<byte> more)
    {
        BlockSpan.Write(new BlockSpan(count, 0, last), into);
        into.Bytes(more);
    }

    [Fact]
    public void A_block_that_ends_or_tells_no_span()
    {
        Floats("a chunk ends too early", _ => { });
        Floats("a chunk ends too early", it => it.Byte(0x80));
        Floats("a number of a chunk is longer than 64 bits", it => it.Bytes([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]));
        Floats("a number of a chunk is above 65536", it => it.Varint(BlockSpan.MostSamples + 1));
        Floats("a block is longer than any", it => it.Bytes(new byte[BlockSpan.LongestBlock + 1]));
        foreach (var (count, last) in ((int, long)[])[(0, 0), (0, 5), (1, 5), (2, 0), (2, -5)])
        {
            Floats("a block tells a span that is none", it => Span(it, count, last));
            Histograms("a block tells a span that is none", it => Span(it, count, last));
        }
    }

    [Fact]
    public void Times_that_are_none()
    {
        Floats("times have no such way", it => Span(it, 2, 5, 2));
        Floats("even times do not fill their span", it => Span(it, 3, 5, Even));
        Floats("even times do not fill their span", it => Span(it, 8, 5, Even));
        foreach (var times in (long[][])[[0, 5, 3, 9], [0, 3, 3, 9], [0, 1, 2, 8], [1, 2, 3, 9]])
        {
            Floats("the times of a block do not ascend from its first to its last", it =>
            {
                Span(it, 4, 9, Uneven);
                IntColumn.Encode(times, lines: true, it);
            });
        }
    }

    [Fact]
    public void Values_that_are_none()
    {
        Floats("a block has no such kind of values", it => Span(it, 2, 5, Even, Decimals.Most + 1));
        Floats("a block has no such kind of values", it => Span(it, 2, 5, Even, 64));
        Floats("a block has a value after its last one", it => Span(it, 2, 5, Even, 32, 0, 0, 1, 2));
        Floats("a number of a chunk is above 2", it => Span(it, 2, 5, Even, 32, 0, 0, 3));
        Floats("a column has no such shape", it => Span(it, 2, 5, Even, 0, 0, 1, 4));
        Floats("bytes follow the end of a block", it => Span(it, 2, 5, Even, 0, 0, 0, 0));
    }

    [Fact]
    public void Groups_that_are_none()
    {
        // Beginning of a block of two floats, up to its only group.
        byte[] start = [Even, 0, 0, 1, 1];
        Floats("a group has more numbers than fit", it => Span(it, 2, 5, [.. start, 0xc0, 0, 0, 2, 0xff]));
        Floats("a group ends too early", it => Span(it, 2, 5, [.. start, 0xc0, 0, 64, 1, 0xff]));
        Floats("a chunk ends too early", it => Span(it, 2, 5, [.. start, 0x40 | 63, 0, 1]));
        Assert.Equal("a group ends too early", Assert.Throws<CorruptChunk>(() =>
        {
            var reader = new ChunkReader([0x40, 0, 1]);
            IntGroup.Read(ref reader, 0, new long[2]);
        }).Message);
    }

    [Fact]
    public void A_head_chunk_that_is_none()
    {
        Head("a chunk ends within its first sample", it => it.Bytes([1, 2, 3]));
        Action<ChunkWriter> first = it =>
        {
            it.Byte(2);
            it.Fixed(0);
            it.Fixed(0);
        };
        Head("the times of a chunk do not ascend", first + (it => it.Byte(0)));
        Head("the times of a chunk do not ascend", first + (it => Bits(it, 0b01 | (0xffu << 2), 10)));
        // Twenty constants from shortly before the last time that there is.
        Head("the times of a chunk do not ascend", it =>
        {
            it.Byte(21);
            it.Fixed(long.MaxValue - 50);
            it.Fixed(0);
            Bits(it, 0b01 | (5u << 2), 64);
        });
        Head("a value of a chunk has no window", first + (it => Bits(it, 0b01 | (5u << 2) | (0b01u << 10), 32)));
        Head("a value of a chunk has no window", first + (it => Bits(it, 0b01 | (5u << 2) | (0b11ul << 10) | (31ul << 12) | (63ul << 17), 64)));
        Head("a chunk ends within a sample", first + (it => Bits(it, 0b01 | (5u << 2) | (0b11ul << 10) | (63ul << 17), 32)));
        // A run of constants, longer than there are bits.
        Head("a chunk ends within a sample", it =>
        {
            it.Byte(100);
            it.Bytes(new byte[16]);
            Bits(it, 0b01 | (5u << 2), 16);
        });
    }

    static void Bits(ChunkWriter into, ulong bits, int width)
    {
        into.Bits(bits, width);
        into.Align();
    }

    [Fact]
    public void Rows_of_histograms_that_are_none()
    {
        const byte rows = SealedHistograms.Rows;
        Histograms("a block of histograms has no such way", it => Span(it, 1, 0, 2));
        Histograms("a row of a histogram chunk is of no kind", it => Span(it, 1, 0, rows, 32));
        Histograms("the times of a histogram chunk do not ascend", it => Span(it, 2, 5, rows, NoHistogram, NoHistogram, 0));
        Histograms("a histogram has no layout", it => Span(it, 1, 0, rows, New - 1));
        Histograms("a histogram chunk does not end where it tells", it => Span(it, 1, 0, rows, NoHistogram, NoHistogram));
        Histograms("a histogram chunk does not end where it tells", it => Span(it, 2, 5, rows, NoHistogram, NoHistogram, 12));
        Histograms("a block has more numbers than any", it =>
        {
            Span(it, 1000, 999, rows);
            for (var row = 0; row < 1000; row++)
            {
                it.Byte(row == 0 ? New : (byte)(New - 1));
                if (row > 0) it.Signed(row == 1 ? 1 : 0);
                if (row == 0) Largest(HistogramLayout.MostBuckets)(it);
                for (var group = 0; group <= HistogramLayout.MostBuckets / IntGroup.Size; group++) it.Bytes([0, 0]);
            }
        });
    }

    [Fact]
    public void Columns_of_histograms_that_are_none()
    {
        byte[] columns = [SealedHistograms.Columns, Even];
        Histograms("a sample of a block of histograms is of no kind", it => Span(it, 1, 0, [.. columns, 3, 1]));
        Histograms("a sample of a block of histograms is of no kind", it => Span(it, 1, 0, [.. columns, 4, 1]));
        Histograms("a sample of a block of histograms is of no kind", it => Span(it, 1, 0, [.. columns, 18, 1]));
        Histograms("a sample of a block of histograms is of no kind", it => Span(it, 1, 0, [.. columns, 0, 0]));
        Histograms("a number of a chunk is above 1", it => Span(it, 1, 0, [.. columns, 0, 2]));
        Histograms("a histogram has no layout", it => Span(it, 1, 0, [.. columns, 1, 1]));
        Histograms("bytes follow the end of a block", it => Span(it, 1, 0, [.. columns, 0, 1, 0, 0, 0, 0]));
        Histograms("a block has more numbers than any", it =>
        {
            Span(it, 1000, 999, [.. columns, 2, 1, 1]);
            it.Varint(999);
            Largest(HistogramLayout.MostBuckets)(it);
        });
    }

    [Fact]
    public void Layouts_that_are_none()
    {
        byte[] start = [SealedHistograms.Columns, Even, 2, 1];
        Histograms("a histogram has more buckets than any", it =>
        {
            Span(it, 1, 0, start);
            Largest(HistogramLayout.MostBuckets / 2, (HistogramLayout.MostBuckets / 2) + 1)(it);
        });
        Histograms("a number of a chunk is above 8192", it =>
        {
            Span(it, 1, 0, start);
            Largest(HistogramLayout.MostBuckets + 1)(it);
        });
        Histograms("a number of a histogram is longer than 32 bits", it =>
        {
            Span(it, 1, 0, start);
            it.Signed(1L << 31);
        });
        // More spans, or bounds, than the bytes that are left could hold.
        Histograms("a number of a chunk is above 1", it => Span(it, 1, 0, [.. start, 0, .. new byte[8], 2, 0, 0]));
        Histograms("a number of a chunk is above 0", it => Span(it, 1, 0, [.. start, 0, .. new byte[8], 0, 0, 1, 0, 0]));
    }

    /// <summary>A layout of spans this long.</summary>
    static Action<ChunkWriter> Largest(params int[] spans) => it =>
    {
        it.Signed(3);
        it.Double(0);
        it.Varint((ulong)spans.Length);
        foreach (var span in spans)
        {
            it.Signed(0);
            it.Varint((ulong)span);
        }

        it.Bytes([0, 0]);
    };
}
