using System.Collections.Immutable;
using System.IO.Enumeration;

namespace Muster.Probes;

/// <summary>A file in the folder of backups.</summary>
/// <param name="Name">From the folder on, with "/".</param>
sealed record BackupFile(string Name, string Place, long Size, DateTimeOffset Modified)
{
    public string Last => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>By its name from the folder on, or by its last part.</summary>
    public bool Is(string pattern) => FileSystemName.MatchesSimpleExpression(pattern, Name, ignoreCase: false) || FileSystemName.MatchesSimpleExpression(pattern, Last, ignoreCase: false);
}

/// <summary>What was backed up at one time: a file, or several that belong together.</summary>
/// <param name="Named">Whether its name tells when; else the time of its newest file does.</param>
sealed record KeptBackup(string Name, DateTimeOffset At, bool Named, ImmutableArray<BackupFile> Files)
{
    public long Size => Files.Sum(file => file.Size);
}
