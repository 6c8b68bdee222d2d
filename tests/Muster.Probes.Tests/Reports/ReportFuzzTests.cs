using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

/// <summary>Whatever a report's file holds, reading it ends with a report or with a reason, and with nothing else.</summary>
public class ReportFuzzTests
{
    public static TheoryData<string> Kinds => new(Samples.All.Select(sample => sample.Kind).Distinct());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Damaged_answers_of_other_tools_end_with_a_report_or_a_reason(string kind)
    {
        var read = Reader(kind);
        using var lines = new HttpLines();
        var context = new ProbeContext(Probing.Options, lines, static _ => { }, Probing.Ask(kind));
        var asked = new Given(new Asked("", kind, Value.Of(("target", "report"), ("zone", "UTC"))));
        var (reports, reasons) = (0, 0);

        Fuzz.Damage([.. Samples.All.Where(sample => sample.Kind == kind).Select(sample => Encoding.UTF8.GetBytes(sample.Text))], bytes =>
        {
            using var file = ReportFile.Of("report", bytes);
            try
            {
                _ = CanonicalJson.Text(read(file, asked, context, CancellationToken.None).GetAwaiter().GetResult().Seen);
                reports++;
            }
            catch (Unseen) { reasons++; }
        }, share: Samples.All.Length);

        Assert.True(reports > 0 && reasons > 0, $"{reports} reports, {reasons} reasons");
    }

    static ReadReport Reader(string kind) => kind switch
    {
        "junit" => JUnitReport.Read,
        "sarif" => SarifReport.Read,
        "k6" => K6Report.Read,
        "cyclonedx" => CycloneDxReport.Read,
        "spdx" => SpdxReport.Read,
        "trivy" => TrivyReport.Read,
        "grype" => GrypeReport.Read,
        "chaostoolkit" => ChaosToolkitReport.Read,
        _ => throw new ArgumentException(kind),
    };
}
