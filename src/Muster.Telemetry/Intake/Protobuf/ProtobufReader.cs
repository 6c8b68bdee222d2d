using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Intake.Protobuf;

/// <summary>
/// Walks a protobuf message field by field (<see href="https://protobuf.dev/programming-guides/encoding/"/>) without making objects. Unknown fields are
/// skipped; groups are refused, as no message here has them. Nothing is read beyond the span, whatever a length says.
/// </summary>
public ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    /// <summary>Groups, and what the format does not know: 3, 4, 6, 7.</summary>
    const int WiresThatAreNone = 0b1101_1000;

    readonly ReadOnlySpan<byte> _all = message;
    int _at;

    /// <summary>Number of the field that <see cref="Next"/> came to.</summary>
    public int Field { get; private set; }

    /// <summary>0: varint, 1: eight bytes, 2: length and bytes, 5: four bytes.</summary>
    public int Wire { get; private set; }

    /// <exception cref="IntakeProblem">It is no message.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Next()
    {
        if (_at >= _all.Length) return false;
        var tag = Varint();
        Field = (int)(tag >> 3);
        Wire = (int)(tag & 7);
        if (tag > uint.MaxValue || Field <= 0 || ((1 << Wire) & WiresThatAreNone) != 0) throw Bad("a protobuf field with a number or type that is none");
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Varint()
    {
        if (_at < _all.Length && _all[_at] < 0x80) return _all[_at++];
        return LongVarint();
    }

    ulong LongVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_at >= _all.Length) throw Bad("a protobuf message is cut off within a number");
            var part = _all[_at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }

        throw Bad("a protobuf number is longer than ten bytes");
    }

    /// <summary>The value of the field as a number, whatever the wire: int64, uint64, sint by the caller, bool, enum.</summary>
    public long Integer()
    {
        Expect(0);
        return (long)Varint();
    }

    /// <summary>sint32 and sint64.</summary>
    public long ZigZag()
    {
        Expect(0);
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public double Double()
    {
        Expect(1);
        return BitConverter.Int64BitsToDouble((long)Eight());
    }

    /// <summary>fixed64 and sfixed64.</summary>
    public ulong Fixed64()
    {
        Expect(1);
        return Eight();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes()
    {
        Expect(2);
        var length = Varint();
        if (length > (ulong)(_all.Length - _at)) throw Bad("a protobuf field says it is longer than its message");
        var bytes = _all.Slice(_at, (int)length);
        _at += (int)length;
        return bytes;
    }

    public void Skip()
    {
        switch (Wire)
        {
            case 0: Varint(); break;
            case 1: Eight(); break;
            case 2: Bytes(); break;
            default:
                if (_at + 4 > _all.Length) throw Bad("a protobuf message is cut off");
                _at += 4;
                break;
        }
    }

    public readonly bool IsAtEnd => _at >= _all.Length;

    ulong Eight()
    {
        if (_at + 8 > _all.Length) throw Bad("a protobuf message is cut off");
        var value = BinaryPrimitives.ReadUInt64LittleEndian(_all[_at..]);
        _at += 8;
        return value;
    }

    readonly void Expect(int wire)
    {
        if (Wire != wire) throw Bad($"protobuf field {Field} has wire type {Wire}, and {wire} is its own");
    }

    static IntakeProblem Bad(string message) => IntakeProblem.Malformed(message);
}
