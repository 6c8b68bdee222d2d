using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Muster.Telemetry.Intake.Protobuf;

/// <summary>Writes protobuf fields one after another into a buffer that is used again.</summary>
public sealed class ProtobufWriter
{
    /// <summary>Bytes of the longest length that there may be.</summary>
    const int LengthBytes = 5;

    readonly ArrayBufferWriter<byte> _buffer = new(4096);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public ReadOnlyMemory<byte> WrittenMemory => _buffer.WrittenMemory;

    public void Clear() => _buffer.ResetWrittenCount();

    public void Varint(int field, ulong value)
    {
        Tag(field, 0);
        Raw(value);
    }

    public void ZigZag(int field, long value) => Varint(field, (ulong)((value << 1) ^ (value >> 63)));

    public void Double(int field, double value) => Fixed64(field, (ulong)BitConverter.DoubleToInt64Bits(value));

    public void Fixed64(int field, ulong value)
    {
        Tag(field, 1);
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, 2);
        Raw((ulong)value.Length);
        _buffer.Write(value);
    }

    public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public void Message(int field, ProtobufWriter inner) => Bytes(field, inner.Written);

    /// <summary>Begins a message within this one, without a buffer of its own: however deep, each byte is held once.</summary>
    /// <returns>For <see cref="End"/>.</returns>
    public int Begin(int field)
    {
        Tag(field, 2);
        _buffer.GetSpan(LengthBytes);
        _buffer.Advance(LengthBytes);
        return _buffer.WrittenCount;
    }

    /// <summary>Ends the message that was begun last. A longer one has its length in five bytes, as the format allows; moving it would cost more.</summary>
    public void End(int begun)
    {
        var length = _buffer.WrittenCount - begun;
        var written = MemoryMarshal.AsMemory(_buffer.WrittenMemory).Span;
        var at = begun - LengthBytes;
        if (length < 0x80)
        {
            written[at] = (byte)length;
            written.Slice(begun, length).CopyTo(written[(at + 1)..]);
            _buffer.ResetWrittenCount();
            _buffer.Advance(at + 1 + length);
            return;
        }

        for (; at < begun - 1; at++, length >>= 7) written[at] = (byte)(length | 0x80);
        written[at] = (byte)length;
    }

    /// <summary>Fields that are written already.</summary>
    public void Raw(ReadOnlySpan<byte> fields) => _buffer.Write(fields);

    /// <summary>A packed list of doubles.</summary>
    public void Doubles(int field, ReadOnlySpan<double> values)
    {
        if (values.IsEmpty) return;
        Tag(field, 2);
        Raw((ulong)values.Length * 8);
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), BitConverter.DoubleToInt64Bits(value));
            _buffer.Advance(8);
        }
    }

    void Tag(int field, int wire) => Raw((ulong)((field << 3) | wire));

    void Raw(ulong value)
    {
        var span = _buffer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        _buffer.Advance(length);
    }
}
