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
        var look = ProbeKinds.Find(kind)!.Look;
        using var folder = new ReportFolder();
        var path = Path.Combine(folder.Path, "report");
        using var lines = new HttpLines();
        var context = new ProbeContext(folder.Options, lines);
        var asked = new Asked("", kind, Value.Of(("target", "report"), ("claimed", true), ("zone", "UTC")));
        var (reports, reasons) = (0, 0);

        Fuzz.Damage([.. Samples.All.Where(sample => sample.Kind == kind).Select(sample => Encoding.UTF8.GetBytes(sample.Text))], bytes =>
        {
            File.WriteAllBytes(path, bytes);
            try
            {
                var sight = look(asked, context, CancellationToken.None).GetAwaiter().GetResult();
                _ = CanonicalJson.Text(sight.Observation!);
                reports++;
            }
            catch (Unseen) { reasons++; }
        });

        Assert.True(reports > 0 && reasons > 0, $"{reports} reports, {reasons} reasons");
    }
}
