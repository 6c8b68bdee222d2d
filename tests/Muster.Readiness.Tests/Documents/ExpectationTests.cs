namespace Muster.Readiness.Tests;

public class ExpectationTests
{
    [Theory]
    [InlineData("{ status: 503 }", "503")]
    [InlineData("{ status: at least 200 }", "at least 200")]
    [InlineData("{ status: between 200 and 399 }", "between 200 and 399")]
    [InlineData("{ status: { one_of: [ 301, 308 ] } }", "one of 301, 308")]
    [InlineData("{ status: { not: at least 500 } }", "not at least 500")]
    [InlineData("{ duration: under 200ms }", "under 200 ms")]
    [InlineData("{ duration: at most 26h }", "at most 26h")]
    [InlineData("{ duration: at most 31d }", "at most 31d")]
    [InlineData("{ size: at most 2Gi }", "at most 2 GiB")]
    [InlineData("{ size: over 0 }", "over 0 B")]
    [InlineData("{ errors: under 5/m }", "under 0.0833333/s")]
    [InlineData("{ body: at your service }", "at your service")]
    [InlineData("{ body: { contains: ok } }", "contains ok")]
    [InlineData("{ body: { matches: '^v[0-9]+$' } }", "matches ^v[0-9]+$")]
    [InlineData("{ body: { present: false } }", "absent")]
    [InlineData("{ body: { not: { contains: a }, matches: b } }", "matches b and not contains a")]
    [InlineData("{ headers: { server: { present: false } } }", "{ server absent }")]
    [InlineData("{ redirects: { count: at most 3 } }", "count at most 3")]
    [InlineData("{ redirects: { every: { status: 301, to: { matches: '^https:' } } } }", "every { status 301, to matches ^https: }")]
    [InlineData("{ redirects: { none: { status: over 399 } } }", "none { status over 399 }")]
    [InlineData("{ /status: up }", "up")]
    [InlineData("{ /count: at most 5 }", "at most 5")]
    [InlineData("{ /age: at most 5m }", "at most 5m")]
    [InlineData("{ /left: at least 20% }", "at least 20%")]
    [InlineData("{ json: { a: 1, b: { includes: [ x ] } } }", "{ a 1, b includes x }")]
    [InlineData("{ at: 2026-03-01T09:00:00Z }", "2026-03-01T09:00:00Z")]
    [InlineData("{ body: $(previous.body) }", "$(previous.body)")]
    [InlineData("{ status: at least $(previous.status) }", "at least $(previous.status)")]
    [InlineData("{ /digest: $(release.api) }", "$(release.api)")]
    public void What_is_written_is_understood(string expect, string words) => Assert.Equal(words, Words.Of(Desk.Matcher(expect)));

    [Theory]
    [InlineData("1.2", "1.2", true)]
    [InlineData("'1.2'", "1.2", false)]
    [InlineData("off", "off", false)]
    [InlineData("012", "012", false)]
    [InlineData("12:30", "12:30", false)]
    [InlineData("yes", "yes", false)]
    [InlineData("9007199254740993", "9007199254740993", false)]
    public void In_free_JSON_a_plain_scalar_is_a_number_only_as_JSON_writes_one(string written, string shown, bool number)
    {
        var literal = Assert.IsType<Matcher.Is>(Desk.Matcher($"{{ /x: {written} }}")).To.Literal;
        Assert.Equal(number, literal is Value.Number);
        Assert.Equal(shown, literal is Value.Text text ? text.Is : literal!.ToString());
    }

    [Fact]
    public void Limits_are_in_base_units()
    {
        Assert.Equal(0.33, Assert.IsType<Value.Number>(Assert.IsType<Matcher.Compare>(Desk.Step("{ tls.endpoint: api, expect: { lifetime_left: at least 33% } }").Expect.Fields[0].Matcher).Limit.Literal).Is);
        Assert.Equal(0.2, Assert.IsType<Value.Number>(Assert.IsType<Matcher.Compare>(Desk.Matcher("{ duration: under 200ms }")).Limit.Literal).Is);
        Assert.Equal(Shape.Duration, Assert.IsType<Matcher.Compare>(Desk.Matcher("{ /age: at most 5m }")).Shape);
    }

