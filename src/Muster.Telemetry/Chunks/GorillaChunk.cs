using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Muster.Telemetry.Chunks;

/// <summary>
/// A chunk of floats that grows at its end: delta-of-delta times and XORed values, after
/// <see href="https://www.vldb.org/pvldb/vol8/p1816-teller.pdf">Gorilla (VLDB 2015)</see>, with widths chosen for milliseconds. One thread
/// appends, any number read <see cref="Bytes"/> at the same time: the first byte is the count, published last, and no bit before the end of the
/// published samples ever changes. An array that has grown is published as a whole. A value of this type has a state: keep it in a field, never
/// copy it. <see langword="default"/> is an empty chunk without memory.
/// </summary>
/// <remarks>
/// Bytes: the count; time and bits of the first sample, 8 bytes each, little endian; then bits, the lowest of a byte first. A time is its change of
/// delta: 0 for none, 01 and 8 bits, 011 and 17, 0111 and 32, 1111 and 64 (prefixes as read from the lowest bit on, backwards here). A value is its
/// XOR with the one before: 0 for none, 01 and the bits in the window, 11 and a new window (5 bits of leading zeros, 6 of width less 1) and its bits.
/// </remarks>
internal struct GorillaChunk
{
    public const int MostSamples = 120;

    /// <summary>No array is longer.</summary>
    public const int MostBytes = 1024;

    internal const int Head = 17;
    const int FirstBytes = 32;
    const int LongestSample = 4 + 64 + 2 + 5 + 6 + 64;
    const int LastStart = (MostBytes * 8) - LongestSample;

    byte[]? _bytes;
    ulong _word;
    long _last;
    long _delta;
    ulong _value;
    int _bits;
    byte _leading;
    byte _width;

    public readonly int Count => _bytes is null ? 0 : _bytes[0];

    /// <summary>Time of the first sample; 0 while there is none.</summary>
    public readonly long First => _bytes is null ? 0 : BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(1));

    /// <summary>Time of the last sample; 0 while there is none.</summary>
    public readonly long Last => _last;

    public readonly double LastValue => BitConverter.UInt64BitsToDouble(_value);

    /// <summary>Nothing more goes in: seal <see cref="Bytes"/> and begin with <see cref="Clear"/>.</summary>
    public readonly bool IsFull => _bytes is not null && (_bytes[0] >= MostSamples || _bits > LastStart);

    /// <summary>
    /// What <see cref="Gorilla.Decode"/> reads; safe to take on any thread and good for ever. Empty before the first sample. Longer than what is
    /// used: <see cref="Trimmed"/> of a full chunk is not.
    /// </summary>
    public readonly byte[] Bytes => Volatile.Read(in _bytes) ?? [];

    /// <summary>A copy without the room left at the end.</summary>
    public readonly byte[] Trimmed => _bytes is null ? [] : _bytes[..((_bits + 7) / 8)];

    /// <summary>Adds one sample, later than <see cref="Last"/>, to a chunk that is not full: both are for the caller to see to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Append(long time, double value)
    {
        var bits = BitConverter.DoubleToUInt64Bits(value);
        if (_bytes is null)
        {
            Begin(time, bits);
            return;
        }

        var delta = time - _last;
        var change = delta - _delta;
        var xor = bits ^ _value;
        if ((change | (long)xor) == 0)
        {
            Put(0, 2);
        }
        else
        {
            PutTime(change);
            PutValue(xor);
        }

        if ((_bits & 63) != 0) Store(_bits >> 6, _word);
        _last = time;
        _delta = delta;
        _value = bits;
        Volatile.Write(ref _bytes[0], (byte)(_bytes[0] + 1));
    }

    /// <summary>Forgets everything; an array once given out is never written again.</summary>
    public void Clear() => this = default;

    void Begin(long time, ulong bits)
    {
        var bytes = new byte[FirstBytes];
        bytes[0] = 1;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), time);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(9), bits);
        _word = bytes[Head - 1];
        _bits = Head * 8;
        _last = time;
        _delta = 0;
        _value = bits;
        _leading = _width = 0;
        Volatile.Write(ref _bytes, bytes);
    }

    void PutTime(long change)
    {
        if (change == 0) Put(0, 1);
        else if (change == (sbyte)change) Put(((ulong)(byte)change << 2) | 0b01, 10);
        else if (change is >= -(1 << 16) and < (1 << 16)) Put((((ulong)change & 0x1ffff) << 3) | 0b011, 20);
        else if (change == (int)change) Put(((ulong)(uint)change << 4) | 0b0111, 36);
        else
        {
            Put(0b1111, 4);
            Put((ulong)change, 64);
        }
    }

    void PutValue(ulong xor)
    {
        if (xor == 0)
        {
            Put(0, 1);
            return;
        }

        var leading = Math.Min(31, BitOperations.LeadingZeroCount(xor));
        var trailing = BitOperations.TrailingZeroCount(xor);
        var width = 64 - leading - trailing;
        // A window much too wide costs more, again and again, than a new one once.
        if (_width != 0 && leading >= _leading && trailing >= 64 - _leading - _width && _width <= width + 11)
        {
            Put(0b01, 2);
        }
        else
        {
            Put(0b11u | ((ulong)leading << 2) | ((ulong)(width - 1) << 7), 13);
            _leading = (byte)leading;
            _width = (byte)width;
        }

        Put(xor >> (64 - _leading - _width), _width);
    }

    /// <summary>The value has no bits beyond the width, which is from 1 to 64.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Put(ulong value, int width)
    {
        var used = _bits & 63;
        _word |= value << used;
        if (used + width >= 64)
        {
            Store(_bits >> 6, _word);
            _word = used == 0 ? 0 : value >> (64 - used);
        }

        _bits += width;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Store(int index, ulong word)
    {
        if ((index * 8) + 8 > _bytes!.Length) Grow();
        Unsafe.WriteUnaligned(ref _bytes[index * 8], BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    void Grow()
    {
        var grown = new byte[_bytes!.Length * 2];
        _bytes.CopyTo(grown, 0);
        Volatile.Write(ref _bytes, grown);
    }
}
