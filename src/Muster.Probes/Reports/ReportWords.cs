using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What the declarations of all report kinds have in common.</summary>
static class ReportWords
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static ImmutableArray<Parameter> Parameters(params ReadOnlySpan<Parameter> own) =>
    [
        .. own,
        new("artifact", Shape.Text, "The artifact, by its name in the release, that the report must be about; any of the release unless said."),
        new("claimed", Shape.Truth, "true believes a report that names no digest at all to be of this release, because of where it lies. One that names others is never believed."),
        new("signed_by", Shape.Text, "The runner of the document who must have signed: the target is a DSSE envelope whose in-toto statement has the release's digests as subjects and the report as predicate.") { NamesRunner = true },
        new("attestation", Shape.Text, "The file of that envelope, where the report stands beside it; the report's own SHA-256 must be among its subjects too."),
    ];

    public static ImmutableArray<Field> Fields(params ReadOnlySpan<Field> own) =>
    [
        .. own,
        new("tool", Shape.Text, "The tool that made it, as it says."),
        new("tool_version", Shape.Text, "Its version, as it says."),
        new("made", Shape.Instant, "When it was made, as it says; this is when the evidence begins to age. Without it the evidence does not count."),
        new("bound", Shape.Text, "What binds it to the release: digest, signature or claim."),
        new("artifact", Shape.Text, "The artifact of the release that it is about, if it names one."),
        new("sha256", Shape.Text, "The digest of the report."),
        new("size", Shape.Size, "Its size."),
        new("dry_run", Shape.Truth, "True if what it tells of was only rehearsed; it never counts. Else left out."),
        Bounded.Cut,
    ];

    /// <summary>How it counts, the same for all of them.</summary>
    public static ImmutableArray<string> Pitfalls(string bound, params ReadOnlySpan<string> own) =>
    [
        .. own,
        bound,
        "Its runs are of origin imported and count without further words when a runner of the document read it. The time is the report's own; without one it never counts, and the time of the file is not asked.",
    ];

    public static Value Some(IEnumerable<string> names) => Value.Texts(names.Take(MostNamed));

    const int MostNamed = 20;
}
