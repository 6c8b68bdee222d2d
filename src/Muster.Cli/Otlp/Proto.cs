using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Muster.Cli.Otlp;

/// <summary>Writes protobuf (<see href="https://protobuf.dev/programming-guides/encoding/"/>): only what requests of a few fields need.</summary>
sealed class ProtoWriter
{
    readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] Bytes => _bytes.WrittenSpan.ToArray();

    public ProtoWriter Varint(int field, ulong value)
    {
        Raw(((ulong)field << 3) | 0);
        Raw(value);
        return this;
    }

    public ProtoWriter Fixed64(int field, ulong value)
    {
        Raw(((ulong)field << 3) | 1);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public ProtoWriter Double(int field, double value) => Fixed64(field, BitConverter.DoubleToUInt64Bits(value));

    public ProtoWriter Text(int field, string value) => Blob(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Message(int field, ProtoWriter value) => Blob(field, value.Bytes);

    public ProtoWriter Blob(int field, ReadOnlySpan<byte> value)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    void Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7) _bytes.Write([(byte)(value | 0x80)]);
        _bytes.Write([(byte)value]);
    }
}

/// <summary>The fields of one message, in their order; numbers as they are on the wire.</summary>
static class ProtoReader
{
    public readonly record struct Field(int Number, int Wire, ulong Value, byte[] Bytes)
    {
        public string Text => Encoding.UTF8.GetString(Bytes);
    }

    /// <summary>Null when these bytes are no message.</summary>
    public static List<Field>? Read(ReadOnlySpan<byte> bytes)
    {
        var fields = new List<Field>();
        while (!bytes.IsEmpty)
        {
            if (!Varint(ref bytes, out var tag) || tag >> 3 is 0 or > 536_870_911) return null;
            var (number, wire) = ((int)(tag >> 3), (int)(tag & 7));
            ulong value = 0;
            var length = wire switch { 1 => 8, 5 => 4, _ => 0 };
            if (wire is 3 or 4 or 6 or 7 || (wire is 0 && !Varint(ref bytes, out value))) return null;
            if (wire is 2)
            {
                if (!Varint(ref bytes, out var said) || said > (ulong)bytes.Length) return null;
                length = (int)said;
            }

            if (length > bytes.Length) return null;
            fields.Add(new(number, wire, value, bytes[..length].ToArray()));
            bytes = bytes[length..];
        }

        return fields;
    }

    static bool Varint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70 && !bytes.IsEmpty; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return true;
        }

        return false;
    }
}
