using System.Buffers.Binary;
using System.Numerics;

namespace Muster.Telemetry.Store.Disk;

/// <summary>CRC-32C (Castagnoli), <see href="https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4"/>.</summary>
static class Crc
{
    public static uint Of(ReadOnlySpan<byte> bytes) => ~More(uint.MaxValue, bytes);

    static uint More(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var rest in bytes) crc = BitOperations.Crc32C(crc, rest);
        return crc;
    }
}
