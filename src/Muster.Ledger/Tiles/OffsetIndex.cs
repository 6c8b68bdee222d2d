using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Muster.Ledger;

/// <summary>
/// Where every 256th entry begins in the log, and where the published checkpoint's record does. Derived: whoever reads it looks at the log's own record there before believing it.
/// </summary>
sealed record OffsetIndex(long Size, long CheckpointOffset, IReadOnlyList<long> Bundles)
{
    static ReadOnlySpan<byte> Magic => "muster index 1\n\0"u8;

    public byte[] Bytes()
    {
        var bytes = new byte[16 + 16 + 8 * Bundles.Count + 32];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Size);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), CheckpointOffset);
        for (var i = 0; i < Bundles.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32 + 8 * i), Bundles[i]);
        SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));
        return bytes;
    }

    public static OffsetIndex? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 64 || bytes.Length % 8 != 0 || !bytes.StartsWith(Magic)) return null;
        if (!SHA256.HashData(bytes[..^32]).AsSpan().SequenceEqual(bytes[^32..])) return null;
        var bundles = new long[(bytes.Length - 64) / 8];
        for (var i = 0; i < bundles.Length; i++) bundles[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(32 + 8 * i)..]);
        var index = new OffsetIndex(BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), bundles);
        return index.Size > 0 && bundles.Length == (index.Size + TilePath.Width - 1) / TilePath.Width ? index : null;
    }
}
