using System.Buffers.Binary;
using System.Collections.Immutable;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Store.Reading;

/// <summary>The deletions that are not carried out everywhere yet: a file that is replaced whole, with its checksum at the end.</summary>
static class DeletionFile
{
    public const string Name = "deletions";

    const string Passing = "deletions.part";

    const long Longest = 64 << 20;

    /// <exception cref="InvalidDataException">It is damaged: what was deleted cannot be told.</exception>
    public static ImmutableArray<Deletion> Read(IFiles files, string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!files.Exists(path)) return [];
        using var file = files.Open(path);
        if (file.Length > Longest) throw new InvalidDataException($"the file of deletions has more than {Longest} bytes");
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return Read(bytes);
    }

    /// <exception cref="IOException">The one before still holds.</exception>
    public static void Write(IFiles files, string folder, ImmutableArray<Deletion> deletions)
    {
        var bytes = Written(deletions);
        if (bytes.Length > Longest) throw new IOException("too many deletions wait for their blocks to be written anew");
        using (var file = files.Create(Path.Combine(folder, Passing)))
        {
            file.Write(bytes);
            file.Sync();
        }

        files.Rename(Path.Combine(folder, Passing), Path.Combine(folder, Name));
        files.SyncFolder(folder);
    }

    /// <exception cref="InvalidDataException"/>
    internal static ImmutableArray<Deletion> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || Crc.Of(bytes[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..])) throw new InvalidDataException("the file of deletions does not match its checksum");
        var reader = new BytesReader(bytes[..^4]);
        var all = ImmutableArray.CreateBuilder<Deletion>();
        for (var left = reader.Count(); left > 0; left--)
        {
            var (number, generation, from, to) = (reader.Signed(), reader.Signed(), reader.Signed(), reader.Signed());
            var any = ImmutableArray.CreateBuilder<ImmutableArray<Matcher>>();
            for (var sets = reader.Count(); sets > 0; sets--) any.Add(Matchers(ref reader));
            all.Add(new(number, generation, from, to, any.ToImmutable()));
        }

        return all.ToImmutable();
    }

    internal static byte[] Written(ImmutableArray<Deletion> deletions)
    {
        var bytes = new Bytes();
        bytes.Varint((ulong)deletions.Length);
        foreach (var one in deletions)
        {
            bytes.Signed(one.Number);
            bytes.Signed(one.LastGeneration);
            bytes.Signed(one.From);
            bytes.Signed(one.To);
            bytes.Varint((ulong)one.Any.Length);
            foreach (var all in one.Any)
            {
                bytes.Varint((ulong)all.Length);
                foreach (var matcher in all)
                {
                    bytes.Byte((byte)matcher.Kind);
                    bytes.Text(matcher.Name);
                    bytes.Text(matcher.Value);
                }
            }
        }

        bytes.UInt32(Crc.Of(bytes.Written));
        return bytes.Written.ToArray();
    }

    static ImmutableArray<Matcher> Matchers(ref BytesReader reader)
    {
        var all = ImmutableArray.CreateBuilder<Matcher>();
        for (var left = reader.Count(); left > 0; left--)
        {
            var kind = (MatchKind)reader.Byte();
            var (name, value) = (reader.Text(), reader.Text());
            try { all.Add(new(name, kind, value)); }
            catch (ArgumentException bad) { throw new InvalidDataException("a matcher cannot be read", bad); }
        }

        return all.ToImmutable();
    }
}
