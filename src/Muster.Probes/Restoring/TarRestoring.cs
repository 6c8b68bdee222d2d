using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Unpacks an archive into a folder. An archive is anybody's word: a name that leads out of the folder, a link that does, and what is no file are refused, and no link is ever made,
/// so that nothing can be written through one.
/// </summary>
static class TarRestoring
{
    const int MostFiles = 2_000_000;

    /// <summary>Whether the file is one that can be unpacked here, and what is wrong with it.</summary>
    public static string? Readable(BackupFile archive, CancellationToken cancel)
    {
        if (archive.Size == 0) return $"{archive.Last} is empty";
        using var file = BackupSetProbe.Open(archive.Place, archive.Name);
        var format = BackupFormat.Look(file, toEnd: true, cancel);
        if (format.Encryption is { } encryption) throw new Unseen(Blind.NotCapable, $"{archive.Last} is encrypted with {encryption}; the drill opens tar, tar.gz and repositories of restic");
        if (format.Name is not ("tar" or "gzip" or "tar in gzip")) return format.Name is null ? $"{archive.Last} begins like nothing that is known" : throw new Unseen(Blind.NotCapable, $"{archive.Last} is {format.Name}; the drill opens tar, tar.gz and repositories of restic");
        return format.Damage is { } damage ? $"{archive.Last}: {damage}" : null;
    }

    /// <returns>What was refused, and what links there are.</returns>
    public static async Task<(List<string> Refused, SortedDictionary<string, FileFound> Links)> Unpack(BackupFile archive, string folder, ProbeContext context, CancellationToken cancel)
    {
        var (refused, links, count, told) = (new List<string>(), new SortedDictionary<string, FileFound>(StringComparer.Ordinal), 0, context.Clock.GetTimestamp());
        await using var file = BackupSetProbe.Open(archive.Place, archive.Name);
        var isGzip = file.ReadByte() == 0x1f;
        file.Position = 0;
        await using Stream open = isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        await using var tar = new TarReader(open, leaveOpen: true);
        try
        {
            while (await tar.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                if (++count > MostFiles) throw new Unseen(Blind.TooLarge, $"{archive.Last} holds more than {MostFiles} entries");
                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
                try { if (await Take(entry, folder, links, cancel) is { } wrong) refused.Add(wrong); }
                catch (Exception clash) when (clash is UnauthorizedAccessException || clash is IOException && clash is not EndOfStreamException && !(clash is IOException full && DrillFaults.IsFull(full))) { refused.Add($"{Bounded.Start(entry.Name, 200)}: cannot be laid there, as where a folder is already"); }
                if (context.Clock.GetElapsedTime(told) < TimeSpan.FromSeconds(1)) continue;
                told = context.Clock.GetTimestamp();
                context.Tell($"unpacking {archive.Last}, {FileSet.Megabytes(file.Position)} of {FileSet.Megabytes(file.Length)}, {count} entries");
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or OverflowException or InvalidOperationException) { refused.Add($"the archive breaks off after {count} entries"); }
        catch (IOException full) when (DrillFaults.IsFull(full)) { throw DrillFaults.Full(full); }
        return (refused, links);
    }

    static async Task<string?> Take(TarEntry entry, string folder, SortedDictionary<string, FileFound> links, CancellationToken cancel)
    {
        var shown = Bounded.Start(entry.Name, 200);
        if (Inside(entry.Name) is not { } name) return $"{shown}: its name leads out of the folder";
        if (name.Length == 0) return entry.EntryType == TarEntryType.Directory ? null : $"{shown}: has no name";
        // A name that goes on behind a link, or a link where something is already.
        if (GoesThrough(links, name)) return $"{shown}: goes through a link";
        var place = Path.Combine(folder, name);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory:
                Directory.CreateDirectory(place);
                return null;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                await using (var into = new FileStream(place, FileMode.Create, FileAccess.Write))
                    if (entry.DataStream is { } data) await data.CopyToAsync(into, cancel);
                return null;
            case TarEntryType.SymbolicLink:
                if (Path.IsPathRooted(entry.LinkName) || Inside(Path.Combine(Path.GetDirectoryName(name) ?? "", entry.LinkName)) is null) return $"{shown}: leads out of the folder";
                links[name] = FileFound.Link(entry.LinkName);
                return null;
            case TarEntryType.HardLink:
                if (Inside(entry.LinkName) is not { } other || !File.Exists(Path.Combine(folder, other))) return $"{shown}: is the same as a file that is not there";
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.Copy(Path.Combine(folder, other), place, overwrite: true);
                return null;
            default: return $"{shown}: is no file";
        }
    }

    static bool GoesThrough(SortedDictionary<string, FileFound> links, string name)
    {
        for (var at = name.Length; at > 0; at = name.LastIndexOf('/', at - 1))
            if (links.ContainsKey(name[..at])) return true;
        return false;
    }

    /// <summary>The name from the folder on, its "." and ".." followed; null where that leads out.</summary>
    internal static string? Inside(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal) || name.StartsWith('/')) return null;
        var parts = new List<string>();
        foreach (var part in name.Split('/'))
            switch (part)
            {
                case "" or ".": break;
                case ".." when parts.Count == 0: return null;
                case "..": parts.RemoveAt(parts.Count - 1); break;
                default: parts.Add(part); break;
            }

        return string.Join('/', parts);
    }
}
