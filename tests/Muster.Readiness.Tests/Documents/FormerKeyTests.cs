namespace Muster.Readiness.Tests;

public class FormerKeyTests
{
    static Desk With(string people, string more = "") => Keyed(Desk.With(
        $$"""
        muster: 1
        system: shop
        environments: { live: }
        people: {{people}}
        {{more}}
        """));

    static Desk Keyed(Desk desk)
    {
        desk["keys/mia.pub"] = Desk.Pem(1);
        desk["keys/mia-2025.pub"] = Desk.Pem(2);
        desk["keys/jon.pub"] = Desk.Pem(3);
        return desk;
    }

    [Fact]
    public void A_former_key_has_a_file_and_an_end()
    {
        var mia = Assert.Single(With("{ mia: { roles: [ architect ], key: keys/mia.pub, former: [ { key: keys/mia-2025.pub, until: 2026-01-10 } ] } }").Document().People);

        var former = Assert.Single(mia.Former!.Value);
        Assert.Equal(new DateTimeOffset(2026, 1, 10, 0, 0, 0, TimeSpan.Zero), former.Until);
        Assert.NotEqual(mia.KeyId, former.KeyId);
    }

    [Fact]
    public void Their_order_is_no_part_of_the_document()
    {
        Assert.Equal(
            With("{ mia: { roles: [ architect ], former: [ { key: keys/mia-2025.pub, until: 2026-01-10 }, { key: keys/mia.pub, until: 2026-02-10 } ] } }").Document().Digest,
            With("{ mia: { roles: [ architect ], former: [ { key: keys/mia.pub, until: 2026-02-10 }, { key: keys/mia-2025.pub, until: 2026-01-10 } ] } }").Document().Digest);
    }

    [Theory]
    [InlineData("{ mia: { roles: [ a ], key: keys/mia.pub, former: { key: keys/mia.pub, until: 2026-01-10 } } }", "the key that the person has now")]
    [InlineData("{ mia: { roles: [ a ], former: [ { key: keys/mia.pub, until: 2026-01-10 }, { key: keys/mia.pub, until: 2026-01-11 } ] } }", "This key stands twice")]
    [InlineData("{ mia: { roles: [ a ], former: { key: keys/mia.pub } } }", "\"until\" is missing")]
    [InlineData("{ mia: { roles: [ a ], former: { until: 2026-01-10 } } }", "\"key\" is missing")]
    [InlineData("{ mia: { roles: [ a ], former: { key: keys/mia.pub, until: soon } } }", "neither a date nor an instant")]
    [InlineData("{ mia: { roles: [ a ], former: { key: keys/mia.pub, until: 2026-01-10, why: lost } } }", "There is no key \"why\" in a former key")]
    [InlineData("{ jon: { roles: [ a ], key: keys/jon.pub }, mia: { roles: [ a ], former: { key: keys/jon.pub, until: 2026-01-10 } } }", "\"mia\" has the same key as \"jon\"")]
    [InlineData("{ jon: { roles: [ a ], former: { key: keys/jon.pub, until: 2026-01-10 } }, mia: { roles: [ a ], key: keys/jon.pub } }", "\"mia\" has the same key as \"jon\"")]
    public void What_is_no_former_key_is_said(string people, string says) => Assert.Contains(says, With(people).Rendered(), StringComparison.Ordinal);

    [Fact]
    public void A_runner_has_nobodys_former_key() =>
        Assert.Contains("This is the key of \"mia\"", With("{ mia: { roles: [ a ], former: { key: keys/mia.pub, until: 2026-01-10 } } }", "runners: { ci: keys/mia.pub }").Rendered(), StringComparison.Ordinal);
}
