using System.Buffers.Binary;
using System.Text;

namespace Muster.Probes;

/// <summary>Whether containers come to their own end: each walk jumps from piece to piece, and says in words what is wrong, or null.</summary>
static class BackupEnds
{
    const string Cut = "it is cut off";

    /// <summary>tar: a checksum in each header, and two blocks of zeros at the end.</summary>
    public static string? Tar(Stream file, CancellationToken cancel)
    {
        var block = new byte[512];
        file.Position = 0;
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            if (file.ReadAtLeast(block, 512, throwOnEndOfStream: false) < 512) return "it is cut off: an archive ends with blocks of zeros, and this one does not";
            if (!block.AsSpan().ContainsAnyExcept((byte)0)) return null;
            if (!Checksum(block)) return "a header within it is damaged";
            if (Size(block.AsSpan(124, 12)) is not (>= 0 and var size)) return "a header within it names no size";
            if (size > file.Length - file.Position) return $"{Cut} within {Text(block.AsSpan(0, 100))}";
            file.Position += (size + 511) / 512 * 512;
        }
    }

    static bool Checksum(byte[] header)
    {
        var sum = 0;
        for (var i = 0; i < 512; i++) sum += i is >= 148 and < 156 ? ' ' : header[i];
        return Size(header.AsSpan(148, 8)) == sum;
    }

    /// <summary>Octal, or with the first bit set a number of base 256.</summary>
    static long Size(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0) return field.Length >= 12 && field[1..4].ContainsAnyExcept((byte)0) ? -1 : field.Length >= 8 ? BinaryPrimitives.ReadInt64BigEndian(field[^8..]) is >= 0 and var large ? large : -1 : -1;
        long size = 0;
        foreach (var digit in Text(field).Trim())
        {
            if (digit is < '0' or > '7') return -1;
            size = size * 8 + (digit - '0');
        }

        return size;
    }

    static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Zstandard: frames of blocks, each of which says how long it is. What is in them is not unpacked.</summary>
    public static string? Zstandard(Stream file, CancellationToken cancel)
    {
        var bytes = new byte[14];
        file.Position = 0;
        for (var frames = 0; file.Position < file.Length; frames++)
        {
            if (!Fill(file, bytes.AsSpan(0, 4))) return Cut;
            var magic = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            if ((magic & 0xfffffff0) == 0x184d2a50)
            {
                if (!Fill(file, bytes.AsSpan(0, 4)) || !Skip(file, BinaryPrimitives.ReadUInt32LittleEndian(bytes))) return Cut;
                continue;
            }

            if (magic != 0xfd2fb528) return frames == 0 ? "its head is no Zstandard" : "something else follows after its end";
            if (!Fill(file, bytes.AsSpan(0, 1))) return Cut;
            var (contentSize, single, checksum, dictionary) = (bytes[0] >> 6, (bytes[0] & 0x20) != 0, (bytes[0] & 0x04) != 0, bytes[0] & 0x03);
            if (!Skip(file, (single ? 0 : 1) + (dictionary == 3 ? 4 : dictionary) + contentSize switch { 0 => single ? 1 : 0, 1 => 2, 2 => 4, _ => 8 })) return Cut;
            for (var last = false; !last;)
            {
                cancel.ThrowIfCancellationRequested();
                if (!Fill(file, bytes.AsSpan(0, 3))) return Cut;
                var head = bytes[0] | bytes[1] << 8 | bytes[2] << 16;
                last = (head & 1) != 0;
                if ((head >> 1 & 3) == 3) return "a block within it is of no known type";
                // A repeated byte stands once, however often it is meant.
                if (!Skip(file, (head >> 1 & 3) == 1 ? 1 : head >> 3)) return Cut;
            }

            if (checksum && !Skip(file, 4)) return Cut;
        }

        return null;
    }

    /// <summary>OpenPGP: packets up to the end, long ones in parts.</summary>
    public static string? OpenPgp(Stream file, CancellationToken cancel)
    {
        var bytes = new byte[5];
        file.Position = 0;
        var content = false;
        while (file.Position < file.Length)
        {
            cancel.ThrowIfCancellationRequested();
            if (!Fill(file, bytes.AsSpan(0, 1))) return Cut;
            var head = bytes[0];
            if ((head & 0x80) == 0) return "something within it is no packet of OpenPGP";
            var (isNew, tag) = ((head & 0x40) != 0, (head & 0x40) != 0 ? head & 0x3f : head >> 2 & 0x0f);
            content |= tag is 9 or 18 or 20;
            if (!isNew)
            {
                if ((head & 3) == 3) return content ? null : "it holds keys and no content";
                var width = 1 << (head & 3);
                if (!Fill(file, bytes.AsSpan(0, width))) return Cut;
                long length = 0;
                for (var i = 0; i < width; i++) length = length << 8 | bytes[i];
                if (!Skip(file, length)) return Cut;
                continue;
            }

            for (var partial = true; partial;)
            {
                cancel.ThrowIfCancellationRequested();
                if (Length(file, bytes, out partial) is not { } length || !Skip(file, length)) return Cut;
            }
        }

        return content ? null : "it holds keys and no content";
    }

    static long? Length(Stream file, byte[] bytes, out bool partial)
    {
        partial = false;
        if (!Fill(file, bytes.AsSpan(0, 1))) return null;
        var first = bytes[0];
        if (first < 192) return first;
        if (first < 224) return Fill(file, bytes.AsSpan(0, 1)) ? (first - 192 << 8) + bytes[0] + 192 : null;
        if (first == 255) return Fill(file, bytes.AsSpan(0, 4)) ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : null;
        partial = true;
        return 1L << (first & 0x1f);
    }

    static bool Fill(Stream file, Span<byte> bytes) => file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length;

    static bool Skip(Stream file, long bytes)
    {
        if (bytes > file.Length - file.Position) return false;
        file.Position += bytes;
        return true;
    }
}
