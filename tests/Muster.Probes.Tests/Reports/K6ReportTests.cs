using Muster.Readiness;

namespace Muster.Probes.Tests.Reports;

public class K6ReportTests
{
    static Task<Sight> Look(string text) => ReportFolder.Look("k6", text, ("claimed", true));

    [Theory]
    [InlineData(Samples.Handled, "handleSummary", 2)]
    [InlineData(Samples.Exported, "summary-export", 2)]
    [InlineData(Samples.MachineReadable, "machine-readable", 0)]
    public async Task Each_summary_comes_to_the_same_figures(string text, string shape, int thresholds)
    {
        var sight = await Look(text);
        var seen = sight.Observation!;

        Assert.Equal((shape, (double)thresholds, 0d, 6000L), (seen.Text("shape"), ReportFolder.Number(sight, "thresholds"), ReportFolder.Number(sight, "crossed"), sight.Population));
        Assert.Equal((6d, 6000d, 0.001, 0.18, 0.0905), (ReportFolder.Number(sight, "failed_requests"), ReportFolder.Number(sight, "requests"), ReportFolder.Number(sight, "failed_rate"), ReportFolder.Number(sight, "p95"), ReportFolder.Number(sight, "avg")));
        Assert.Null(seen["p99"]);
        if (thresholds > 0) ReportFolder.Passes("k6", sight);
        else ReportFolder.Fails("k6", sight, "thresholds");
    }

    [Fact]
    public async Task Points_give_every_percentile()
    {
        var sight = await Look(Samples.Points);

        Assert.Equal((0.1, 0.15, 0.199, 0.2), (ReportFolder.Number(sight, "min"), ReportFolder.Number(sight, "med"), ReportFolder.Number(sight, "p99"), ReportFolder.Number(sight, "max")));
        Assert.Equal((2d, 1d, 10d, 1L), (ReportFolder.Number(sight, "requests"), ReportFolder.Number(sight, "failed_requests"), ReportFolder.Number(sight, "duration"), sight.Population));
        Assert.Equal((1d, 0d), (ReportFolder.Number(sight, "checks_passed"), ReportFolder.Number(sight, "checks_failed")));
    }

    [Theory]
    [InlineData(Samples.Exported, "\"p(95)<300\": false", "\"p(95)<300\": true")]
    [InlineData(Samples.Handled, "\"p(95)<300\": { \"ok\": true }", "\"p(95)<300\": { \"ok\": false }")]
    public async Task A_crossed_threshold_is_read_in_the_words_of_its_shape(string text, string from, string to)
    {
        var sight = await Look(text.Replace(from, to, StringComparison.Ordinal));

        ReportFolder.Fails("k6", sight, "crossed");
        Assert.Equal(Value.Texts(["http_req_duration: p(95)<300"]), sight.Observation!["crossed_thresholds"]);
    }

    [Theory]
    [InlineData(Samples.Handled, "\"p(95)<300\": { \"ok\": true }", "\"p(95)<300\": true")]
    [InlineData(Samples.Handled, "\"p(95)<300\": { \"ok\": true }", "\"p(95)<300\": { }")]
    [InlineData(Samples.Exported, "\"p(95)<300\": false", "\"p(95)<300\": { \"ok\": true }")]
    [InlineData(Samples.Exported, "\"p(95)<300\": false", "\"p(95)<300\": \"false\"")]
    public async Task A_mixture_of_shapes_is_refused(string text, string from, string to) =>
        Assert.Equal(Blind.Unreadable, (await Look(text.Replace(from, to, StringComparison.Ordinal))).Blind);

