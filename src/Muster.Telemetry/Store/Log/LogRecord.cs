using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Log;

/// <summary>
/// One record of the log: what was accepted of one batch. A frame of 12 bytes (a mark, by which a reader finds its way again behind a damaged
/// record; the length of the rest; the CRC-32C of that length and the rest), then counts, then samples, then the series that are new in this
/// segment, histograms, exemplars, metadata. A sample is a byte of what it has in common with the one before it (the series is the next one, the
/// time is the same), then what is left of the number, the time and the value, whose trailing zero bytes are not written: most values are small
/// whole numbers. Nothing refers to another record but the numbers of series. Reused from batch to batch.
/// </summary>
sealed class LogRecord
{
    public const uint Mark = 0x4d4c5247;

    public const int Frame = 12;

    /// <summary>Bytes of all but the keys, and of the keys of series that are new.</summary>
    public const int Most = 1 << 27, MostKeys = 1 << 27;

    /// <summary>The counts: samples, bytes of them, series, histograms, exemplars, metadata.</summary>
    const int Counts = 24;

    internal const int OtherSeries = 0x10, OtherTime = 0x20, IsHistogram = 0x40;

    readonly Bytes _bytes = new();
    readonly Bytes _series = new();
    readonly Bytes _histograms = new();
    readonly Bytes _rest = new();
    int _samples, _newSeries, _histogramCount, _exemplars, _metadata;
    int _lastSeries;
    long _lastTime;

    /// <summary>No more samples, histograms and exemplars fit: with the keys of new series it stays far from what a reader takes for damage.</summary>
    public bool IsFull => _bytes.Length + _histograms.Length + _rest.Length > Most;

    public bool IsEmpty => _samples + _newSeries + _exemplars + _metadata == 0;

    public void Begin()
    {
        _bytes.Clear();
        _bytes.Room(Frame + Counts).Slice(0, Frame + Counts).Clear();
        _bytes.Advance(Frame + Counts);
        _series.Clear();
        _histograms.Clear();
        _rest.Clear();
        _samples = _newSeries = _histogramCount = _exemplars = _metadata = 0;
        _lastSeries = -1;
        _lastTime = 0;
    }

    /// <summary>A series whose number is one more than that of the last.</summary>
    public void Series(ReadOnlySpan<byte> key, int number)
    {
        _series.Varint((ulong)number);
        _series.Varint((ulong)key.Length);
        _series.Raw(key);
        _newSeries++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Sample(int series, long time, double value, NativeHistogram? histogram)
    {
        var room = _bytes.Room(1 + 10 + 10 + 8);
        var at = 1;
        var control = 0;
        if (series != _lastSeries + 1)
        {
            control |= OtherSeries;
            at = Signed(room, at, series - _lastSeries - 1L);
        }

        if (time != _lastTime)
        {
            control |= OtherTime;
            at = Signed(room, at, time - _lastTime);
        }

        _lastSeries = series;
        _lastTime = time;
        if (histogram is null)
        {
            // The highest byte first, as many as are not zero.
            var bits = BitConverter.DoubleToUInt64Bits(value);
            var kept = bits == 0 ? 0 : 8 - (BitOperations.TrailingZeroCount(bits) >> 3);
            BinaryPrimitives.WriteUInt64BigEndian(room[at..], bits);
            at += kept;
            control |= kept;
        }
        else
        {
            control |= IsHistogram;
            HistogramBytes.Write(histogram, _histograms);
            _histogramCount++;
        }

        room[0] = (byte)control;
        _bytes.Advance(at);
        _samples++;
    }

    public void Exemplar(int series, long time, double value, ReadOnlySpan<byte> labels)
    {
        _rest.Varint((ulong)series);
        _rest.Signed(time);
        _rest.Double(value);
        _rest.Varint((ulong)labels.Length);
        _rest.Raw(labels);
        _exemplars++;
    }

    /// <summary>After the exemplars.</summary>
    public void Metadata(MetricMetadata metadata)
    {
        _rest.Text(metadata.Family);
        _rest.Text(metadata.Kind);
        _rest.Text(metadata.Help);
        _rest.Text(metadata.Unit);
        _rest.Text(metadata.SentAs);
        _metadata++;
    }

    /// <summary>The bytes to be written; good until <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        var samples = _bytes.Length - Frame - Counts;
        _bytes.Raw(_series.Written);
        _bytes.Raw(_histograms.Written);
        _bytes.Raw(_rest.Written);
        var all = _bytes.From(0);
        var counts = all[Frame..];
        BinaryPrimitives.WriteInt32LittleEndian(counts, _samples);
        BinaryPrimitives.WriteInt32LittleEndian(counts[4..], samples);
        BinaryPrimitives.WriteInt32LittleEndian(counts[8..], _newSeries);
        BinaryPrimitives.WriteInt32LittleEndian(counts[12..], _histogramCount);
        BinaryPrimitives.WriteInt32LittleEndian(counts[16..], _exemplars);
        BinaryPrimitives.WriteInt32LittleEndian(counts[20..], _metadata);
        BinaryPrimitives.WriteUInt32LittleEndian(all, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(all[4..], all.Length - Frame);
        BinaryPrimitives.WriteUInt32LittleEndian(all[8..], Sum(all));
        return all;
    }

    /// <summary>The checksum of a whole record: of everything but the mark and itself.</summary>
    public static uint Sum(ReadOnlySpan<byte> record) => Crc.Of(record[Frame..]) ^ (Crc.Of(record[4..8]) * 0x9e3779b1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static int Signed(Span<byte> room, int at, long value)
    {
        var rest = (ulong)((value << 1) ^ (value >> 63));
        for (; rest >= 0x80; rest >>= 7) room[at++] = (byte)(rest | 0x80);
        room[at++] = (byte)rest;
        return at;
    }
}
