using System.Buffers.Binary;

namespace Muster.Ledger;

enum LogKind : byte { Entry = (byte)'e', Checkpoint = (byte)'c' }

/// <summary>
/// A record of the log file: 16 bytes of header (the letters "Mr", the kind, a zero, length, CRC-32C of the payload, CRC-32C of the header's first 12 bytes; numbers little-endian),
/// the payload, and zeros up to a multiple of 16, so that a header never crosses a sector.
/// </summary>
static class LogRecord
{
    public const int HeaderLength = 16;
    public const int Start = 64;
    public const int LargestPayload = EntryBytes.Largest;

    /// <summary>The first 64 bytes of the file; the rest of them is zero.</summary>
    public static ReadOnlySpan<byte> Magic => "muster ledger log 1\n"u8;

    public static int Space(int payload) => (HeaderLength + payload + 15) & ~15;

    public static void Write(Span<byte> to, LogKind kind, ReadOnlySpan<byte> payload)
    {
        to[0] = (byte)'M';
        to[1] = (byte)'r';
        to[2] = (byte)kind;
        to[3] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Crc.Of(payload));
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], Crc.Of(to[..12]));
        payload.CopyTo(to[HeaderLength..]);
        to[(HeaderLength + payload.Length)..Space(payload.Length)].Clear();
    }

    /// <summary>The kind and length that the header tells, or null if it is not a header.</summary>
    public static (LogKind Kind, int Length)? ReadHeader(ReadOnlySpan<byte> header)
    {
        if (header[0] != 'M' || header[1] != 'r' || header[3] != 0 || header[2] is not ((byte)LogKind.Entry or (byte)LogKind.Checkpoint)) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[12..]) != Crc.Of(header[..12])) return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        return length is > 0 and <= LargestPayload ? ((LogKind)header[2], length) : null;
    }

    public static uint PayloadCrc(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
}
