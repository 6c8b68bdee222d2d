using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

/// <summary>A report that names no release is bound by the job that signed it. The signature itself is the record room's to verify; here a trusted hand stands for it.</summary>
public sealed class SignedReportTests : IDisposable
{
    readonly ReportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static readonly string Unbound = Samples.JUnit.Replace("name=\"release\"", "name=\"other\"", StringComparison.Ordinal);

    static string Statement(string predicate, params string[] subjects) =>
        $$"""{"_type":"https://in-toto.io/Statement/v1","subject":[{{string.Join(",", subjects.Select(subject => "{\"name\":\"x\",\"digest\":{\"sha256\":\"" + subject[7..] + "\"}}"))}}],"predicateType":"https://example.test/report","predicate":{{predicate}}}""";

    Task<Run> Run(string kind, params ReadOnlySpan<(string, Value)> parameters) =>
        Probing.Run(_folder.Options with { Envelopes = (bytes, runner) => runner == "ci" ? new EnvelopeReading.Signed("application/vnd.in-toto+json", bytes) : new EnvelopeReading.Refused($"is not signed by \"{runner}\"") }, ReportFolder.Ask(kind, "report", parameters));

    [Fact]
    public async Task A_signed_statement_beside_the_report_binds_it()
    {
        _folder.Write("report", Unbound).Write("signed", Statement("{}", ReportFolder.Web, Digest.Of(Encoding.UTF8.GetBytes(Unbound)).ToString()));

        var sight = (await Run("junit", ("signed_by", "ci"), ("attestation", "signed"))).Sights[0];

        Assert.Equal(("signature", "web"), (sight.Observation.Text("bound"), sight.Observation.Text("artifact")));
        ReportFolder.Passes("junit", sight);
    }

    [Fact]
    public async Task A_signed_statement_that_carries_the_report_binds_it()
    {
        _folder.Write("report", Statement(Samples.Exported, ReportFolder.Web));

        var run = await Run("k6", ("signed_by", "ci"));

        Assert.Equal("signature", run.Sights[0].Observation.Text("bound"));
        Assert.True(run.Undated, "a signature gives no time to a report that has none");
        Probing.Blind((await Run("k6", ("signed_by", "ci"), ("artifact", "api"))).Sights[0], Blind.BadQuestion, "api");
    }

    [Fact]
    public async Task Whoever_else_signed_and_whatever_else_was_signed_binds_nothing()
    {
        var digest = Digest.Of(Encoding.UTF8.GetBytes(Unbound)).ToString();
        _folder.Write("report", Unbound).Write("other-release", Statement("{}", ReportFolder.Other, digest)).Write("other-report", Statement("{}", ReportFolder.Web)).Write("no-subject", Statement("{}"))
            .Write("no-statement", "{}").Write("good", Statement("{}", ReportFolder.Web, digest));

        async Task<Sight> Beside(string file, string runner = "ci") => (await Run("junit", ("signed_by", runner), ("attestation", file))).Sights[0];
        Probing.Blind(await Beside("other-release"), Blind.OtherSubject, "not an artifact of this release");
        Probing.Blind(await Beside("other-report"), Blind.OtherSubject, "says nothing of report");
        Probing.Blind(await Beside("no-subject"), Blind.Unreadable, "names no SHA-256 digest");
        Probing.Blind(await Beside("no-statement"), Blind.Unreadable, "no in-toto statement");
        Probing.Blind(await Beside("good", "eve"), Blind.OtherSubject, "not signed by \"eve\"");
        Probing.Blind(await Beside("absent"), Blind.Unreadable, "there is no report absent");
        Probing.Blind((await Run("junit", ("signed_by", "ci"))).Sights[0], Blind.Unreadable, "not JSON");
        Probing.Blind((await Run("junit", ("attestation", "good"))).Sights[0], Blind.BadQuestion, "signed_by");
        Probing.Blind((await _folder.Run("junit", "report", ("signed_by", "ci"), ("attestation", "good"))).Sights[0], Blind.NotCapable, "nobody here who can verify");
    }

    [Fact]
    public async Task A_signature_over_another_report_does_not_bind_what_names_this_release_itself()
    {
        _folder.Write("report", Samples.JUnit).Write("signed", Statement("{}", ReportFolder.Other, Digest.Of(Encoding.UTF8.GetBytes(Samples.JUnit)).ToString()));

        Probing.Blind((await Run("junit", ("signed_by", "ci"), ("attestation", "signed"))).Sights[0], Blind.OtherSubject, "not an artifact of this release");
    }
}
