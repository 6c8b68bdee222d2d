using System.Buffers.Binary;

namespace Muster.Ledger;

/// <summary>Reads the data types of SSH (RFC 4251, section 5) off the front of bytes; false, and nothing taken in, where they end too soon.</summary>
public static class SshWire
{
    /// <summary>A <c>uint32</c>, most significant byte first.</summary>
    public static bool Count(ref ReadOnlySpan<byte> from, out uint count)
    {
        count = 0;
        if (from.Length < 4) return false;
        count = BinaryPrimitives.ReadUInt32BigEndian(from);
        from = from[4..];
        return true;
    }

    /// <summary>A <c>string</c>: its length, then that many bytes.</summary>
    public static bool Field(ref ReadOnlySpan<byte> from, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (!Count(ref from, out var length) || length > from.Length) return false;
        field = from[..(int)length];
        from = from[(int)length..];
        return true;
    }
}
