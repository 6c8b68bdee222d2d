using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Muster.Telemetry.Intake.Protobuf;

/// <summary>Writes protobuf fields one after another into a buffer that is used again.</summary>
public sealed class ProtobufWriter
{
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
