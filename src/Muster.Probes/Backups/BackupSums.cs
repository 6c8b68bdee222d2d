using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The lists of checksums that lie among backups, verified: as SHA256SUMS, or one beside each file.</summary>
sealed class BackupSums
{
    const int MostBytes = 4 * 1024 * 1024, MostLists = 20_000;

    public int Verified { get; private set; }

    public List<string> Mismatched { get; } = [];

    /// <summary>Listed files that are not there.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>Files that some list names.</summary>
    public HashSet<string> Listed { get; } = new(StringComparer.Ordinal);

    /// <param name="asked">The files that are to be read; those of others are only known to be listed.</param>
    public static async Task<BackupSums> Verify(string folder, BackupFolder set, IReadOnlySet<string> asked, CancellationToken cancel)
    {
        if (set.Lists.Length > MostLists) throw new Unseen(Blind.TooLarge, $"more than {MostLists} lists of checksums lie among the backups");
        var sums = new BackupSums();
        foreach (var list in set.Lists)
        {
            if (list.Size > MostBytes) throw new Unseen(Blind.TooLarge, $"{list.Name} has more than {MostBytes} bytes");
            var under = Path.GetDirectoryName(list.Place)!;
            foreach (var sum in Read(await File.ReadAllBytesAsync(list.Place, cancel), list))
            {
                var place = Within(under, folder, sum.Name);
                var name = place is null ? sum.Name : Path.GetRelativePath(folder, place).Replace(Path.DirectorySeparatorChar, '/');
                if (place is null || !File.Exists(place)) sums.Missing.Add(name);
                else
                {
                    sums.Listed.Add(name);
                    if (asked.Contains(name)) sums.Count(name, await Digest(place, name, sum.Algorithm, cancel) == sum.Hex);
                }
            }
        }

        return sums;
    }

    void Count(string name, bool right)
    {
        if (right) Verified++;
        else Mismatched.Add(name);
    }

    /// <summary>Beside one file there may stand its digest alone, without its name.</summary>
    static ImmutableArray<Checksum> Read(byte[] bytes, BackupFile list)
    {
        var text = bytes.Length is >= 64 and <= 200 ? Encoding.Latin1.GetString(bytes).Trim() : "";
        var algorithm = text.Length switch { 64 => "sha256", 96 => "sha384", 128 => "sha512", _ => null };
        return algorithm is not null && text.All(char.IsAsciiHexDigit) && list.Last.LastIndexOf('.') is > 0 and var dot ? [new(list.Last[..dot], algorithm, text.ToLowerInvariant())] : ChecksumList.Read(bytes, list.Name);
    }

    /// <summary>The path beneath the list's own folder, links followed; null where it leads out of the backups.</summary>
    static string? Within(string under, string folder, string name)
    {
        try { return Path.IsPathRooted(name) ? null : FolderWall.Within(folder, Path.GetRelativePath(folder, Path.Combine(under, name)), mayLeave: false); }
        catch (Unseen) { return null; }
    }

    public static async Task<string> Digest(string place, string name, string algorithm, CancellationToken cancel)
    {
        await using var file = BackupSetProbe.Open(place, name);
        return Convert.ToHexStringLower(algorithm switch
        {
            "sha256" => await SHA256.HashDataAsync(file, cancel),
            "sha384" => await SHA384.HashDataAsync(file, cancel),
            _ => await SHA512.HashDataAsync(file, cancel),
        });
    }
}
