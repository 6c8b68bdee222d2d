using System.Buffers.Binary;
using System.IO.Compression;

namespace Muster.Probes;

/// <summary>
/// A gzip file, unpacked to its end without keeping it: what it begins and ends with, and whether its own checksum and length come true.
/// The runtime's reader takes a file that is cut off for one that has ended.
/// </summary>
sealed class BackupGzip
{
    const int Kept = 4096;
    static readonly uint[] Table = MakeTable();

    public byte[] Beginning { get; private set; } = [];

    public byte[] End { get; private set; } = [];

    /// <summary>What is wrong, in words; null if nothing is.</summary>
    public string? Damage { get; private set; }

    public static BackupGzip Read(Stream file, CancellationToken cancel)
    {
        var read = new BackupGzip();
        file.Position = 0;
        var (crc, length) = (0xffffffffu, 0u);
        var buffer = new byte[128 * 1024];
        try
        {
            using var unpacked = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
            for (int got; (got = unpacked.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
            {
                cancel.ThrowIfCancellationRequested();
                var now = buffer.AsSpan(0, got);
                foreach (var one in now) crc = Table[(byte)crc ^ one] ^ crc >> 8;
                length += (uint)got;
                if (read.Beginning.Length == 0) read.Beginning = now[..Math.Min(got, Kept)].ToArray();
                read.End = got >= Kept ? now[^Kept..].ToArray() : [.. read.End.AsSpan(Math.Max(0, read.End.Length + got - Kept)), .. now];
            }
        }
        catch (InvalidDataException) { read.Damage = "what is packed in it is damaged"; }

        if (read.Damage is null && !Ends(file, ~crc, length)) read.Damage = "it is cut off, or is more than one gzip file in a row: its end does not fit what is packed in it";
        return read;
    }

    static bool Ends(Stream file, uint crc, uint length)
    {
        if (file.Length < 18) return false;
        var end = new byte[8];
        file.Position = file.Length - 8;
        return file.ReadAtLeast(end, 8, throwOnEndOfStream: false) == 8 && BinaryPrimitives.ReadUInt32LittleEndian(end) == crc && BinaryPrimitives.ReadUInt32LittleEndian(end.AsSpan(4)) == length;
    }

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? 0xedb88320 ^ value >> 1 : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
