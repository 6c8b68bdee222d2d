using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Folders that a backup program keeps as its own store. Restic's files are named after their own SHA-256, and each of its snapshots is a file, so that it can be counted, dated and verified without a key.
/// Borg's archives can only be counted with one.
/// </summary>
static class BackupStore
{
    static readonly string[] Restic = ["data", "index", "keys", "snapshots"];

    public static bool IsRestic(string folder) => File.Exists(Path.Combine(folder, "config")) && Restic.All(name => Directory.Exists(Path.Combine(folder, name)));

    /// <exception cref="Unseen">It is a store that cannot be looked into.</exception>
    public static async Task RefuseBorg(string folder, string name, CancellationToken cancel)
    {
        var config = Path.Combine(folder, "config");
        if (!File.Exists(config) || !Directory.Exists(Path.Combine(folder, "data")) || new FileInfo(config).Length > 64 * 1024) return;
        if ((await File.ReadAllTextAsync(config, cancel)).Contains("[repository]", StringComparison.Ordinal))
            throw new Unseen(Blind.NotCapable, $"{name} is a repository of Borg: how many archives it holds, and of when, only its key tells; ask `borg list --json` by the kind command");
    }

    /// <summary>The snapshots as backups, each dated by its file; and the files that are named after their digest.</summary>
    public static (ImmutableArray<KeptBackup> Backups, ImmutableArray<BackupFile> Named) Read(BackupFolder all)
    {
        ImmutableArray<BackupFile> named = [.. all.Files.Concat(all.Strays).Where(file => Restic.Contains(file.Name.Split('/')[0]) && file.Last.Length == 64 && file.Last.All(char.IsAsciiHexDigitLower))];
        return ([.. named.Where(file => file.Name.StartsWith("snapshots/", StringComparison.Ordinal)).OrderBy(file => file.Modified).Select(file => new KeptBackup(file.Last[..8], file.Modified, false, [file]))], named);
    }
}
