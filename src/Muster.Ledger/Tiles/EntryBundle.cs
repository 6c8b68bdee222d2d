using System.Buffers.Binary;

namespace Muster.Ledger;

/// <summary>An entry bundle of tlog-tiles: each entry behind its length, two bytes, the higher first.</summary>
static class EntryBundle
{
    public static byte[] Write(IReadOnlyList<byte[]> entries)
    {
        var bytes = new byte[entries.Sum(entry => 2 + entry.Length)];
        var at = 0;
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)entry.Length);
            entry.CopyTo(bytes, at + 2);
            at += 2 + entry.Length;
        }

        return bytes;
    }
}
