using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Chunks;

/// <summary>Reads what a <see cref="ChunkWriter"/> wrote; each read beyond the end is a <see cref="CorruptChunk"/>.</summary>
ref struct ChunkReader(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Left => _bytes.Length - Position;

    public readonly ReadOnlySpan<byte> All => _bytes;

    public byte Byte() => Position < _bytes.Length ? _bytes[Position++] : throw Ended();

    public ulong Fixed() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    public double Double() => BitConverter.UInt64BitsToDouble(Fixed());

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)Left) throw Ended();
        var found = _bytes.Slice(Position, count);
        Position += count;
        return found;
    }

    public ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }

        throw new CorruptChunk("a number of a chunk is longer than 64 bits");
    }

    public long Signed() => Zigzag.Back(Varint());

    /// <summary>A number that is at most this.</summary>
    public int Varint(int most) => Varint() is var value && value <= (ulong)most ? (int)value : throw new CorruptChunk($"a number of a chunk is above {most}");

    /// <summary>Moves to where bits that were read by hand have ended, at the next whole byte.</summary>
    public void AlignTo(long bit)
    {
        var at = (bit + 7) >> 3;
        if (at < Position || at > _bytes.Length) throw Ended();
        Position = (int)at;
    }

    /// <summary>At least 57 bits from there, the next one lowest; zeros follow the end of the bytes. The bytes are 8 or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Bits(ReadOnlySpan<byte> bytes, int position)
    {
        var at = Math.Min(position >> 3, bytes.Length - 8);
        var shift = position - (at << 3);
        return shift > 63 ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]) >> shift;
    }

    /// <summary>The same where the eight bytes from there are known to be inside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Inside(ref byte start, int position)
    {
        var bits = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, position >> 3));
        return (BitConverter.IsLittleEndian ? bits : BinaryPrimitives.ReverseEndianness(bits)) >> (position & 7);
    }

    /// <summary>So many bits, 0 to 64, and nothing above them.</summary>
    public static ulong Wide(ReadOnlySpan<byte> bytes, int position, int width)
    {
        var all = Bits(bytes, position);
        if (width > 57) all = (all & 0xffffffff) | (Bits(bytes, position + 32) << 32);
        return width == 64 ? all : all & ((1UL << width) - 1);
    }

    static CorruptChunk Ended() => new("a chunk ends too early");
}
