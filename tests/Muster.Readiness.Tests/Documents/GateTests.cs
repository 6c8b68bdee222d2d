namespace Muster.Readiness.Tests;

public class GateTests
{
    static Desk With(string gates, string more = "release: { artifacts: dist/release.json }") => Desk.With(
        $$"""
        muster: 1
        system: shop
        owner: ops
        environments: { staging: , live: }
        people: { mia: { roles: [ architect, lead ] }, jon: { roles: [ lead ] } }
        controls: { data.a: { tags: [ x ] }, data.b: { section: Data }, edge: }
        {{more}}
        gates:
        {{gates}}
        """);

    static Gate Gate(string gate) => With($"  go: {gate}").Document().Gates[0];

    [Theory]
    [InlineData("{ environment: live }", "data.a data.b edge")]
    [InlineData("{ environment: live, require: all }", "data.a data.b edge")]
    [InlineData("{ environment: live, require: edge }", "edge")]
    [InlineData("{ environment: live, require: [ data.*, edge ] }", "data.a data.b edge")]
    [InlineData("{ environment: live, require: [ \"section:Data\", \"tag:x\" ] }", "data.a data.b")]
    public void Selectors_become_ids(string gate, string ids) => Assert.Equal(ids.Split(' '), Gate(gate).Controls);

    [Fact]
    public void It_has_everything_it_says()
    {
        var gate = Gate("{ environment: live, proved_in: [ staging, live ], sign: { lead: 2 }, signed_for: 3d, owner: architect, excuses: lead, conditions: { due: 2d, from: promotion }, waivers: { at_most: 3d, approve: lead }, break_glass: [ lead ] }");
        Assert.Equal(["staging", "live"], gate.ProvedIn);
        Assert.Equal([new RoleCount("lead", 2)], gate.Sign);
        Assert.Equal((TimeSpan.FromDays(3), "architect", TimeSpan.FromDays(2), TimeSpan.FromDays(3)), (gate.SignedFor, gate.Owner, gate.ConditionsDue, gate.Waivers.AtMost));
        Assert.Equal(["lead"], gate.Excuses);
        Assert.Equal(["lead"], gate.BreakGlass);
    }

    [Fact]
    public void Waivers_are_bounded_by_severity_renewals_and_a_proven_requester()
    {
        var bounds = Gate("{ environment: live, waivers: { at_most: { critical: 2d, otherwise: 9d }, renewals: 1, approve: lead, need: [ request, compensating_control ] } }").Waivers;

        Assert.Equal((TimeSpan.FromDays(9), TimeSpan.FromDays(2), (int?)1), (bounds.AtMost, bounds.BySeverity!["critical"], bounds.Renewals));
        Assert.Equal(["compensating_control", "request"], bounds.Need);
        Assert.Null(Gate("{ environment: live, waivers: { at_most: 2d, approve: lead } }").Waivers.BySeverity);
    }

    [Theory]
    [InlineData("{ environment: live, waivers: { at_most: { sever: 2d } } }", "There is no key \"sever\" in at_most")]
    [InlineData("{ environment: live, waivers: { renewals: often } }", "is not a whole number from 0 to 100")]
    public void Bounds_that_cannot_be_meant_are_refused(string gate, string says) => Assert.Contains(says, With($"  go: {gate}").Rendered(), StringComparison.Ordinal);

    [Theory]
    [InlineData("{ require: all }", "\"environment\" is missing")]
    [InlineData("{ environment: lvie }", "There is no environment \"lvie\"")]
    [InlineData("{ environment: live, require: data.c }", "\"data.c\" selects no control")]
    [InlineData("{ environment: live, require: [] }", "The list is empty")]
    [InlineData("{ environment: live, require: \"section:Dta\" }", "selects no section")]
    [InlineData("{ environment: live, after: og }", "There is no gate \"og\"")]
    [InlineData("{ environment: live, soak: 1h }", "no gate is before this one")]
    [InlineData("{ environment: live, after: go }", "The gates wait for each other: go → go")]
    [InlineData("{ environment: live, criteria: { A: [ data.* ] } }", "No criterion holds edge")]
    [InlineData("{ environment: live, criteria: { A: [ data.*, edge ], B: edge } }", "\"edge\" is in the criteria \"A\" and \"B\"")]
    [InlineData("{ environment: live, require: edge, criteria: { A: [ data.a, edge ] } }", "does not require \"data.a\"")]
    [InlineData("{ environment: live, sign: { arcitect: 1 } }", "Nobody has the role \"arcitect\"")]
    [InlineData("{ environment: live, sign: { architect: 2 } }", "there are 1")]
    [InlineData("{ environment: live, sign: { lead: many } }", "is not a whole number")]
    [InlineData("{ environment: live, owner: nobody }", "neither a person nor a role")]
    [InlineData("{ environment: live, break_glass: architect }", "fewer than two")]
    [InlineData("{ environment: live, override: never, break_glass: lead }", "Nobody can break glass")]
    [InlineData("{ environment: live, waivers: { need: [ luck ] } }", "is not one of compensating_control")]
    [InlineData("{ environment: live, requires: all }", "There is no key \"requires\" in a gate")]
    [InlineData("{ environment: live, freeze: { from: 2026-12-20, to: 2027-01-02, because: x } }", "begins at another time in each zone")]
    public void A_gate_that_cannot_be_meant_is_refused(string gate, string says) =>
        Assert.Contains(With($"  go: {gate}").Read().Problems, problem => problem.Says.Contains(says, StringComparison.Ordinal) && problem.Place.Line == 9);

    [Fact]
    public void After_needs_a_release() =>
        Assert.Contains("the document has no release", With("  one: { environment: staging }\n  two: { environment: live, after: one }", "").Error().Says, StringComparison.Ordinal);

    [Fact]
    public void Two_people_cannot_have_one_key()
    {
        var desk = Desk.With("muster: 1\nsystem: s\npeople: { a: { roles: x, key: a.pub }, b: { roles: x, key: b.pub } }\n");
        desk["a.pub"] = Desk.Pem(1);
        desk["b.pub"] = Desk.Pem(1);
        Assert.Contains("has the same key as \"a\"", desk.Error().Says, StringComparison.Ordinal);
        desk["b.pub"] = Desk.Pem(2);
        Assert.Equal(2, desk.Document().People.Select(person => person.KeyId).Distinct().Count());
    }

    [Theory]
    [InlineData("no key", "holds no public key")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "holds no public key")]
    public void A_key_file_must_hold_a_key(string pem, string says)
    {
        var desk = Desk.With("muster: 1\nsystem: s\npeople: { a: { roles: x, key: a.pub } }\n");
        Assert.Contains("There is no file \"a.pub\"", desk.Error().Says, StringComparison.Ordinal);
        desk["a.pub"] = pem;
        Assert.Contains(says, desk.Error().Says, StringComparison.Ordinal);
    }
}