    [Fact]
    public void The_kind_holds_by_itself_and_what_the_document_replaces_is_named()
    {
        var alone = Desk.Step("{ http: api }");
        Assert.Equal(["status between 200 and 299"], alone.Expect.Fields.Select(Words.Of));
        Assert.Empty(alone.Loosens);
        var added = Desk.Step("{ http: api, expect: { duration: under 1s } }");
        Assert.Equal(["duration under 1s", "status between 200 and 299"], added.Expect.Fields.Select(Words.Of));
        Assert.Empty(added.Loosens);
        var replaced = Desk.Step("{ http: api, expect: { status: over 0 } }");
        Assert.Equal(["status over 0"], replaced.Expect.Fields.Select(Words.Of));
        Assert.Equal(["status between 200 and 299"], replaced.Loosens);
    }

    [Theory]
    [InlineData("{ status: [ 200, 204 ] }", "A bare list does not say")]
    [InlineData("{ status: not 500 }", "\"not 500\" is not a comparison")]
    [InlineData("{ status: one of 301 }", "is not a comparison")]
    [InlineData("{ status: '> 5' }", "is not a comparison")]
    [InlineData("{ status: at least 5s }", "\"5s\" is not a number")]
    [InlineData("{ status: high }", "\"high\" is not a number")]
    [InlineData("{ status: between 3 and 1 }", "lower end is above")]
    [InlineData("{ status: between 3 }", "has no upper end")]
    [InlineData("{ duration: under 5 }", "\"5\" is not a duration")]
    [InlineData("{ duration: under 5 fortnights }", "is not a duration")]
    [InlineData("{ size: at most 2 XB }", "is not a size")]
    [InlineData("{ status: { matches: x } }", "\"matches\" cannot be said of \"status\"")]
    [InlineData("{ body: { every: x } }", "cannot be said")]
    [InlineData("{ body: { matches: '(' } }", "is not a regular expression")]
    [InlineData("{ body: { matches: '(a)\\1' } }", "is not a regular expression")]
    [InlineData("{ body: { matches: '(a{999}){9}' } }", "repeats itself to more than 1000 places")]
    [InlineData("{ redirects: x }", "is a list")]
    [InlineData("{ headers: x }", "is a map")]
    [InlineData("{ headers: { present: true, server: x } }", "\"server\" stands beside words")]
    [InlineData("{ statu: 200 }", "There is no field \"statu\"")]
    [InlineData("{ redirects: { every: { stat: 1 } } }", "There is no field \"stat\"")]
    [InlineData("{ status: { one_of: [] } }", "The list is empty")]
    [InlineData("{ redirects: { only: x } }", "where a list was expected")]
    [InlineData("{ body: { present: yes } }", "neither true nor false")]
    [InlineData("{ body: a $(previous.body) }", "mixes a placeholder with text")]
    [InlineData("{ body: $(nobody.body) }", "There is no part \"nobody\"")]
    [InlineData("{ body: $(previous.bdy) }", "http has no field \"bdy\"")]
    [InlineData("{ body: $(host) }", "names no part and field")]
    [InlineData("{ at: yesterday }", "is not an instant")]
    [InlineData("{ status: }", "Nothing is expected")]
    [InlineData("{}", "The expectation is empty")]
    public void What_cannot_be_meant_is_refused(string expect, string says)
    {
        var error = Desk.Controls($"  c: {{ check: {{ http: api, expect: {expect} }} }}").Error();
        Assert.Contains(says, error.Says, StringComparison.Ordinal);
        Assert.NotEmpty(error.Fix);
    }

    [Fact]
    public void A_kind_that_holds_of_nothing_needs_an_expectation() =>
        Assert.Contains("Nothing is expected", Desk.Controls("  c: { check: { dns: shop.test, type: A } }").Error().Says, StringComparison.Ordinal);

    [Fact]
    public void A_text_that_looks_like_words_is_warned_of() =>
        Assert.Contains("compared letter by letter", Assert.Single(Desk.Controls("  c: { check: { http: api, expect: { body: not found } } }").Read().Problems).Says, StringComparison.Ordinal);

    [Fact]
    public void A_pointer_needs_free_JSON() =>
        Assert.Contains("no free JSON", Desk.Controls("  c: { check: { tcp: 'a.test:1', expect: { /x: 1 } } }").Error().Says, StringComparison.Ordinal);
}
