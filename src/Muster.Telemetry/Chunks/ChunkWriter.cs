using System.Buffers;
using System.Buffers.Binary;

namespace Muster.Telemetry.Chunks;

/// <summary>Bytes being made: whole ones, LEB128 numbers, and bits (the lowest of a byte first) between two calls of <see cref="Align"/>.</summary>
internal sealed class ChunkWriter
{
    byte[] _bytes = new byte[256];
    ulong _bits;
    int _bitCount;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => (Length, _bits, _bitCount) = (0, 0, 0);

    public void CopyTo(IBufferWriter<byte> into) => into.Write(Written);

    public void Byte(byte value)
    {
        Room(1);
        _bytes[Length++] = value;
    }

    public void Fixed(ulong value)
    {
        Room(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Length), value);
        Length += 8;
    }

    public void Double(double value) => Fixed(BitConverter.DoubleToUInt64Bits(value));

    public void Varint(ulong value)
    {
        Room(10);
        for (; value >= 0x80; value >>= 7) _bytes[Length++] = (byte)(value | 0x80);
        _bytes[Length++] = (byte)value;
    }

    public void Signed(long value) => Varint(Zigzag.Of(value));

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>The value has no bits beyond the width, which is from 0 to 64.</summary>
    public void Bits(ulong value, int width)
    {
        _bits |= value << _bitCount;
        var count = _bitCount + width;
        if (count >= 64)
        {
            Fixed(_bits);
            _bits = _bitCount == 0 ? 0 : value >> (64 - _bitCount);
            count -= 64;
        }

        _bitCount = count;
    }

    /// <summary>Ends the bits at a whole byte.</summary>
    public void Align()
    {
        Room(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Length), _bits);
        Length += (_bitCount + 7) / 8;
        (_bits, _bitCount) = (0, 0);
    }

    void Room(int more)
    {
        if (Length + more > _bytes.Length) Array.Resize(ref _bytes, Math.Max(Length + more, _bytes.Length * 2));
    }
}
