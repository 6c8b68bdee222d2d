using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

/// <summary>What all kinds that read reports have in common: when a run began, what it is of, and what a folder may hold instead.</summary>
public sealed class ReportProbeTests : IDisposable
{
    readonly ReportFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("junit", Samples.JUnit)]
    [InlineData("sarif", Samples.Sarif)]
    [InlineData("k6", Samples.Handled)]
    [InlineData("k6", Samples.MachineReadable)]
    [InlineData("k6", Samples.Points)]
    [InlineData("cyclonedx", Samples.CycloneDx)]
    [InlineData("cyclonedx", Samples.CycloneDxXml)]
    [InlineData("spdx", Samples.Spdx)]
    [InlineData("spdx", Samples.SpdxTags)]
    [InlineData("trivy", Samples.Trivy)]
    [InlineData("grype", Samples.Grype)]
    [InlineData("chaostoolkit", Samples.Journal)]
    public async Task A_report_is_an_import_that_began_when_it_says_and_is_bound_by_its_digest(string kind, string text)
    {
        var run = await _folder.Write("report", text).Run(kind, "report");

        Assert.Equal((Origin.Imported, false), (run.Origin, run.Undated));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero), run.Started.AddMilliseconds(-run.Started.Millisecond));
        Assert.Equal(("digest", "web"), (run.Sights[0].Observation!.Text("bound"), run.Sights[0].Observation.Text("artifact")));
        Assert.Equal(Digest.Of(Encoding.UTF8.GetBytes(text)).ToString(), run.Sights[0].Observation.Text("sha256"));
        Assert.Equal(Encoding.UTF8.GetByteCount(text), run.Sights[0].Observation!["size"]);
    }

    [Theory]
    [InlineData("junit", Samples.JUnit)]
    [InlineData("sarif", Samples.Sarif)]
    [InlineData("k6", Samples.Handled)]
    [InlineData("k6", Samples.Points)]
    [InlineData("cyclonedx", Samples.CycloneDx)]
    [InlineData("cyclonedx", Samples.CycloneDxXml)]
    [InlineData("spdx", Samples.Spdx)]
    [InlineData("trivy", Samples.Trivy)]
    [InlineData("grype", Samples.Grype)]
    [InlineData("chaostoolkit", Samples.Journal)]
    public async Task A_report_of_something_else_is_never_believed_not_even_by_claim(string kind, string text)
    {
        _folder.Write("report", text.Replace(ReportFolder.Web[7..], ReportFolder.Other[7..], StringComparison.Ordinal));

        foreach (var claimed in (bool[])[false, true])
        {
            var run = await _folder.Run(kind, "report", ("claimed", claimed));
            Probing.Blind(run.Sights[0], Blind.OtherSubject, "not an artifact of this release");
            Assert.True(run.Undated);
        }
    }

    [Fact]
    public async Task A_report_that_names_nothing_is_believed_only_where_the_question_says_so()
    {
        _folder.Write("report", Samples.JUnit.Replace("name=\"release\"", "name=\"other\"", StringComparison.Ordinal));

        Probing.Blind((await _folder.Run("junit", "report")).Sights[0], Blind.OtherSubject, "claimed: true");
        var claimed = (await _folder.Run("junit", "report", ("claimed", true))).Sights[0];
        Assert.Equal("claim", claimed.Observation.Text("bound"));
        ReportFolder.Passes("junit", claimed);
        Assert.NotEqual(ReportFolder.Ask("junit", "report", []).Question.Digest, ReportFolder.Ask("junit", "report", [("claimed", true)]).Question.Digest);
    }

    [Fact]
    public async Task A_check_may_ask_for_one_artifact()
    {
        _folder.Write("report", Samples.Trivy);

        Assert.Equal("web", (await _folder.Run("trivy", "report", ("artifact", "web"))).Sights[0].Observation.Text("artifact"));
        Probing.Blind((await _folder.Run("trivy", "report", ("artifact", "api"))).Sights[0], Blind.BadQuestion, "no artifact \"api\"; it has web");
        var options = _folder.Options with { Artifacts = _folder.Options.Artifacts.Add("api", Digest.Of("api"u8)) };
        Probing.Blind((await Probing.Run(options, ReportFolder.Ask("trivy", "report", [("artifact", "api")]))).Sights[0], Blind.OtherSubject, "not the artifact \"api\"");
    }

    [Theory]
    [InlineData("junit", " timestamp=\"2026-03-01T09:00:00Z\"", "")]
    [InlineData("sarif", "startTimeUtc", "someTime")]
    [InlineData("k6", "generatedAt", "writtenAt")]
    [InlineData("cyclonedx", "\"timestamp\"", "\"time\"")]
    [InlineData("spdx", "\"created\"", "\"made\"")]
    [InlineData("trivy", "CreatedAt", "ScannedAt")]
    [InlineData("grype", "timestamp", "time")]
    [InlineData("chaostoolkit", "\"start\": \"2026", "\"start\": \"x2026")]
    public async Task A_report_without_a_time_of_its_own_is_undated_whatever_its_file_says(string kind, string time, string instead)
    {
        var text = Samples.All.First(sample => sample.Kind == kind).Text;
        _folder.Write("report", text.Replace(time, instead, StringComparison.Ordinal).Replace(" timestamp=\"2026-03-01T09:00:02+00:00\"", "", StringComparison.Ordinal));

        var run = await _folder.Run(kind, "report");

        Assert.True(run.Undated);
        Assert.Null(run.Sights[0].Observation!["made"]);
        Assert.Contains("does not say when it was made", run.Sights[0].Detail, StringComparison.Ordinal);
    }

    public static TheoryData<string> Kinds => new(Samples.All.Select(sample => sample.Kind).Distinct());

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nothing_empty_cut_off_doubled_or_endless_is_read(string kind)
    {
        foreach (var (name, text) in (ReadOnlySpan<(string, string)>)
            [("empty", ""), ("blank", "  \n"), ("null", "null"), ("list", "[]"), ("map", "{}"), ("prose", "all is well"), ("doubled", "{\"a\":1,\"a\":2}"), ("deep", new string('[', 5000)), ("xml", "<a/>"), ("open", "<testsuite>"),
             ("bytes", "\u0000\u0001\ufffe"), ("deepxml", string.Concat(Enumerable.Repeat("<testsuite>", 5000)))]) _folder.Write(name, text);
        foreach (var name in (string[])["empty", "blank", "null", "list", "map", "prose", "doubled", "deep", "xml", "open", "bytes", "deepxml"])
        {
            var run = await _folder.Run(kind, name, ("claimed", true));
            Assert.True(run.Sights[0].Blind == Blind.Unreadable, $"{name}: {run.Sights[0]}");
            Assert.True(run.Undated);
        }

        foreach (var (_, text) in Samples.All.Where(sample => sample.Kind == kind))
        {
            if (text == Samples.SpdxTags) continue; // lines of its own, any number of which are a list of parts
            _folder.Write("cut", text[..(text.Length * 2 / 3)]);
            Assert.Equal(Blind.Unreadable, (await _folder.Run(kind, "cut", ("claimed", true))).Sights[0].Blind);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Another_tools_report_is_none_of_this_kind(string kind)
    {
        foreach (var (other, text) in Samples.All.Where(sample => sample.Kind != kind))
        {
            _folder.Write("report", text);
            var sight = (await _folder.Run(kind, "report", ("claimed", true))).Sights[0];
            Assert.True(sight.Blind == Blind.Unreadable, $"{kind} took a report of {other}: {sight.Observation}");
        }
    }

    [Fact]
    public async Task A_report_that_is_not_there_and_one_outside_of_the_folder_are_not_read()
    {
        Probing.Blind((await _folder.Run("junit", "absent.xml")).Sights[0], Blind.Unreadable, "there is no report absent.xml");
        Probing.Blind((await _folder.Run("junit", "../absent.xml")).Sights[0], Blind.Refused, "leads out");
        Probing.Blind((await _folder.Run("junit", ".")).Sights[0], Blind.Refused, "leads out");
    }

    [Theory]
    [InlineData("sarif")]
    [InlineData("trivy")]
    public async Task A_report_that_must_stand_in_memory_is_refused_beyond_its_bound(string kind)
    {
        await using (var big = File.Create(Path.Combine(_folder.Path, "big"))) big.SetLength(3L * 1024 * 1024 * 1024);

        Probing.Blind((await _folder.Run(kind, "big")).Sights[0], Blind.TooLarge, "33554432 bytes");
    }

    [Fact]
    public async Task A_run_of_several_reports_began_with_the_oldest_and_one_undated_leaves_all_of_it_undated()
    {
        _folder.Write("a", Samples.JUnit).Write("b", Samples.Sarif.Replace("2026-03-01T09:00", "2026-03-01T07:00", StringComparison.Ordinal)).Write("c", Samples.Exported);

        var dated = await Probing.Run(_folder.Options, Probing.Ask(new Asked("a", "junit", Value.Of(("target", "a"))), new Asked("b", "sarif", Value.Of(("target", "b")))));
        var undated = await Probing.Run(_folder.Options, Probing.Ask(new Asked("a", "junit", Value.Of(("target", "a"))), new Asked("c", "k6", Value.Of(("target", "c"), ("claimed", true)))));
        var live = await Probing.Run(_folder.Options, Probing.Ask("file", ("target", "a")));

        Assert.Equal((Origin.Imported, 7, false), (dated.Origin, dated.Started.Hour, dated.Undated));
        Assert.Equal((Origin.Imported, true), (undated.Origin, undated.Undated));
        Assert.Equal((Origin.Live, false), (live.Origin, live.Undated));
    }
}
