using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Blocks;

/// <summary>The last bytes of a block: all that is read of it until a query needs more.</summary>
/// <param name="IndexAt">Where the index begins, which is where the chunks end.</param>
/// <param name="IndexStored">Its bytes in the file.</param>
/// <param name="IndexLength">Its bytes when it is unpacked; as many as stored: it is not packed.</param>
/// <param name="IndexSum">CRC-32C of the stored bytes.</param>
/// <param name="Level">0: a sealed generation; 1, 2, …: merged so often.</param>
/// <param name="Deleted">The last deletion that was carried out on what went in.</param>
sealed record BlockFooter(
    long IndexAt, int IndexStored, int IndexLength, uint IndexSum, int Series, long Samples, long First, long Last, long FirstGeneration, long LastGeneration, int Level, long Deleted)
{
    public const int Length = 112;

    /// <summary>No index is longer when it is unpacked: what makes one could not.</summary>
    const int LongestIndex = 1 << 30;

    const uint Version = 1;

    static ReadOnlySpan<byte> Magic => "MUSTBLK1"u8;

    public byte[] Write()
    {
        var bytes = new Bytes();
        bytes.Raw(Magic);
        bytes.UInt32(Version);
        bytes.UInt32((uint)Level);
        bytes.UInt64((ulong)IndexAt);
        bytes.UInt32((uint)IndexStored);
        bytes.UInt32((uint)IndexLength);
        bytes.UInt32(IndexSum);
        bytes.UInt32((uint)Series);
        bytes.UInt64((ulong)Samples);
        bytes.UInt64((ulong)First);
        bytes.UInt64((ulong)Last);
        bytes.UInt64((ulong)FirstGeneration);
        bytes.UInt64((ulong)LastGeneration);
        bytes.UInt64((ulong)Deleted);
        while (bytes.Length < Length - 4) bytes.Byte(0);
        bytes.UInt32(Crc.Of(bytes.Written));
        return bytes.Written.ToArray();
    }

    /// <exception cref="InvalidDataException">It is no footer of this version, or damaged.</exception>
    public static BlockFooter Read(IReadableFile file)
    {
        var length = file.Length;
        if (length < Length) throw new InvalidDataException("the file is shorter than a footer");
        var bytes = new byte[Length];
        file.Read(length - Length, bytes);
        var reader = new BytesReader(bytes);
        if (!reader.Raw(8).SequenceEqual(Magic)) throw new InvalidDataException("the file does not end as a block does");
        if (Crc.Of(bytes.AsSpan(0, Length - 4)) != BitConverter.ToUInt32(bytes, Length - 4)) throw new InvalidDataException("the footer does not match its checksum");
        if (reader.UInt32() is var version && version != Version) throw new InvalidDataException($"the block has version {version}, and this can read {Version}");
        var level = (int)reader.UInt32();
        var footer = new BlockFooter(
            (long)reader.UInt64(), (int)reader.UInt32(), (int)reader.UInt32(), reader.UInt32(), (int)reader.UInt32(), (long)reader.UInt64(), (long)reader.UInt64(), (long)reader.UInt64(),
            (long)reader.UInt64(), (long)reader.UInt64(), level, (long)reader.UInt64());
        if (footer.IndexAt < 0 || footer.IndexStored < 0 || footer.IndexAt + footer.IndexStored + Length != length) throw new InvalidDataException("the block has not the length its footer tells");
        if (footer.IndexLength is < 0 or > LongestIndex || footer.Series < 0) throw new InvalidDataException("the footer tells of an index that cannot be");
        return footer;
    }
}
