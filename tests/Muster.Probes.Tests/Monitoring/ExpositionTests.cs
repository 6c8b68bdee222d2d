using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Tests.Monitoring;

public class ExpositionTests
{
    const string Whole = """
        # HELP requests_total Requests, by code.
        # TYPE requests_total counter
        requests_total{code="200",path="/a\"b\\c"} 1027 1395066363000
        requests_total{code="500"} 3
        # TYPE wait_seconds histogram
        wait_seconds_bucket{le="0.1"} 7
        wait_seconds_bucket{le="+Inf"} 9
        wait_seconds_sum 1.5
        wait_seconds_count 9
        # TYPE ratio gauge
        ratio NaN
        bare 1e3
        # EOF
        """;

    [Fact]
    public void Samples_families_and_labels_are_read()
    {
        var page = Exposition.Read(Whole);

        Assert.Equal(8, page.Samples.Count);
        Assert.Equal("code=\"200\",path=\"/a\\\"b\\\\c\"", page.Samples[0].Labels);
        Assert.Equal(1027, page.Samples[0].Value);
        Assert.Equal("wait_seconds", page.FamilyOf("wait_seconds_bucket"));
        Assert.Equal("bare", page.FamilyOf("bare"));
        Assert.True(double.IsNaN(page.Samples[6].Value));
        Assert.True(page.EndSeen);
        Assert.Empty(Buckets.Problems(page));
    }

    [Theory]
    [InlineData("a{b=\"c\" 1")]
    [InlineData("a{b=c} 1")]
    [InlineData("a{b=\"c\",b=\"d\"} 1")]
    [InlineData("a")]
    [InlineData("a one")]
    [InlineData("1a 1")]
    [InlineData("<html>")]
    [InlineData("# TYPE a counter\n# TYPE a gauge")]
    [InlineData("# EOF\na 1")]
    public void What_is_no_page_of_metrics_is_refused_with_its_line(string text) => Assert.Contains("line ", Assert.Throws<FormatException>(() => Exposition.Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("h_bucket{le=\"1\"} 7\nh_bucket{le=\"+Inf\"} 5\nh_count 5", "holds less")]
    [InlineData("h_bucket{le=\"1\"} 7\nh_bucket{le=\"2\"} 8\nh_count 8", "no bucket +Inf")]
    [InlineData("h_bucket{le=\"1\"} 7\nh_bucket{le=\"+Inf\"} 8\nh_count 9", "the count is not")]
    [InlineData("h_bucket{le=\"+Inf\"} 8\nh_count 8", "no distribution")]
    [InlineData("h_bucket{le=\"x\"} 7\nh_bucket{le=\"+Inf\"} 8\nh_count 8", "without a bound")]
    public void Buckets_that_make_no_sense_are_named(string samples, string says) =>
        Assert.Contains(says, Assert.Single(Buckets.Problems(Exposition.Read("# TYPE h histogram\n" + samples))), StringComparison.Ordinal);

    [Fact]
    public void Damaged_answers_are_read_or_refused() => Fuzz.Damage([Encoding.UTF8.GetBytes(Whole)], bytes =>
    {
        try { Buckets.Problems(Exposition.Read(Encoding.UTF8.GetString(bytes))); }
        catch (FormatException) { return; } // Refused, which is an answer.
    });

    [Fact]
    public async Task Named_samples_become_values_and_their_rise_is_seen()
    {
        var flushes = 0;
        await using var site = LoopbackSite.Start();
        site.Route("/metrics", _ => new(200, $"# TYPE wal_flushes_total counter\nwal_flushes_total{{result=\"ok\"}} {Interlocked.Add(ref flushes, 5)}\nwal_flushes_total{{result=\"error\"}} 1\nwal_flushes_total{{result=\"lost\"}} NaN\n"));

        var sight = await Probing.Look("metrics.exposition", ("target", site.Address.AbsoluteUri), ("again", "10ms"), ("families", Value.Texts(["wal_flushes_total", "checkpoints_total"])),
            ("read", Value.Of(("ok", "wal_flushes_total{result=\"ok\"}"), ("several", "wal_flushes_total"), ("lost", "wal_flushes_total{result=\"lost\"}"))));

        Assert.Equal(Value.Of(("ok", 5)), sight.Observation!["values"]);
        Assert.Equal(Value.Of(("ok", 5)), sight.Observation["rises"]);
        Assert.Equal(Value.Texts(["checkpoints_total"]), sight.Observation["missing_families"]);
        Assert.Equal(3, sight.Population);
    }

    [Fact]
    public async Task A_page_that_is_cut_off_or_of_something_else_is_no_observation()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/cut", _ => new(200, "a 1\n", "application/openmetrics-text; version=1.0.0")).Route("/html", _ => new(200, "<h1>It works!</h1>")).Route("/closed", _ => new(401));

        Probing.Blind(await Probing.Look("metrics.exposition", ("target", site.Address.AbsoluteUri), ("path", "/cut")), Blind.Unreadable, "cut off");
        Probing.Blind(await Probing.Look("metrics.exposition", ("target", site.Address.AbsoluteUri), ("path", "/html")), Blind.Unreadable, "line 1");
        Probing.Blind(await Probing.Look("metrics.exposition", ("target", site.Address.AbsoluteUri), ("path", "/closed")), Blind.NotAdmitted, "401");
    }
}
