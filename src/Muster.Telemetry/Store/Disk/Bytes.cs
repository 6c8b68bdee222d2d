using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Store.Disk;

/// <summary>A buffer that grows, for the store's own formats: little endian, LEB128 for what is mostly small. Reused.</summary>
sealed class Bytes
{
    const int Kept = 1 << 22;

    byte[] _bytes = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What was written from there on, to be changed.</summary>
    public Span<byte> From(int at) => _bytes.AsSpan(at, Length - at);

    public void Clear()
    {
        Length = 0;
        // One that was very long does not cost its memory for ever.
        if (_bytes.Length > Kept) _bytes = new byte[256];
    }

    public void Cut(int length) => Length = length;

    /// <summary>Room for so many more; what is written there is told by <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Room(int more)
    {
        if (_bytes.Length - Length < more) Grow(more);
        return _bytes.AsSpan(Length);
    }

    void Grow(int more)
    {
        var needed = (long)Length + more;
        if (needed > Array.MaxLength) throw new InvalidOperationException("more than two gigabytes cannot be written at once");
        Array.Resize(ref _bytes, (int)Math.Min(BitOperations.RoundUpToPowerOf2((ulong)needed), (ulong)Array.MaxLength));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Advance(int count) => Length += count;

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Room(4), value);
        Length += 4;
    }

    public void UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);
        Length += 8;
    }

    public void Double(double value) => UInt64(BitConverter.DoubleToUInt64Bits(value));

    public void Varint(ulong value)
    {
        var room = Room(10);
        var at = 0;
        for (; value >= 0x80; value >>= 7) room[at++] = (byte)(value | 0x80);
        room[at++] = (byte)value;
        Length += at;
    }

    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    public void Text(string text)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(text);
        Varint((ulong)length);
        System.Text.Encoding.UTF8.GetBytes(text, Room(length));
        Length += length;
    }
}

/// <summary>Reads what <see cref="Bytes"/> wrote.</summary>
/// <remarks>Every method throws <see cref="InvalidDataException"/> where the bytes end too early or make no sense.</remarks>
ref struct BytesReader(ReadOnlySpan<byte> bytes)
{
    ReadOnlySpan<byte> _left = bytes;

    public readonly bool IsEmpty => _left.IsEmpty;

    public readonly int Left => _left.Length;

    public byte Byte()
    {
        var value = Raw(1);
        return value[0];
    }

    public ReadOnlySpan<byte> Raw(int length)
    {
        if ((uint)length > (uint)_left.Length) throw new InvalidDataException("a record ends early");
        var taken = _left[..length];
        _left = _left[length..];
        return taken;
    }

    /// <summary>What <see cref="Raw"/> would take.</summary>
    public readonly ReadOnlySpan<byte> Look(int length) => length <= _left.Length ? _left[..length] : throw new InvalidDataException("a record ends early");

    /// <summary>The next eight bytes, the highest first, without taking them; there must be so many.</summary>
    public readonly ulong Peek() => BinaryPrimitives.ReadUInt64BigEndian(_left);

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Raw(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Raw(8));

    public double Double() => BitConverter.UInt64BitsToDouble(UInt64());

    public ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_left.IsEmpty) throw new InvalidDataException("a record ends early");
            var next = _left[0];
            _left = _left[1..];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw new InvalidDataException("a number has too many bytes");
    }

    public long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count of things that take at least a byte each, so that no count makes more room than there are bytes.</summary>
    public int Count()
    {
        var count = Varint();
        return count <= (ulong)_left.Length ? (int)count : throw new InvalidDataException("a count is larger than what follows");
    }

    public string Text() => System.Text.Encoding.UTF8.GetString(Raw(Count()));
}
