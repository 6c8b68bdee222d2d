using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Readiness.Tests;

public class HtmlReportTests
{
    const string Hostile = "</title></style><script>alert(1)</script>\" onload=\"x\" '<img src=http://f.test/x>&amp;{{7}}\n<!--";

    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_page_is_as_accepted(string name) => Golden.Equal($"{name}.html", HtmlReport.Render(ShopDecisions.All[name]));

    [Fact]
    public void Text_of_others_adds_no_tag_and_no_attribute()
    {
        var tame = HtmlReport.Render(HostileDecision.Of("tame"), Extras("tame"));
        var hostile = HtmlReport.Render(HostileDecision.Of(Hostile), Extras(Hostile));

        Assert.Equal(HtmlTags.Of(tame), HtmlTags.Of(hostile));
        Assert.DoesNotContain("<script", hostile, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", hostile, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", hostile, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tag_reader_sees_an_injected_tag_and_an_injected_attribute()
    {
        Assert.NotEqual(HtmlTags.Of("<p>a</p>"), HtmlTags.Of("<p>a<b></b></p>"));
        Assert.NotEqual(HtmlTags.Of("<p class=\"a\">a</p>"), HtmlTags.Of("<p class=\"a\" onload=\"x\">a</p>"));
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Tags_are_closed_in_order_and_ids_stand_once(string name)
    {
        var page = HtmlReport.Render(ShopDecisions.All[name], Extras("x"));

        Assert.Null(HtmlTags.FirstUnclosed(page));
        var ids = Regex.Matches(page, " id=\"([^\"]*)\"").Select(found => found.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        foreach (var link in Regex.Matches(page, "(?:href=\"#|aria-labelledby=\")([^\"]*)\"").Select(found => found.Groups[1].Value)) Assert.Contains(link, ids);
    }

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void Headings_go_down_one_at_a_time_and_there_is_one_h1(string name)
    {
        var levels = Regex.Matches(HtmlReport.Render(ShopDecisions.All[name]), "<h([1-6])").Select(found => found.Groups[1].Value[0] - '0').ToList();

        Assert.Equal(1, levels[0]);
        Assert.Single(levels, level => level == 1);
        Assert.DoesNotContain(levels.Zip(levels.Skip(1)), pair => pair.Second > pair.First + 1);
    }

    [Fact]
    public void Each_table_has_a_caption_and_each_head_a_scope()
    {
        var page = HtmlReport.Render(ShopDecisions.NoGo());

        Assert.Equal(Regex.Count(page, "<table"), Regex.Count(page, "<table role=\"table\">\n<caption"));
        Assert.Equal(Regex.Count(page, "<th "), Regex.Count(page, "scope=\"(col|row)\""));
        Assert.True(Regex.Count(page, "<table") > 10);
        foreach (var landmark in new[] { "<header", "<nav aria-label", "<main", "<footer" }) Assert.Equal(1, Regex.Count(page, landmark));
    }

    [Fact]
    public void The_page_runs_no_script_and_loads_nothing()
    {
        var page = HtmlReport.Render(ShopDecisions.NoGo(), Extras("x"));

        Assert.DoesNotMatch("(?i)<(script|img|link|iframe|object|embed|form|base|svg)|\\ssrc=|\\sstyle=|\\son[a-z]+=|url\\(|@import|href=\"(?!#)", page);
        var style = Regex.Match(page, "<style>(.*)</style>", RegexOptions.Singleline).Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Contains($"content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_ink_stands_out_from_every_ground_it_is_used_on()
    {
        foreach (var scheme in new[] { HtmlColours.Light, HtmlColours.Dark })
        {
            var colours = Regex.Matches(scheme.ToString(), "--([a-z-]+): (#[0-9a-f]{6})").ToDictionary(found => found.Groups[1].Value, found => found.Groups[2].Value);
            foreach (var ground in new[] { "paper", "ground", "raised" })
                foreach (var ink in new[] { "ink", "soft", "link", "good", "bad", "doubt", "held", "none" })
                    Assert.True(Contrast.Of(colours[ink], colours[ground]) >= 4.5, $"{ink} on {ground}: {Contrast.Of(colours[ink], colours[ground])}");
            foreach (var ink in new[] { "good", "bad", "doubt", "held", "none" })
            {
                Assert.True(Contrast.Of(colours[ink], colours[ink + "-ground"]) >= 4.5, $"{ink} on its own ground");
                Assert.True(Contrast.Of(colours["ink"], colours[ink + "-ground"]) >= 4.5, $"text on the ground of {ink}");
            }
        }
    }

    [Fact]
    public void Contrast_is_reckoned_as_the_guidelines_have_it()
    {
        Assert.Equal(21, Contrast.Of("#ffffff", "#000000"), 3);
        Assert.Equal(4.48, Contrast.Of("#777777", "#ffffff"), 2);
    }

    [Fact]
    public void Parameters_stand_with_their_part_and_the_command_to_verify_is_safe_to_copy()
    {
        var extras = new HtmlExtras { Certificate = "a b'; rm x", Parameters = new Dictionary<string, Value> { ["edge.versions"] = Value.Of(("target", "https://shop.test")) }.ToImmutableSorted() };

        var page = HtmlReport.Render(ShopDecisions.Go(), extras);

        Assert.Contains("<dt>Asked</dt><dd>{&quot;target&quot;:&quot;https://shop.test&quot;}</dd>", page, StringComparison.Ordinal);
        Assert.Contains("muster verify &#39;a b&#39;\\&#39;&#39;; rm x&#39; --key muster.pub --gate go-live", page, StringComparison.Ordinal);
    }

    static HtmlExtras Extras(string text) => new() { Certificate = text, Key = text, Version = text, Parameters = new Dictionary<string, Value> { [text] = text }.ToImmutableSorted() };
}
