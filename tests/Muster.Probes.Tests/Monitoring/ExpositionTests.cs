using System.Text;
using Muster.Readiness;
using Muster.Servers;

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

    static Exposition Page(string text, bool open = false) => Exposition.Read(text, open);

    [Fact]
    public void Samples_families_and_labels_are_read()
    {
        var page = Page(Whole + "\n");

        Assert.Empty(page.Invalid);
        Assert.Equal(8, page.Samples.Count);
        Assert.Equal("/a\"b\\c", page.Samples[0]["path"]);
        Assert.Equal((1027, 1395066363), (page.Samples[0].Value, page.Samples[0].Time));
        Assert.Equal(["requests_total", "wait_seconds", "ratio", "bare"], page.Families.Select(family => family.Name));
        Assert.True(double.IsNaN(page.Samples[6].Value));
        Assert.Empty(ExposedBuckets.Wrong(page));
    }

    [Fact]
    public void OpenMetrics_is_read_with_its_own_names_exemplars_and_end()
    {
        var page = Page("""
            # TYPE requests counter
            # UNIT requests_seconds seconds
            requests_total{code="200"} 7.0 1700000000.5 # {trace_id="abc, }"} 0.5 1700000000
            requests_created{code="200"} 1.7e9
            # TYPE wait histogram
            wait_bucket{le="+Inf"} 2
            wait_count 2
            wait_sum 3
            # TYPE build info
            build_info{version="1"} 1
            # EOF

            """, open: true);

        Assert.Empty(page.Invalid);
        Assert.Equal(["requests", "wait", "build"], page.Families.Select(family => family.Name));
        Assert.Equal(1700000000.5, page.Samples[0].Time);
        Assert.True(page.Has("requests") && page.Has("requests_total") && !page.Has("request"));
        Assert.Empty(ExposedBuckets.Wrong(page));
    }

    [Fact]
    public void Names_in_quotes_are_read() => Assert.Equal("a.b", Assert.Single(Page("{\"a.b\", \"c.d\"=\"e\"} 1\n").Samples).Name);

    [Theory]
    [InlineData("a{b=\"c\" 1", "do not end")]
    [InlineData("a{b=c} 1", "not in quotes")]
    [InlineData("a{b=\"c\",b=\"d\"} 1", "stands twice")]
    [InlineData("a{b=\"\\x\"} 1", "escape")]
    [InlineData("a{b=\"c} 1", "does not end")]
    [InlineData("a", "no space before its value")]
    [InlineData("a one", "value is no number")]
    [InlineData("a 1 later", "time is no number")]
    [InlineData("a 1 2 3", "stands behind")]
    [InlineData("a 0x1", "value is no number")]
    [InlineData("1a 1", "its name")]
    [InlineData("<html>", "its name")]
    [InlineData("# TYPE a counter\n# TYPE a gauge", "second TYPE of a")]
    [InlineData("# HELP a b\n# HELP a c", "second HELP of a")]
    [InlineData("# TYPE a number", "is no type")]
    [InlineData("a 1\n# TYPE a gauge", "behind its samples")]
    [InlineData("# TYPE a counter\na -1", "counts and is -1")]
    [InlineData("# TYPE a counter\na NaN", "counts and is NaN")]
    [InlineData("a{x=\"1\"} 1\nb 1\na{x=\"2\"} 1", "not in one group")]
    [InlineData("# TYPE a summary\na{quantile=\"2\"} 1", "quantile")]
    public void A_line_that_breaks_the_format_is_told_by_its_number(string text, string says)
    {
        var line = Assert.Single(Page(text + "\n").Invalid);

        Assert.StartsWith($"line {text.Split('\n').Length}: ", line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_is_cut_short_says_so()
    {
        Assert.Contains("cut short", Assert.Single(Page("a 1\nb 1").Invalid), StringComparison.Ordinal);
        Assert.Contains("cut short", Assert.Single(Page("a 1\n", open: true).Invalid), StringComparison.Ordinal);
        Assert.Contains("behind # EOF", Assert.Single(Page("# EOF\na 1\n", open: true).Invalid), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h_bucket{le=\"1\"} 7\nh_bucket{le=\"+Inf\"} 5\nh_count 5\nh_sum 1", "fewer than the 7")]
    [InlineData("h_bucket{le=\"1\"} 7\nh_bucket{le=\"2\"} 8\nh_count 8\nh_sum 1", "no bucket le=\"+Inf\"")]
    [InlineData("h_bucket{le=\"1\"} 7\nh_bucket{le=\"+Inf\"} 8\nh_count 9\nh_sum 1", "its count is 9")]
    [InlineData("h_bucket{le=\"2\"} 7\nh_bucket{le=\"1\"} 7\nh_bucket{le=\"+Inf\"} 8\nh_count 8\nh_sum 1", "order of their bounds")]
    [InlineData("h_bucket{le=\"x\"} 7\nh_bucket{le=\"+Inf\"} 8\nh_count 8\nh_sum 1", "no number")]
    [InlineData("h_bucket{a=\"b,le=\",le=\"+Inf\"} 8\nh_count{a=\"b,le=\"} 8", "no sum")]
    [InlineData("h_count 8\nh_sum 1", "no bucket")]
    [InlineData("h_bucket{le=\"+Inf\"} 8\nh_sum 1", "no count")]
    public void Buckets_that_make_no_sense_are_named(string samples, string says) =>
        Assert.Contains(says, Assert.Single(ExposedBuckets.Wrong(Page("# TYPE h histogram\n" + samples + "\n"))), StringComparison.Ordinal);

    [Fact]
    public void Damaged_answers_are_read_to_their_end() => Fuzz.Damage([Encoding.UTF8.GetBytes(Whole), Encoding.UTF8.GetBytes("{\"a.b\",c=\"d\"} 1 # {e=\"f\"} 1 2\n# TYPE g info\n")], bytes =>
    {
        foreach (var open in (bool[])[true, false])
        {
            var page = Exposition.Read(Encoding.UTF8.GetString(bytes), open);
            Assert.All(ExposedBuckets.Wrong(page), Assert.NotEmpty);
            Assert.True(page.Families.Count <= page.Samples.Count);
        }
    }, 2);

    [Fact]
    public async Task The_page_of_a_real_server_breaks_no_rule()
    {
        await using var server = await PrometheusServer.Start(PrometheusServer.Config([]), TestContext.Current.CancellationToken);

        var sight = await Probing.Look("metrics.exposition", ("target", server.Address.AbsoluteUri), ("families", Value.Texts(["prometheus_build_info", "go_goroutines"])));

        Assert.Equal(Value.Items.Empty, sight.Observation!["invalid_lines"]);
        Assert.Equal(Value.Items.Empty, sight.Observation["bad_buckets"]);
        Assert.Equal(((Value)0, (Value)0, (Value)0), (sight.Observation["missing"], sight.Observation["duplicates"], sight.Observation["stale"]));
        Assert.InRange(((Value.Number)sight.Observation["families"]!).Is, 50, 1000);
        Assert.NotNull(((Value.Fields)sight.Before!)["started"]);
    }

    [Fact]
    public async Task Samples_with_an_old_time_are_stale_a_counter_that_falls_is_told_and_a_restart_is_another_target()
    {
        await using var shop = new Exporter("# TYPE a counter\na 5 1000\n");
        var counted = 5;
        await using var site = LoopbackSite.Start();
        site.Route("/metrics", _ => new(200, $"# TYPE a counter\na {counted--}\nprocess_start_time_seconds {site.Served}\n"));

        var old = await Probing.Look("metrics.exposition", ("target", $"http://{shop.Target}"));
        var falls = await Probing.Look("metrics.exposition", ("target", site.Address.AbsoluteUri), ("again", "10ms"));

        Assert.Equal((Value)1, old.Observation!["stale"]);
        Assert.Equal((Value)1, falls.Observation!["fell"]);
        Assert.NotEqual(falls.Before, falls.After);
    }

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
        site.Route("/cut", _ => new(200, "# TYPE a", "application/openmetrics-text; version=1.0.0")).Route("/html", _ => new(200, "<h1>It works!</h1>")).Route("/closed", _ => new(401));

        Probing.Blind(await Probing.Look("metrics.exposition", ("target", site.Address.AbsoluteUri), ("path", "/cut")), Blind.Unreadable, "no page of metrics");
        Probing.Blind(await Probing.Look("metrics.exposition", ("target", site.Address.AbsoluteUri), ("path", "/html")), Blind.Unreadable, "line 1");
        Probing.Blind(await Probing.Look("metrics.exposition", ("target", site.Address.AbsoluteUri), ("path", "/closed")), Blind.NotAdmitted, "401");
    }
}
