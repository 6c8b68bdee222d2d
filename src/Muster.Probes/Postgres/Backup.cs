using System.Collections.Immutable;

namespace Muster.Probes;

/// <summary>One backup that a tool lists.</summary>
/// <param name="Stop">When it ended, by the tool's own word; a backup without that is none.</param>
/// <param name="Needs">Other backups without which it cannot be restored.</param>
/// <param name="System">The cluster that it is of, by its system identifier.</param>
sealed record Backup(string Label, string Type, DateTimeOffset? Stop, bool Good)
{
    public long? Size { get; init; }
    public ImmutableArray<string> Needs { get; init; } = [];
    public string? System { get; init; }
}

/// <param name="Ok">What the tool says of the whole, where it does.</param>
/// <param name="Said">In its words, when it is not.</param>
sealed record BackupList(string Tool, ImmutableArray<Backup> Backups)
{
    public bool? Ok { get; init; }
    public string? Said { get; init; }
    public bool? Encrypted { get; init; }
}
