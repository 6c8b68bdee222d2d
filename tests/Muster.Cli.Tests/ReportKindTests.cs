using System.Security.Cryptography;
using System.Text;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>Another tool's report opens a gate only if it is of this release and says when it was made.</summary>
public sealed class ReportKindTests : IDisposable
{
    const string Web = "sha256:5a4f5d3e2c1b0a99887766554433221100ffeeddccbbaa998877665544332211";

    readonly Scratch _folder = new();

    public void Dispose() => _folder.Dispose();

    void Document(string more, string runners = "") => _folder.Write("muster.yaml", string.Join('\n',
        "muster: 1", "system: shop", "owner: devops", "environments: { local: {} }", $"release: {{ artifacts: {{ web: \"{Web}\" }} }}", runners,
        "controls:", "  tests.pass:", "    title: The tests pass", $"    check: {{ junit: ./report.xml{more} }}", "gates: { go: { environment: local } }", ""));

    static string Report(string release = Web, string outcome = "", DateTimeOffset? made = null) =>
        $"<testsuite timestamp=\"{Instant.Write(made ?? DateTimeOffset.UtcNow.AddMinutes(-1))}\"><properties><property name=\"release\" value=\"{release}\"/></properties><testcase name=\"a\">{outcome}</testcase></testsuite>";

    [Fact]
    public async Task A_report_of_this_release_opens_the_gate_and_a_failing_one_shuts_it()
    {
        Document("");
        _folder.Write("report.xml", Report(made: DateTimeOffset.UtcNow.AddMinutes(-2)));
        var passed = await _folder.Run("check");
        _folder.Write("report.xml", Report(outcome: "<failure/>"));
        var failed = await _folder.Run("check", "--again");

        Assert.True(passed.Exit == 0, passed.Data + passed.Talk);
        Assert.Equal(1, failed.Exit);
    }

    [Fact]
    public async Task A_report_of_another_release_an_old_one_and_one_that_names_none_open_nothing()
    {
        Document("");
        foreach (var (text, says) in (ReadOnlySpan<(string, string)>)
            [(Report("sha256:" + new string('b', 64)), "not an artifact of this release"), (Report("none"), "claimed: true"), (Report(made: DateTimeOffset.UtcNow.AddDays(-3)), "stale")]) _folder.Write($"{says[..5]}.xml", text);
        foreach (var (file, says) in ((string, string)[])[("not a.xml", "not an artifact of this release"), ("claim.xml", "claimed: true"), ("stale.xml", "stale")])
        {
            File.Copy(_folder.PathOf(file), _folder.PathOf("report.xml"), overwrite: true);
            var ran = await _folder.Run("check", "--again");
            Assert.Equal(2, ran.Exit);
            var why = (await _folder.Run("why", "tests.pass")).Data;
            Assert.Contains(says, string.Join(' ', why.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal); // long lines are broken
        }
    }

    [Fact]
    public async Task A_report_that_names_no_release_counts_once_the_job_that_made_it_has_signed_for_it()
    {
        using var job = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var eve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Document("");
        await _folder.Run("check"); // makes this machine's key
        _folder.Write("keys/ci.pub", job.ExportSubjectPublicKeyInfoPem());
        _folder.Write("keys/here.pub", File.ReadAllText(_folder.PathOf(".muster/keys/runner.pub")));
        Document(", signed_by: ci, attestation: ./signed.json", "runners: { ci: keys/ci.pub, here: keys/here.pub }");
        var report = Report("none");
        _folder.Write("report.xml", report);

        _folder.Write("signed.json", Signed(eve, report));
        var byEve = await _folder.Run("check");
        _folder.Write("signed.json", Signed(job, report));
        var byTheJob = await _folder.Run("check");

        Assert.Equal(2, byEve.Exit);
        Assert.True(byTheJob.Exit == 0, byTheJob.Data + byTheJob.Talk);
    }

    [Fact]
    public async Task A_signer_whom_the_document_does_not_name_is_a_mistake_in_it()
    {
        Document(", signed_by: ci");

        var lint = await _folder.Run("lint");

        Assert.Equal(3, lint.Exit);
        Assert.Contains("There is no runner \"ci\".", lint.Data + lint.Talk, StringComparison.Ordinal);
    }

    static string Signed(ECDsa key, string report)
    {
        const string type = "application/vnd.in-toto+json";
        var payload = Encoding.UTF8.GetBytes($$"""{ "_type": "https://in-toto.io/Statement/v1", "predicateType": "https://shop.test/tests", "predicate": {}, "subject": [ { "name": "web", "digest": { "sha256": "{{Web[7..]}}" } }, { "name": "report.xml", "digest": { "sha256": "{{Digest.Of(Encoding.UTF8.GetBytes(report)).Hex}}" } } ] }""");
        byte[] signed = [.. Encoding.UTF8.GetBytes($"DSSEv1 {type.Length} {type} {payload.Length} "), .. payload];
        return $$"""{ "payloadType": "{{type}}", "payload": "{{Convert.ToBase64String(payload)}}", "signatures": [ { "sig": "{{Convert.ToBase64String(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))}}" } ] }""";
    }
}
