using System.Diagnostics;
using System.Text;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class ExportTests
{
    [Fact]
    public async Task The_k6_summary_is_read_by_our_own_reader_as_what_was_measured()
    {
        var result = LoadResults.Shop(seconds: 30);
        var report = await Read(K6SummaryExport.Bytes(result));
        Assert.Equal("handleSummary", report.Seen.Text("shape"));
        Assert.Equal(result.All.Requests, report.Seen.Number("requests"));
        Assert.Equal(result.All.Failed, report.Seen.Number("failed_requests"));
        Assert.Equal(result.All.ChecksPassed, report.Seen.Number("checks_passed"));
        Assert.Equal(result.Iterations.Sum(seen => seen.Done), report.Seen.Number("iterations"));
        Assert.Equal(30.25, report.Seen.Number("duration")!.Value, 1e-9);
        Assert.Equal(result.All.Latency.Quantile(0.99) / 1e9, report.Seen.Number("p99")!.Value, 1e-5);
        Assert.Equal(result.Finished, report.Made);
        Assert.Equal(result.Thresholds.Length, report.Seen.Number("thresholds"));
        Assert.Equal(result.Thresholds.Count(threshold => threshold.State != ThresholdState.Met), report.Seen.Number("crossed"));
        Assert.Equal(0, report.Seen.Number("vacuous"));
    }

    [Fact]
    public async Task An_unproven_threshold_is_not_ok_for_k6_either_and_one_of_nothing_is_still_there()
    {
        var judged = ThresholdJudge.Of(new Threshold("http_req_failed", Loads.Tagged("x", "y", new()).Tags.Clear(), "rate<0.001"), Loads.Measured(), exact: true);
        Assert.Equal(ThresholdState.Unproven, judged.State);
        var json = K6SummaryExport.Of(LoadResults.Any(new Random(1)) with { All = new(), Tallies = [], Iterations = [], Thresholds = [judged] });
        Assert.Equal(false, json.Truth("metrics", "http_req_failed", "thresholds", "rate<0.001", "ok"));
        Assert.Equal(1, (await Read(CanonicalJson.Bytes(json))).Seen.Number("crossed"));
    }

    [Fact]
    public void A_threshold_of_a_selector_stands_under_its_own_metric_with_its_own_figures()
    {
        var result = LoadResults.Shop(seconds: 30);
        var json = K6SummaryExport.Of(result);
        Assert.Equal(result.Tallies[2].Tally.Latency.Quantile(0.99) / 1e6, json.Number("metrics", "http_req_duration{scenario:buy}", "values", "p(99)"));
        Assert.NotNull(json.Truth("metrics", "http_req_duration{scenario:buy}", "thresholds", "p(99)<30", "ok"));
        Assert.Equal(2, json.Fields("metrics", "http_req_duration", "thresholds").Count());
    }

    [Fact]
    public void Whatever_a_result_is_it_exports_in_every_form()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            var result = LoadResults.Any(new Random(seed));
            Assert.NotEmpty(K6SummaryExport.Bytes(result));
            Assert.EndsWith("\n# EOF\n", OpenMetricsExport.Text(result), StringComparison.Ordinal);
            Assert.NotEmpty(LoadSummary.Render(result, new TextStyle { Colour = true, Unicode = true, Width = 100 }));
        }
    }

    [Fact]
    public void OpenMetrics_pass_promtool_and_every_family_is_cumulative()
    {
        foreach (var result in (LoadResult[])[LoadResults.Shop(seconds: 20), .. Enumerable.Range(0, 10).Select(seed => LoadResults.Any(new Random(seed)))])
        {
            var text = OpenMetricsExport.Text(result);
            Assert.Equal(1, text.Split("# EOF").Length - 1);
            long before = 0;
            foreach (var line in text.Split('\n').Where(line => line.Contains("_bucket{", StringComparison.Ordinal)))
            {
                var held = long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
                if (line.Contains("le=\"0.0001\"", StringComparison.Ordinal)) before = 0;
                Assert.True(held >= before, line);
                before = held;
            }
        }

        if (!File.Exists("/usr/bin/promtool")) return;
        var says = Promtool(OpenMetricsExport.Text(LoadResults.Shop(seconds: 20)));
        // promtool reads the older format, and lints for its habits; what it cannot parse it says so.
        Assert.DoesNotContain("error while linting", says, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_quotes_and_lines_stays_one_label()
    {
        var result = LoadResults.Shop(seconds: 12);
        var text = OpenMetricsExport.Text(result with { Tallies = [Loads.Tagged("a\"b\\c\nd", "é", Loads.Slow(3))] });
        Assert.Contains("muster_load_requests_total{scenario=\"a\\\"b\\\\c\\nd\",name=\"é\"} 3\n", text, StringComparison.Ordinal);
    }

    static string Promtool(string text)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/promtool", "check metrics") { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.StandardInput.Write(text);
        process.StandardInput.Close();
        var says = process.StandardError.ReadToEnd() + process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return says;
    }

    static async Task<Report> Read(byte[] bytes)
    {
        using var file = ReportFile.Of("summary.json", bytes);
        using var lines = new HttpLines();
        return await K6Report.Read(file, new Given(new Asked("", "k6", Value.Of(("target", "summary.json")))), new ProbeContext(Probing.Options, lines, static _ => { }, Probing.Ask("k6")), CancellationToken.None);
    }
}
