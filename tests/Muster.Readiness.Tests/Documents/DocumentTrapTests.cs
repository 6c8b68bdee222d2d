namespace Muster.Readiness.Tests;

/// <summary>Documents that say something else than their writer meant.</summary>
public class DocumentTrapTests
{
    [Fact]
    public void Names_of_headers_are_found_in_whatever_case_they_are_written()
    {
        var field = Assert.Single(Desk.Step("{ http: api, expect: { headers: { X-Powered-By: { present: false } } } }").Expect.Fields, field => field.Path == "headers");

        Assert.Equal("x-powered-by", Assert.Single(Assert.IsType<Matcher.Has>(field.Matcher).Fields).Path);
    }

    [Fact]
    public void A_header_in_two_spellings_is_one_header() =>
        Assert.Contains("twice", Desk.Controls("  c: { check: { http: api, expect: { headers: { Server: a, server: b } } } }").Error().Says, StringComparison.Ordinal);

    [Theory]
    [InlineData("{ http: api, expect: { status: 503 } }", "not 503")]
    [InlineData("{ http: api, expect: { /total: over 5 } }", "not over 5")]
    [InlineData("{ tcp: 'shop.test:1', expect: { open: false } }", "not false")]
    public void A_deferral_holds_while_its_trigger_has_not_come(string until, string words)
    {
        var step = Assert.Single(Deferred(until).Document().Control("mesh")!.Deferred!.Until!.Steps);

        Assert.Equal(words, Words.Of(step.Expect.Fields[0].Matcher));
    }

    [Fact]
    public void What_a_kind_holds_by_itself_stays_as_it_is_beside_a_trigger()
    {
        var step = Assert.Single(Deferred("{ http: api, expect: { /total: over 5 } }").Document().Control("mesh")!.Deferred!.Until!.Steps);

        Assert.Equal(["/total not over 5", "status between 200 and 299"], step.Expect.Fields.Select(Words.Of));
    }

    [Theory]
    [InlineData("{ http: api }")]
    [InlineData("{ http: api, expect: { status: 503, /total: over 5 } }")]
    [InlineData("{ steps: [ { name: a, http: api, expect: { status: 200 } }, { name: b, http: api, expect: { status: 200 } } ] }")]
    public void A_trigger_is_exactly_one_expectation_that_can_be_turned_round(string until) =>
        Assert.Contains("trigger", Deferred(until).Error().Says, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("{ not: 5 }", "5")]
    [InlineData("{ present: true }", "absent")]
    [InlineData("{ contains: a, matches: b }", "not contains a and matches b")]
    public void A_trigger_is_turned_round_as_a_whole(string trigger, string words) =>
        Assert.Equal(words, Words.Of(Deferred($"{{ http: api, expect: {{ /x: {trigger} }} }}").Document().Control("mesh")!.Deferred!.Until!.Steps[0].Expect.Fields[0].Matcher));

    [Fact]
    public void A_target_that_names_a_method_that_writes_needs_its_environments_consent()
    {
        static Desk With(string target, string check) => Desk.With($"""
            muster: 1
            system: shop
            environments: {"{"} here: {"}"}
            targets: {"{"} api: {target} {"}"}
            controls: {"{"} c: {"{"} check: {check} {"}"} {"}"}
            gates: {"{"} go: {"{"} environment: here {"}"} {"}"}
            """);

        Assert.Contains("is active here", With("{ url: https://a.test, method: DELETE }", "{ http: api }").Error().Says, StringComparison.Ordinal);
        With("{ url: https://a.test, method: DELETE }", "{ http: api, method: GET }").Document();
        With("{ url: https://a.test, method: GET }", "{ http: api }").Document();
    }

    static Desk Deferred(string until) => Desk.Controls($"  mesh: {{ deferred: {{ because: later, approved_by: lead, review: 2030-01-01, until: {until} }} }}");
}