    [Theory]
    [InlineData(Samples.Handled, "\"passes\": 6, \"fails\": 5994 }, \"thresholds\"", "\"passes\": 0, \"fails\": 0 }, \"thresholds\"")]
    [InlineData(Samples.Exported, "\"passes\": 6, \"fails\": 5994, \"thresholds\"", "\"passes\": 0, \"fails\": 0, \"thresholds\"")]
    [InlineData(Samples.Handled, "\"avg\": 90.5, \"min\": 10, \"med\": 80, \"max\": 900", "\"avg\": 0, \"min\": 0, \"med\": 0, \"max\": 0")]
    public async Task A_threshold_on_a_metric_without_a_sample_fails_though_k6_says_that_it_held(string text, string from, string to) =>
        ReportFolder.Fails("k6", await Look(text.Replace(from, to, StringComparison.Ordinal)), "vacuous");

    [Theory]
    [InlineData(Samples.Handled, "\"count\": 6000")]
    [InlineData(Samples.MachineReadable, "\"count\": 6000")]
    public async Task No_iterations_prove_nothing(string text, string count) => ReportFolder.IsUnproven("k6", await Look(text.Replace(count, "\"count\": 0", StringComparison.Ordinal)), Why.TooFew);

    [Fact]
    public async Task A_summary_without_thresholds_does_not_hold_by_itself() =>
        ReportFolder.Fails("k6", await Look("""{ "generatedAt": "2026-03-01T09:00:00Z", "metrics": { "iterations": { "values": { "count": 1 } } } }"""), "thresholds");

    [Fact]
    public async Task The_export_of_a_summary_is_undated_and_says_what_to_use_instead() =>
        Assert.Contains("--new-machine-readable-summary", (await Look(Samples.Exported)).Detail, StringComparison.Ordinal);

    [Fact]
    public async Task Points_without_their_release_or_of_two_are_not_of_this_one()
    {
        using var folder = new ReportFolder();
        var unmarked = Samples.Points.LastIndexOf(ReportFolder.Web, StringComparison.Ordinal);
        folder.Write("some", Samples.Points[..unmarked] + Samples.Points[(unmarked + ReportFolder.Web.Length)..]).Write("two", Samples.Points[..unmarked] + ReportFolder.Other + Samples.Points[(unmarked + ReportFolder.Web.Length)..]);

        Probing.Blind((await folder.Run("k6", "some")).Sights[0], Blind.OtherSubject, "names no digest");
        Probing.Blind((await folder.Run("k6", "two")).Sights[0], Blind.Unreadable, "several releases");
    }

    [Theory]
    [InlineData("{\"type\":\"Point\",\"metric\":\"x\",\"data\":{\"time\":\"2026-03-01T09:00:00Z\"}}", "without metric, time or value")]
    [InlineData("{\"type\":\"Point\",\"metric\":\"x\",\"data\":{\"value\":1}}", "without metric, time or value")]
    [InlineData("{\"type\":\"Point\",\"metric\":\"x\",\"data\":{\"value\":1,\"time\":\"2026-03-01T09:00:00Z\"}}\n{\"level\":\"error\"}", "neither a metric nor a point")]
    [InlineData("{\"type\":\"Point\",\"metric\":\"x\",\"data\":{\"value\":1,\"time\":\"2026-03-01T09:00:00Z\"}}\n{\"type\":\"Po", "not JSON")]
    public async Task A_broken_line_is_not_passed_over(string text, string says) => Probing.Blind(await Look(text), Blind.Unreadable, says);

    [Fact]
    public async Task Many_points_are_read_as_they_come_and_an_endless_line_is_refused()
    {
        var points = string.Concat(Enumerable.Repeat(Samples.Points[(Samples.Points.IndexOf('\n', StringComparison.Ordinal) + 1)..] + "\n", 5_000));

        var sight = await Look(points);
        Assert.Equal((5000L, 10000d), (sight.Population, ReportFolder.Number(sight, "requests")));
        Probing.Blind(await Look(Samples.Points + "\n" + new string(' ', 3 * 1024 * 1024)), Blind.TooLarge, "a line of more than");
        Probing.Blind(await Look("\u001f\u008b"), Blind.Unreadable, "not JSON");
    }
}
