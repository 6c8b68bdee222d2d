using System.Buffers.Binary;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store.Disk;
using Muster.Telemetry.Store.Head;

namespace Muster.Telemetry.Store.Reading;

/// <summary>
/// The exemplars of logs that are sealed, since blocks have none: a file that is replaced whole with each sealing, with its checksum at the end. Where it is
/// missing they are; nothing else is.
/// </summary>
static class ExemplarFile
{
    public const string Name = "exemplars";

    const string Passing = "exemplars.part";

    /// <summary>More than is ever kept in memory.</summary>
    const long Longest = 1 << 28;

    /// <returns>The last deletion that was carried out on them, and the exemplars, the oldest first.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static (long Deleted, List<(Labels Series, Exemplar Exemplar)> All) Read(IFiles files, string folder)
    {
        var path = Path.Combine(folder, Name);
        if (!files.Exists(path)) return (0, []);
        using var file = files.Open(path);
        if (file.Length > Longest) throw new InvalidDataException($"the file of exemplars has more than {Longest} bytes");
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return Read(bytes);
    }

    /// <exception cref="IOException">The one before still holds.</exception>
    public static void Write(IFiles files, string folder, long deleted, IReadOnlyList<(Labels Series, Exemplar Exemplar)> all)
    {
        var passing = Path.Combine(folder, Passing);
        try
        {
            using (var file = files.Create(passing))
            {
                file.Write(Written(deleted, all));
                file.Sync();
            }

            files.Rename(passing, Path.Combine(folder, Name));
        }
        catch
        {
            if (files.Exists(passing)) files.Delete(passing);
            throw;
        }

        files.SyncFolder(folder);
    }

    /// <exception cref="InvalidDataException"/>
    internal static (long Deleted, List<(Labels Series, Exemplar Exemplar)> All) Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4 || Crc.Of(bytes[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..])) throw new InvalidDataException("the file of exemplars does not match its checksum");
        var reader = new BytesReader(bytes[..^4]);
        var deleted = reader.Signed();
        var series = new List<Labels>();
        for (var left = reader.Count(); left > 0; left--) series.Add(Labelled(ref reader, SeriesKey.Longest));
        var all = new List<(Labels, Exemplar)>();
        for (var left = reader.Count(); left > 0; left--)
        {
            var of = reader.Varint();
            if (of >= (ulong)series.Count) throw new InvalidDataException("an exemplar has no series");
            all.Add((series[(int)of], new(0, reader.Signed(), reader.Double(), Labelled(ref reader, ExemplarRing.LongestKey))));
        }

        return (deleted, all);
    }

    internal static byte[] Written(long deleted, IReadOnlyList<(Labels Series, Exemplar Exemplar)> all)
    {
        var numbers = new Dictionary<Labels, int>();
        var (series, exemplars) = (new Bytes(), new Bytes());
        foreach (var (of, exemplar) in all)
        {
            if (numbers.TryAdd(of, numbers.Count)) Key(of, series);
            exemplars.Varint((ulong)numbers[of]);
            exemplars.Signed(exemplar.Time);
            exemplars.Double(exemplar.Value);
            Key(exemplar.Labels, exemplars);
        }

        var bytes = new Bytes();
        bytes.Signed(deleted);
        bytes.Varint((ulong)numbers.Count);
        bytes.Raw(series.Written);
        bytes.Varint((ulong)all.Count);
        bytes.Raw(exemplars.Written);
        bytes.UInt32(Crc.Of(bytes.Written));
        return bytes.Written.ToArray();
    }

    static void Key(Labels labels, Bytes into)
    {
        var key = SeriesKey.Of(labels);
        into.Varint((ulong)key.Length);
        into.Raw(key);
    }

    static Labels Labelled(ref BytesReader reader, int longest)
    {
        var key = reader.Raw(reader.Count());
        if (key.Length > longest) throw new InvalidDataException("labels are longer than they may be");
        return KeyReader.Labels(key);
    }
}
