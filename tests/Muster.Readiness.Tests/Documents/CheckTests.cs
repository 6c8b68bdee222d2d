namespace Muster.Readiness.Tests;

public class CheckTests
{
    [Theory]
    [InlineData("{ http: api }", """{"target":"api"}""")]
    [InlineData("{ http: api, get: /x, follow: 2 }", """{"follow":2,"get":"/x","target":"api"}""")]
    [InlineData("{ http: { target: api, get: /x } }", """{"get":"/x","target":"api"}""")]
    [InlineData("{ http: 'https://a.test/x' }", """{"target":"https://a.test/x"}""")]
    [InlineData("{ http: 'https://$(host)/x' }", """{"target":"https://$(host)/x"}""")]
    [InlineData("{ http: api, slow: 5m, most_body: 1KiB, raw: false }", """{"most_body":1024,"raw":false,"slow":300,"target":"api"}""")]
    [InlineData("{ http: api, headers: { a: 1.20, b: 012, c: off } }", """{"headers":{"a":"1.20","b":"012","c":"off"},"target":"api"}""")]
    [InlineData("{ http: api, json: { n: 1, t: '1', x: $(nonce), l: [ true, null ] } }", """{"json":{"l":[true,null],"n":1,"t":"1","x":"$(nonce)"},"target":"api"}""")]
    [InlineData("{ http: api, version: 1.1 }", """{"target":"api","version":"1.1"}""")]
    [InlineData("{ http: api, follow: $(host) }", """{"follow":"$(host)","target":"api"}""")]
    [InlineData("{ tcp: 'a.test:443' }", """{"target":"a.test:443"}""")]
    [InlineData("{ metric: { query: up }, expect: { value: 1 } }", """{"query":"up","target":"http://127.0.0.1:7280"}""")]
    [InlineData("{ metric: , query: up, expect: { value: 1 } }", """{"query":"up","target":"http://127.0.0.1:7280"}""")]
    [InlineData("{ metric: api, query: up, expect: { value: 1 } }", """{"query":"up","target":"api"}""")]
    [InlineData("{ file: { path: dist/x.json, read: /a }, expect: { value: 1 } }", """{"read":"/a","target":"dist/x.json"}""")]
    [InlineData("{ command: [ ls, -l ] }", """{"target":["ls","-l"]}""")]
    [InlineData("{ attestation: The rota covers it, by: lead }", """{"by":"lead","target":"The rota covers it"}""")]
    public void Parameters_take_the_type_that_the_kind_declares(string check, string parameters) => Assert.Equal(parameters, Desk.Step(check).Parameters.ToString());

