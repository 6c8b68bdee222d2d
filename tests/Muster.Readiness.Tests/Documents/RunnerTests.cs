namespace Muster.Readiness.Tests;

public class RunnerTests
{
    static Desk With(string runners, string people = "{}") => Desk.With(
        $$"""
        muster: 1
        system: shop
        environments: { live: }
        people: {{people}}
        runners: {{runners}}
        """);

    static Desk Keyed(Desk desk)
    {
        desk["keys/ci.pub"] = Desk.Pem(1);
        desk["keys/mia.pub"] = Desk.Pem(2);
        return desk;
    }

    [Fact]
    public void A_runner_is_a_name_and_a_key()
    {
        var runner = Assert.Single(Keyed(With("{ ci: keys/ci.pub }")).Document().Runners!.Value);

        Assert.Equal("ci", runner.Name);
        Assert.Equal(64, runner.KeyId.Length);
    }

    [Theory]
    [InlineData("{ ci: keys/nobody.pub }", "{}", "There is no file \"keys/nobody.pub\"")]
    [InlineData("{ ci: keys/ci.pub, gate: keys/ci.pub }", "{}", "has the same key as \"ci\"")]
    [InlineData("{ ci: keys/mia.pub }", "{ mia: { roles: [ lead ], key: keys/mia.pub } }", "This is the key of \"mia\"")]
    [InlineData("{ }", "{}", "No runner is named")]
    [InlineData("{ ci: { key: keys/ci.pub } }", "{}", "text was expected")]
    public void What_is_no_runner_is_said(string runners, string people, string says) => Assert.Contains(says, Keyed(With(runners, people)).Rendered(), StringComparison.Ordinal);
}
