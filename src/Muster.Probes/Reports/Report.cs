using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a report of another tool says, before it is known whether it is of this release.</summary>
/// <param name="Made">When it was made, as it says itself; never when its file was written.</param>
sealed record Report(Value.Fields Seen, long Population, DateTimeOffset? Made)
{
    /// <summary>The digests that it names for what it is about, as <c>sha256:…</c>.</summary>
    public ImmutableArray<string> Subjects { get; init; } = [];

    /// <summary>What people must know of how it was read.</summary>
    public string? Detail { get; init; }

    /// <summary>What was done was only rehearsed: it never counts.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Reads one tool's report. What is none of that tool's is <see cref="Blind.Unreadable"/>.</summary>
delegate Task<Report> ReadReport(ReportFile file, Given given, ProbeContext context, CancellationToken cancel);