    [Theory]
    [InlineData("{ htp: api }", "There is no kind \"htp\"", "\"http\"")]
    [InlineData("{ expect: { status: 1 } }", "names no kind", "http")]
    [InlineData("{ http: api, tcp: api }", "names several kinds", "all:")]
    [InlineData("{ http: apii }", "There is no target \"apii\"", "\"api\"")]
    [InlineData("{ tcp: 'a.test:99999' }", "There is no target", "api")]
    [InlineData("{ http: }", "needs a target", "http")]
    [InlineData("{ http: { get: /x } }", "needs a target", "http")]
    [InlineData("{ http: api, gte: /x }", "no parameter \"gte\"", "\"get\"")]
    [InlineData("{ http: { target: api }, get: /x }", "no key \"get\" beside http", "Move it")]
    [InlineData("{ http: api, follow: many }", "\"many\" is not a number", "plain number")]
    [InlineData("{ http: api, slow: 5 }", "\"5\" is not a duration", "ms, s, m")]
    [InlineData("{ http: api, raw: yes }", "neither true nor false", "Write true")]
    [InlineData("{ http: api, version: 3 }", "\"3\" is not one of 1.1, 2", "1.1")]
    [InlineData("{ http: api, headers: x }", "where a map was expected", "{ name: value }")]
    [InlineData("{ http: api, names: x }", "where a list was expected", "[ a, b ]")]
    [InlineData("{ http: api, get: [ a ] }", "where a single value was expected", "get")]
    [InlineData("{ http: api, get: $(nothing) }", "$(nothing) of http is missing in \"here\"", "environments.here.values")]
    [InlineData("{ http: api, get: $(hots) }", "$(hots) of http is missing", "$(host)")]
    [InlineData("{ http: api, get: $(step.x) }", "no part \"step\"", "")]
    [InlineData("{ http: api, get: $(release.x) }", "can stand in expect only", "")]
    [InlineData("{ http: api, get: $(env:X) }", "A secret stands outside of targets", "under targets")]
    [InlineData("{ dns: a.test, expect: { addresses: { count: 1 } } }", "dns needs \"type\"", "type")]
    [InlineData("{ http: api, in: nowhere }", "There is no environment \"nowhere\"", "here")]
    [InlineData("{ http: api, from: moon }", "There is no vantage \"moon\"", "here")]
    [InlineData("{ http: api, fresh: soon }", "is not a duration", "24h")]
    [InlineData("{ http: api, fresh: 11000d }", "makes no sense", "ten years")]
    [InlineData("{ http: api, accept: [ simulated ] }", "not one of live, imported, attested", "")]
    [InlineData("{ tcp: 'a.test:1', population: 1 }", "needs at least 2 answers", "2 or more")]
    [InlineData("{ http: api, binds: forever }", "is not one of release, environment", "")]
    [InlineData("{ attestation: It is so, by: leda }", "Nobody has the role \"leda\"", "\"lead\"")]
    [InlineData("{ http: api, accept: [] }", "No origin is accepted", "live")]
    [InlineData("[ http ]", "where a map was expected", "")]
    public void A_check_that_cannot_run_is_told_with_its_fix(string check, string says, string fix)
    {
        var error = Desk.Controls($"  c: {{ check: {check} }}").Error();
        Assert.Contains(says, error.Says, StringComparison.Ordinal);
        Assert.Contains(fix, error.Fix, StringComparison.Ordinal);
        Assert.Equal(7, error.Place.Line);
    }

