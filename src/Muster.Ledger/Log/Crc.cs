using System.Buffers.Binary;
using System.Numerics;

namespace Muster.Ledger;

/// <summary>CRC-32C (Castagnoli), as the processor has it: it finds accidents. Against intent stand the signatures and the tree.</summary>
static class Crc
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var rest in bytes) crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }
}
