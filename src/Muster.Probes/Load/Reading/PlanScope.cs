namespace Muster.Probes.Load;

/// <summary>What is one for the whole plan while it is read.</summary>
sealed record PlanScope(TargetRead Target, LoadFolder Folder, FormProblems Problems)
{
    public PlanCounter Counter { get; } = new();

    /// <summary>Data of one file that several scenarios use is held once.</summary>
    public Dictionary<string, (string[] Columns, string[][] Rows)> Tables { get; } = new(StringComparer.Ordinal);

    /// <summary>Bytes of data and bodies so far.</summary>
    public long Held { get; set; }
}

/// <summary>What a scenario's templates may draw on at a point of its reading.</summary>
sealed record StepScope(PlanScope Plan, IReadOnlyList<DataFile> Data)
{
    /// <summary>What requests before this one saved.</summary>
    public HashSet<string> Saved { get; } = new(StringComparer.Ordinal);

    public FormProblems Problems => Plan.Problems;
}
