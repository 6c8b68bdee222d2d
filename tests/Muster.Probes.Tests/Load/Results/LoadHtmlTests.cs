using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public partial class LoadHtmlTests
{
    [Fact]
    public void The_page_of_a_fixed_result_is_the_same_bytes_every_time()
    {
        var page = LoadHtml.Render(LoadResults.Shop());
        Assert.Equal(page, LoadHtml.Render(LoadResults.Shop()));
        Assert.Equal(page, LoadHtml.Render(LoadResultJson.Read(LoadResultJson.Bytes(LoadResults.Shop()))));
    }

    [Fact]
    public void Nothing_is_loaded_from_anywhere_and_nothing_runs()
    {
        var page = LoadHtml.Render(LoadResults.Shop());
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch(EventHandlers(), page);
        Assert.All(Links().Matches(page).Select(link => link.Groups[1].Value), link => Assert.StartsWith("#", link, StringComparison.Ordinal));
        Assert.Contains("default-src 'none'; style-src 'sha256-", page, StringComparison.Ordinal);
        var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.Contains(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(style))), page, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_result_is_its_page_is_well_formed()
    {
        foreach (var result in (LoadResult[])[LoadResults.Shop(seconds: 30), LoadResults.Stepped(), .. Enumerable.Range(0, 60).Select(seed => LoadResults.Any(new Random(seed)))])
        {
            var page = LoadHtml.Render(result);
            Assert.DoesNotContain("NaN", page, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", page, StringComparison.Ordinal);
            // As XML once the void elements are closed.
            var body = page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)];
            _ = XDocument.Parse(body);
        }
    }

    [Fact]
    public void Names_of_others_are_text()
    {
        const string Hostile = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'&\u202e\u0000";
        var shop = LoadResults.Shop(seconds: 20);
        var page = LoadHtml.Render(shop with
        {
            Target = new("https://x/" + Hostile, Value.Of((Hostile.Replace("\u0000", "", StringComparison.Ordinal), Hostile)), null),
            Plan = [(Hostile, Hostile), (Hostile, Hostile)],
            Doubts = [Hostile],
            Tallies = [.. shop.Tallies.Select(tally => tally with { Scenario = Hostile, Request = Hostile })],
            Engine = shop.Engine with { Wire = Hostile, Version = Hostile, Protocol = Hostile },
            Thresholds = [shop.Thresholds[0] with { Threshold = shop.Thresholds[0].Threshold with { Metric = Hostile, Expression = Hostile }, Because = Hostile }],
            Steps = [new(10, 10, shop.All.Latency, 10, 0, true, Hostile), new(20, 20, shop.All.Latency, 10, 0, false, Hostile)],
            Capacity = new(10, 20, 5),
        });
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', page);
        Assert.DoesNotContain('\0', page);
        _ = XDocument.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)]);
    }

    [Fact]
    public void The_verdict_and_its_doubts_stand_before_the_figures_and_every_part_is_there()
    {
        var page = LoadHtml.Render(LoadResults.Stepped() with { Doubts = ["The generator was overloaded."] });
        Assert.True(page.IndexOf("The generator was overloaded", StringComparison.Ordinal) < page.IndexOf("id=\"thresholds\"", StringComparison.Ordinal));
        foreach (var id in (string[])["thresholds", "latency", "time", "spread", "capacity", "requests", "failures", "identity", "method"]) Assert.Contains($"<h2 id=\"{id}\">", page, StringComparison.Ordinal);
        Assert.Contains("warm-up", page, StringComparison.Ordinal);
        Assert.Contains("uncorrected, from the first byte sent", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Hours_of_windows_make_no_larger_page()
    {
        var shop = LoadResults.Shop(seconds: 20);
        var long24 = shop with { Windows = [.. Enumerable.Range(0, 8_640).Select(i => new LoadWindow { From = TimeSpan.FromSeconds(10 * i), Length = TimeSpan.FromSeconds(10), Requests = 100, Failed = i % 2, Users = 1, Latency = shop.Windows[0].Latency })] };
        Assert.InRange(LoadHtml.Render(long24).Length, 10_000, 400_000);
    }

    [Fact]
    public void A_page_to_look_at_is_written_where_it_is_asked_for()
    {
        if (Environment.GetEnvironmentVariable("MUSTER_LOAD_PAGE") is not { Length: > 0 } folder) return;
        File.WriteAllText(Path.Combine(folder, "shop.html"), LoadHtml.Render(LoadResults.Shop()));
        File.WriteAllText(Path.Combine(folder, "steps.html"), LoadHtml.Render(LoadResults.Stepped() with { Doubts = ["The generator was overloaded: its loop took 80 ms for one turn."] }));
        File.WriteAllText(Path.Combine(folder, "shop.txt"), LoadSummary.Render(LoadResults.Shop(), new TextStyle { Unicode = true, Width = 110 }));
        File.WriteAllText(Path.Combine(folder, "compare.txt"), LoadComparisonReport.Text(LoadComparison.Of(LoadResults.Shop(), LoadResults.Shop(2, slower: 1.2), new()), new TextStyle { Unicode = true, Width = 110 }));
    }

    [GeneratedRegex("<[^>]*\\son[a-z]+\\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex EventHandlers();

    [GeneratedRegex("href=\"([^\"]*)\"")]
    private static partial Regex Links();
}
