using Muster.Readiness;

namespace Muster.Probes;

static class ArtifactSbomProbe
{
    const int Shown = 50;

    /// <summary>Away from the caller: a pipe in the folder is opened for as long as nobody writes to it, and the deadline must be able to pass.</summary>
    public static Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel) => Task.Run(() => Read(new(question), context, cancel), cancel);

    static async Task<Sight> Read(Given given, ProbeContext context, CancellationToken cancel)
    {
        var subject = await ArtifactSubject.Of(given, context, cancel);
        using var file = ReportFile.Open(context, given.Target);
        var bill = await Bill.Read(file, cancel);
        var digest = file.Content.Finish(cancel);
        var seen = Value.Of(("format", bill.Format), ("spec_version", bill.Version), ("components", bill.Parts.Length), ("nested", bill.Nested), ("files", bill.Files), ("incomplete", bill.Incomplete), ("sha256", digest), ("size", file.Content.Total))
            .With(("describes", bill.Describes), ("tool", bill.Tool), ("made", bill.Made is { } made ? made : null));
        seen = Parts(subject.Seen(seen, bill.Subjects), bill, given);
        return new()
        {
            Observation = seen,
            Population = bill.Parts.Length,
            Detail = bill.Parts.IsEmpty ? $"{file.Name} names no parts" : subject.Doubt(bill.Subjects, file.Name) ?? (bill.Made is null ? $"{file.Name} does not say when it was made" : null),
        };
    }

    static Value.Fields Parts(Value.Fields seen, Bill bill, Given given)
    {
        var (required, denied, allowed, licenses) = (given.Texts("required"), given.Texts("denied"), given.Texts("allowed"), given.Texts("denied_licenses"));
        var unidentified = bill.Parts.Where(part => !part.Identified).ToList();
        var withDenied = bill.Parts.SelectMany(part => part.Licenses.Where(license => LicenseExpression.IsDenied(license, licenses)).Select(license => $"{part.Shown}: {Bounded.Start(license, 200)}")).ToList();
        var found = bill.Parts.Where(part => denied.Any(part.Is) && !allowed.Any(part.Is)).ToList();
        return seen.With(
            ("without_version", bill.Parts.Count(part => part.Version is null)), ("without_purl", bill.Parts.Count(part => part.PackageUrl is null)), ("without_license", bill.Parts.Count(part => part.Licenses.IsEmpty)),
            ("unidentified", unidentified.Count), ("unidentified_components", Some(unidentified.Select(part => part.Shown))),
            ("licenses", Value.Texts(bill.Parts.SelectMany(part => part.Licenses).SelectMany(LicenseExpression.Licenses).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(Shown * 4).Select(one => Bounded.Start(one, 100)))),
            ("denied_licenses", Some(withDenied)), ("denied_components", Some(found.Select(part => part.Shown))), ("missing", Some(required.Where(pattern => !bill.Parts.Any(part => part.Is(pattern))))));
    }

    static Value.Items Some(IEnumerable<string> names) => Value.Texts(names.Distinct(StringComparer.Ordinal).Take(Shown));
}
