using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The look of every kind that reads another tool's report: where it lies, who signed it, what it says, and of which release.</summary>
static class ReportProbe
{
    public static Probe Of(ReadReport read) => (question, context, cancel) => Look(read, new(question), context, cancel);

    static async Task<Sight> Look(ReadReport read, Given given, ProbeContext context, CancellationToken cancel)
    {
        var name = given.Target;
        var (runner, beside) = (given.Text("signed_by"), given.Text("attestation"));
        if (beside is not null && runner is null) throw Given.Wrong("attestation", "needs \"signed_by\", the runner whose signature is asked for");
        using var file = ReportFile.Open(context, name);
        if (runner is null || beside is not null) return await Read(read, file, null, beside, given, context, cancel);
        var signed = await SignedReport.Read(file, runner, context, cancel);
        if (signed.Predicate is not Value.Fields predicate) throw file.Wrong("is signed, and carries no report; put it beside the report and name it with \"attestation\"");
        using var inner = ReportFile.Of(name, Encoding.UTF8.GetBytes(CanonicalJson.Text(predicate)));
        return await Read(read, inner, signed, null, given, context, cancel);
    }

    static async Task<Sight> Read(ReadReport read, ReportFile file, SignedReport? signed, string? beside, Given given, ProbeContext context, CancellationToken cancel)
    {
        var report = await read(file, given, context, cancel);
        var digest = file.Content.Finish(cancel);
        if (beside is not null)
        {
            using var attestation = ReportFile.Open(context, beside);
            signed = await SignedReport.Read(attestation, given.Text("signed_by")!, context, cancel);
            if (!signed.Subjects.Contains(digest.ToString())) throw new Unseen(Blind.OtherSubject, $"{beside} is signed, and says nothing of {file.Name}: the report's digest {digest} is not among its subjects");
        }

        var bound = Binding.Of(report, signed, file.Name, given, context);
        var seen = report.Seen.With(("made", report.Made is { } made ? made : null), ("dry_run", report.DryRun ? true : null), ("sha256", digest), ("size", file.Content.Total),
            ("bound", bound["bound"]), ("artifact", bound["artifact"]));
        return new() { Observation = seen, Population = report.Population, Detail = report.Detail ?? (report.Made is null ? $"{file.Name} does not say when it was made" : null) };
    }
}
