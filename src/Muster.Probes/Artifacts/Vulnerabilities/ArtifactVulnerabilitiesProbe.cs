using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

static class ArtifactVulnerabilitiesProbe
{
    const int Shown = 30, MostVexFiles = 20;

    /// <summary>Away from the caller: a pipe in the folder is opened for as long as nobody writes to it, and the deadline must be able to pass.</summary>
    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => Task.Run(() => Read(new(question), context, cancel), cancel);

    static async Task<Sight> Read(Given given, ProbeContext context, CancellationToken cancel)
    {
        var exceptions = DatedException.All(given);
        var subject = await ArtifactSubject.Of(given, context, cancel);
        using var file = ReportFile.Open(context, given.Target);
        var scan = await Scan.Read(file, given, context, cancel);
        var digest = file.Content.Finish(cancel);
        var now = context.Clock.GetUtcNow();
        var (statements, undated) = await Vex(given, context, now, cancel);
        var packages = Math.Max(scan.Packages, await Listed(scan, given, context, cancel));

        var excusing = new Excusing(statements, exceptions, scan.Subjects, now);
        excusing.Add(scan.Findings);
        var hidden = new Excusing(statements, exceptions, scan.Subjects, now);
        hidden.Add(scan.Suppressed);

        var seen = new Value.Fields(Finding.Severities.Select((name, rank) => KeyValuePair.Create<string, Value>(name, excusing.Open.Count(one => one.Rank == rank)))).With(
            ("fixable", excusing.Open.Count(one => one.FixedIn is not null)), ("open", Value.List(excusing.Open.OrderBy(Order).Take(Shown).Select(one => (Value)one.Seen()))),
            ("excused", Value.List(excusing.Excused.Take(Shown).Select(one => (Value)new Value.Fields(one.Finding.Seen().Concat(one.Excuse))))), ("excused_by_vex", Count(excusing, "vex")), ("excused_by_exception", Count(excusing, "exception")),
            ("suppressed", scan.Suppressed.Length), ("suppressed_severe", hidden.Open.Count(one => one.IsSevere)), ("suppressed_findings", Value.List(hidden.Open.OrderBy(Order).Take(Shown).Select(one => (Value)one.Seen()))),
            ("expired", Names(excusing.Expired)), ("unneeded", Names(excusing.Unneeded.Intersect(hidden.Unneeded))), ("vex_statements", statements.Length), ("vex_unmatched", excusing.Unmatched), ("vex_undated", undated),
            ("packages", packages), ("tool", scan.Tool), ("tool_version", scan.ToolVersion), ("scanned", scan.Scanned is null ? null : Bounded.Start(scan.Scanned, 300)), ("os", scan.Os),
            ("os_supported", scan.OsSupported is { } supported ? supported : null), ("os_end_of_life", scan.OsEndOfLife is { } over ? over : null), ("made", scan.Made is { } made ? made : null), ("sha256", digest), ("size", file.Content.Total));
        return new() { Observation = ScannerDatabase.Seen(subject.Seen(seen, scan.Subjects), scan.DatabaseBuilt, scan.Made), Population = packages, Detail = Doubt(scan, packages, subject, file.Name) };
    }

    static int Order(Finding finding) => finding.IsSevere && finding.Rank > 1 ? 1 : finding.Rank;

    static int Count(Excusing excusing, string by) => excusing.Excused.Count(one => one.Excuse.Text("by") == by);

    static Value.Items Names(IEnumerable<string> names) => Value.Texts(names.Distinct(StringComparer.Ordinal).Take(Shown).Select(name => Bounded.Start(name, 100)));

    /// <summary>Why it may be unproven, in words.</summary>
    static string? Doubt(Scan scan, long packages, ArtifactSubject subject, string file) =>
        packages == 0 ? $"{file} names no package that {scan.Tool} looked at{(scan.Tool == "trivy" ? ": scan with --list-all-pkgs" : "; name the list of parts of the same digest under \"parts\"")}"
        : subject.Doubt(scan.Subjects, file)
        ?? (scan.DatabaseBuilt is null ? $"{file} does not say how old the database was{(scan.Tool == "trivy" ? "; name what `trivy version --format json` wrote under \"database\"" : "")}"
        : scan.OsSupported is null ? $"nothing tells whether {scan.Tool} knows the packages of the operating system {scan.Os ?? "of this image"}"
        : scan.Made is null ? $"{file} does not say when it was made" : null);

    static async Task<(ImmutableArray<VexStatement> Statements, int Undated)> Vex(Given given, ProbeContext context, DateTimeOffset now, CancellationToken cancel)
    {
        var names = given.Texts("vex");
        if (names.Length > MostVexFiles) throw Given.Wrong("vex", $"names more than {MostVexFiles} files");
        List<VexStatement> all = [];
        var undated = 0;
        foreach (var name in names)
        {
            using var file = ReportFile.Open(context, name);
            var (statements, without) = VexFile.Read(await file.Json(cancel), file, now);
            all.AddRange(statements);
            undated += without;
        }

        return ([.. all], undated);
    }

    /// <summary>The parts of the list beside it, which must be of the same thing.</summary>
    static async Task<long> Listed(Scan scan, Given given, ProbeContext context, CancellationToken cancel)
    {
        if (given.Text("parts") is not { } name) return 0;
        using var file = ReportFile.Open(context, name);
        var bill = await Bill.Read(file, cancel);
        return bill.Subjects.Any(scan.Subjects.Contains) ? bill.Parts.Length : throw new Unseen(Blind.OtherSubject, $"{name} and the scan do not name the same digest, so that it may be the list of another thing");
    }
}
