using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class LoadSummaryTests
{
    static readonly TextStyle Plain = new() { Unicode = true, Width = 120 };

    [Fact]
    public void Doubts_stand_before_every_figure()
    {
        var text = LoadSummary.Render(LoadResults.Shop(seconds: 20) with { Doubts = ["The generator was overloaded: its loop took 80 ms for one turn."] }, Plain);
        Assert.True(text.IndexOf("The generator was overloaded", StringComparison.Ordinal) < text.IndexOf("requests", StringComparison.Ordinal));
    }

    [Fact]
    public void The_corrected_stand_beside_the_uncorrected_with_how_many_there_were()
    {
        var lines = LoadSummary.Render(LoadResults.Shop(), Plain).Split('\n');
        var (corrected, uncorrected) = (lines.Single(line => line.StartsWith("  corrected", StringComparison.Ordinal)), lines.Single(line => line.StartsWith("  uncorrected", StringComparison.Ordinal)));
        Assert.Equal(corrected.Length, uncorrected.Length);
        Assert.Contains(lines, line => line.Contains("n 22,000", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_threshold_has_a_mark_and_a_sentence()
    {
        var text = LoadSummary.Render(LoadResults.Shop(), Plain);
        Assert.Contains("✓ http_req_duration", text, StringComparison.Ordinal);
        Assert.Contains("✗ http_req_duration{scenario:buy}", text, StringComparison.Ordinal);
        Assert.Contains("is 0; asked is count==0.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_percentile_of_too_few_samples_is_marked()
    {
        var few = LoadResults.Shop(seconds: 12);
        Assert.Contains("~ has fewer than 10 samples beyond it", Flat(LoadSummary.Render(few, Plain)), StringComparison.Ordinal);
        Assert.DoesNotContain("~ has fewer", Flat(LoadSummary.Render(LoadResults.Shop(), Plain)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_line_is_wider_than_the_terminal_where_nothing_is_long()
    {
        foreach (var width in (int[])[80, 100, 120])
            foreach (var line in LoadSummary.Render(LoadResults.Shop(), Plain with { Width = width }).Split('\n'))
                Assert.True(line.Length <= Math.Max(width, 92), line);
    }

    [Fact]
    public void Hostile_names_cannot_drive_a_terminal()
    {
        var result = LoadResults.Shop(seconds: 12);
        var text = LoadSummary.Render(result with
        {
            Plan = [("a\u001b[2J", "b\u202ec\n")],
            Target = result.Target with { Url = "http://x/\u001b]0;t\u0007" },
            Doubts = ["\u001b[31mred\r\n"],
            Tallies = [.. result.Tallies.Select(tally => tally with { Scenario = "\u0007\u001b" })],
            Engine = result.Engine with { Wire = "\u009b" },
        }, Plain);
        Assert.DoesNotContain(text, character => char.IsControl(character) && character != '\n' || character == '\u202e');
    }

    [Fact]
    public void Without_unicode_there_is_only_ascii_of_ours()
    {
        var text = LoadSummary.Render(LoadResults.Shop(), Plain with { Unicode = false });
        Assert.DoesNotContain(text, character => character > 126);
    }

    [Fact]
    public void A_run_that_measured_nothing_says_so()
    {
        var text = LoadSummary.Render(LoadResults.Any(new Random(0)) with { All = new(), Tallies = [], Thresholds = [], Doubts = ["Nothing was measured."] }, Plain);
        Assert.Contains("UNPROVEN", text, StringComparison.Ordinal);
        Assert.Contains("nothing was measured", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_rows_of_the_spread_hold_every_sample()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var seen = new Latencies();
            for (var i = random.Next(1, 200); i > 0; i--) seen.Add(random.NextInt64(0, 1L << random.Next(1, 46)));
            var rows = Spread.Of(seen, 14);
            Assert.Equal(seen.Count, rows.Sum(row => row.Count));
            Assert.True(rows.Zip(rows.Skip(1)).All(pair => pair.First.To == pair.Second.From));
        }
    }

    static string Flat(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
