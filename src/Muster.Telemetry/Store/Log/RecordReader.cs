using System.Buffers.Binary;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Log;

/// <summary>Reads what stands in the frame of a <see cref="LogRecord"/>.</summary>
static class RecordReader
{
    /// <returns>Samples whose series is not known: it stood in a record that is lost.</returns>
    /// <exception cref="InvalidDataException">The bytes are no record. What was read before was told.</exception>
    public static int Read(ReadOnlySpan<byte> payload, ILogTarget target)
    {
        var reader = new BytesReader(payload);
        var samples = reader.UInt32();
        var length = reader.UInt32();
        var series = reader.UInt32();
        var histograms = reader.UInt32();
        var exemplars = reader.UInt32();
        var metadata = reader.UInt32();
        if (length > int.MaxValue) throw new InvalidDataException("a record ends early");
        var columns = reader.Raw((int)length);
        for (; series > 0; series--)
        {
            var number = reader.Varint();
            var key = reader.Raw(reader.Count());
            if (number > int.MaxValue) throw new InvalidDataException("a series has no such number");
            target.Series((int)number, key);
        }

        if (histograms > reader.Left) throw new InvalidDataException("a count is larger than what follows");
        var all = histograms == 0 ? [] : new NativeHistogram[histograms];
        for (var at = 0; at < all.Length; at++) all[at] = HistogramBytes.Read(ref reader);
        var lost = Samples(columns, samples, all, target);
        for (; exemplars > 0; exemplars--)
        {
            var number = reader.Varint();
            var time = reader.Signed();
            var value = reader.Double();
            target.Exemplar((int)number, time, value, reader.Raw(reader.Count()));
        }

        for (; metadata > 0; metadata--) target.Metadata(new MetricMetadata(reader.Text(), reader.Text(), reader.Text(), reader.Text(), reader.Text()));
        return lost;
    }

    static int Samples(ReadOnlySpan<byte> columns, uint count, NativeHistogram[] histograms, ILogTarget target)
    {
        var reader = new BytesReader(columns);
        var number = -1L;
        var time = 0L;
        var lost = 0;
        var histogram = 0;
        Span<byte> last = stackalloc byte[8];
        for (; count > 0; count--)
        {
            var control = reader.Byte();
            number++;
            if ((control & LogRecord.OtherSeries) != 0) number += reader.Signed();
            if ((control & LogRecord.OtherTime) != 0) time += reader.Signed();
            if (number is < 0 or > int.MaxValue) throw new InvalidDataException("a sample has no series");
            if ((control & LogRecord.IsHistogram) != 0)
            {
                if (histogram == histograms.Length) throw new InvalidDataException("a histogram is missing");
                if (!target.Sample((int)number, time, 0, histograms[histogram++])) lost++;
                continue;
            }

            var kept = control & 0x0f;
            if (kept > 8) throw new InvalidDataException("a value has too many bytes");
            var bits = 0UL;
            if (reader.Left >= 8 && kept > 0) bits = reader.Peek() >> (64 - (kept * 8)) << (64 - (kept * 8));
            else if (kept > 0)
            {
                last.Clear();
                reader.Look(kept).CopyTo(last);
                bits = BinaryPrimitives.ReadUInt64BigEndian(last);
            }

            reader.Raw(kept);
            if (!target.Sample((int)number, time, BitConverter.UInt64BitsToDouble(bits), null)) lost++;
        }

        return lost;
    }
}
