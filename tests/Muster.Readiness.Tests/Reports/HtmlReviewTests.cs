using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Muster.Readiness.Tests;

/// <summary>The page that is signed: everything that is signed stands on it, and nothing can be on it that does not follow from its payload.</summary>
public class HtmlReviewTests
{
    const string Envelope = """{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[{"keyid":"00","sig":"+/8="}]}""";

    static Review Of(Decision decision) => new()
    {
        Decision = decision, Asked = ImmutableSortedDictionary<string, Value>.Empty, Sign = [new("architect", 1), new("devops-lead", 1)], Runner = "PEM", Fingerprint = "0123 4567", By = "1.0",
    };

    public static TheoryData<string> Verdicts => [.. ShopDecisions.All.Keys];

    [Theory]
    [MemberData(nameof(Verdicts))]
    public void The_page_is_well_formed_runs_no_script_and_gives_its_payload_back(string name)
    {
        var page = HtmlReview.Render(Of(ShopDecisions.All[name]), Envelope);

        Assert.Null(HtmlTags.FirstUnclosed(page));
        Assert.DoesNotMatch("(?i)<(script|img|link|iframe|object|embed|form|base|svg)|\\ssrc=|\\sstyle=|\\son[a-z]+=|url\\(|@import|href=\"(?!#)", page);
        var ids = Regex.Matches(page, " id=\"([^\"]*)\"").Select(found => found.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.Equal(Envelope, HtmlReview.EnvelopeIn(page));
        Assert.Equal(page, HtmlReview.Render(Of(ShopDecisions.All[name]), Envelope));
    }

    [Fact]
    public void Everything_that_a_signature_is_over_stands_on_it()
    {
        var decision = ShopDecisions.NoGo();
        var page = HtmlReview.Render(Of(decision), Envelope);

        Assert.Contains(decision.Document.ToString(), page, StringComparison.Ordinal);
        Assert.Contains(decision.Release.ToString(), page, StringComparison.Ordinal);
        foreach (var control in decision.Controls)
        {
            Assert.Contains($"<code>{control.Id}</code>", page, StringComparison.Ordinal);
            foreach (var evidence in control.Parts.Select(part => part.Evidence).OfType<Digest>()) Assert.Contains(evidence.ToString(), page, StringComparison.Ordinal);
        }

        foreach (var condition in decision.Conditions) Assert.Contains(condition.Control, page, StringComparison.Ordinal);
        Assert.Contains("0123 4567", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<details>\n<summary><span class=\"pill", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_of_others_adds_no_tag_and_no_second_payload()
    {
        const string hostile = "</code></pre><pre id=\"payload\"><code>{}</code></pre><script>";
        var tame = HtmlReview.Render(Of(HostileDecision.Of("tame")), Envelope);
        var page = HtmlReview.Render(Of(HostileDecision.Of(hostile)), Envelope);

        Assert.Equal(HtmlTags.Of(tame), HtmlTags.Of(page));
        Assert.Equal(Envelope, HtmlReview.EnvelopeIn(page));
    }

    [Fact]
    public void A_page_that_is_no_review_has_no_payload() => Assert.Null(HtmlReview.EnvelopeIn(HtmlReport.Render(ShopDecisions.Go())));

    [Fact]
    public void A_review_is_written_and_read_in_the_same_bytes()
    {
        var bytes = Statements.ToBytes(Of(ShopDecisions.ConditionalGo()));
        Assert.Equal(bytes, Statements.ToBytes(Statements.Read<Review>(bytes)));
    }
}
