namespace Muster.Probes;

/// <summary>A backup where backups lie.</summary>
/// <param name="Name">As it is called there.</param>
/// <param name="Format">dump, basebackup, pgbackrest or barman.</param>
/// <param name="Made">When what it holds was so.</param>
/// <param name="MadeBy">Who says so: the manifest, the backup itself, the tool, or only the file's time.</param>
sealed record FoundBackup(string Name, string Place, string Format, DateTimeOffset Made, string MadeBy)
{
    public long Bytes { get; init; }

    /// <summary>What is wrong with it already, without any restoring.</summary>
    public string? Fault { get; init; }

    public string? Manifest { get; init; }

    public string? SystemIdentifier { get; init; }

    public int? Major { get; init; }

    public bool? Encrypted { get; init; }
}