    [Theory]
    [InlineData("{ http: api, post: /x }", true)]
    [InlineData("{ http: api, method: DELETE }", true)]
    [InlineData("{ http: api, method: get }", false)]
    [InlineData("{ redis.acl: api, as: x, expect: { allowed: true } }", true)]
    [InlineData("{ postgres.restore_drill: { level: L5 }, expect: { rto: under 1h } }", true)]
    [InlineData("{ http: api }", false)]
    public void A_hazard_needs_the_consent_of_the_environment(string check, bool refused)
    {
        var main = $"muster: 1\nsystem: s\nenvironments: {{ live: {{ }} }}\ntargets: {{ api: https://a.test }}\ncontrols: {{ c: {{ check: {check} }} }}\ngates: {{ go: {{ environment: live }} }}\n";
        var problems = Desk.With(main).Read().Problems;
        Assert.Equal(refused, problems.Any(problem => problem.Says.Contains("gives no consent", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_target_that_is_missing_in_an_environment_is_an_error()
    {
        const string Main = """
            muster: 1
            system: s
            environments: { a: , b: }
            targets: { api: { in: { a: "https://a.test" } } }
            controls: { c: { check: { http: api } } }
            gates: { one: { environment: a }, two: { environment: b } }
            """;
        Assert.Contains("\"api\" is missing in \"b\"", Desk.With(Main).Error().Says, StringComparison.Ordinal);
        var whole = Desk.With(Main.Replace("{ in:", "{ is: \"https://b.test\", in:", StringComparison.Ordinal)).Document().Targets[0];
        Assert.Equal("\"https://b.test\"", whole.Definition.ToString());
        Assert.Equal("\"https://a.test\"", whole.In["a"].ToString());
    }

    [Fact]
    public void States_select_other_controls_and_never_in_a_circle()
    {
        var step = Assert.Single(Desk.Controls("  a.1: { tags: [ x ] }\n  a.2: { section: Data }\n  c: { check: { states: [ a.* ] } }\n  d: { check: { states: [ \"tag:x\", \"section:Data\", c ] } }").Document().Control("d")!.Cells).Parts[0].Steps[0];
        Assert.Equal("""{"target":["a.1","a.2","c"]}""", step.Parameters.ToString());
        Assert.Contains("\"b.*\" selects no control", Desk.Controls("  c: { check: { states: [ b.* ] } }\n  d:").Read().Problems[0].Says, StringComparison.Ordinal);
        Assert.Contains("wait for each other: a → b → c → a", Desk.Controls("  a: { check: { states: b } }\n  b: { check: { states: c } }\n  c: { check: { states: a } }").Error().Says, StringComparison.Ordinal);
        Assert.Empty(Desk.Controls("  a: { check: { states: [ b, c ] } }\n  b: { check: { states: c } }\n  c:").Read().Problems);
    }

    [Fact]
    public void A_check_may_be_steps_and_a_step_refers_only_to_earlier_ones()
    {
        const string Steps = "  c:\n    steps:\n      - { name: one, http: api, get: $(two.json.id) }\n      - { name: two, http: api, get: $(one.json.id) }\n";
        Assert.Contains("no part \"two\"", Desk.Controls(Steps).Error().Says, StringComparison.Ordinal);
        Assert.Contains("the name of a part", Desk.Controls("  c: { all: { a.b: { http: api } } }").Error().Says, StringComparison.Ordinal);
        Assert.Contains("stands twice", Desk.Controls("  c:\n    steps:\n      - { name: a, http: api }\n      - { name: a, http: api }").Error().Says, StringComparison.Ordinal);
        Assert.Contains("\"name\" is missing", Desk.Controls("  c:\n    steps:\n      - { http: api }").Error().Says, StringComparison.Ordinal);
    }

    const string Lasting = "  c:\n    steps:\n      - { name: one, http: api }\n";

    [Fact]
    public void A_step_may_be_asked_during_an_earlier_one()
    {
        var steps = Desk.Controls(Lasting + "      - { name: two, http: api, during: one }\n      - { name: three, http: api, during: one }\n").Document().Controls[0].Cells[0].Parts[0].Steps;
        Assert.Equal([null, "one", "one"], steps.Select(step => step.During));
    }

    [Theory]
    [InlineData("  c:\n    steps:\n      - { name: one, http: api }\n      - { name: two, http: api, during: oen }", "no step \"oen\" before this one", "\"one\"")]
    [InlineData("  c:\n    steps:\n      - { name: one, http: api, during: one }", "no step \"one\" before this one", "")]
    [InlineData("  c:\n    steps:\n      - { name: one, http: api, during: two }\n      - { name: two, http: api }", "no step \"two\" before this one", "")]
    [InlineData("  c:\n    steps:\n      - { name: one, http: api }\n      - { name: two, http: api, during: one }\n      - { name: three, http: api, during: two }", "no step \"two\" before this one", "The steps are one")]
    [InlineData("  c:\n    steps:\n      - { name: one, http: api }\n      - { name: two, http: api, during: [ one ] }", "a list where a text was expected", "")]
    [InlineData("  c: { check: { http: api, during: one } }", "Only a step can be asked during another", "steps:")]
    [InlineData("  c: { all: { one: { http: api }, two: { http: api, during: one } } }", "Only a step can be asked during another", "steps:")]
    public void A_step_can_be_asked_only_during_one_that_is_there_before_it_and_lasts_by_itself(string controls, string says, string fix)
    {
        var error = Desk.Controls(controls).Error();
        Assert.Contains(says, error.Says, StringComparison.Ordinal);
        Assert.Contains(fix, error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_asked_during_another_step_is_another_question_and_what_is_not_is_the_same_as_ever()
    {
        static Question Of(string more)
        {
            var document = Desk.Controls(Lasting + $"      - {{ name: two, http: api{more} }}\n").Document();
            return Asks.Of(document, document.Controls[0], "here")[0].Question;
        }

        Assert.NotEqual(Of("").Digest, Of(", during: one").Digest);
        // An answer that was recorded before there was such a word still answers.
        Assert.DoesNotContain("during", Statements.ToValue(Of("")).ToString(), StringComparison.Ordinal);
    }
}
