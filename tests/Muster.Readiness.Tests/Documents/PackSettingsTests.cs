namespace Muster.Readiness.Tests;

public class PackSettingsTests
{
    const string Pack = """
        pack: edge@1
        title: Edge
        needs: { site: url }
        settings:
          left: { is: at least 33%, says: The least part of its life that a certificate has left. }
          versions: { is: [ TLS1.2, TLS1.3 ], says: What may be spoken. }
          name: { says: The name in the certificate. }
        controls:
          edge.tls:
            title: The certificate of $(name) is good
            check: { tls.endpoint: site, expect: { lifetime_left: $(left), versions: { only: $(versions) } } }
        """;

    static Desk With(string with)
    {
        var desk = Desk.With($"muster: 1\nsystem: s\ntargets: {{ site: 'https://shop.test' }}\ninclude: {{ pack: edge@1, with: {{ {with} }} }}\n");
        desk.Packs["edge@1"] = System.Text.Encoding.UTF8.GetBytes(Pack);
        return desk;
    }

    static Digest Expected(string with) => With(with).Document().Digest;

    [Fact]
    public void A_setting_is_what_the_document_says_else_what_the_pack_says()
    {
        Assert.NotEqual(Expected("name: shop"), Expected("name: shop, left: at least 10%"));
        Assert.Equal(Expected("name: shop"), Expected("name: shop, left: at least 33%, versions: [ TLS1.2, TLS1.3 ]"));
        Assert.NotEqual(Expected("name: shop"), Expected("name: shop, versions: [ TLS1.3 ]"));
    }

    [Fact]
    public void It_is_filled_in_within_a_text_too() => Assert.Equal("The certificate of shop is good", With("name: shop").Document().Controls.Single().Title);

    [Fact]
    public void One_that_has_no_value_must_be_said() => Assert.Contains("needs a value for \"name\"", With("left: at least 10%").Error().Says, StringComparison.Ordinal);

    [Fact]
    public void One_that_the_pack_does_not_have_is_a_mistake_with_what_was_meant()
    {
        var error = With("name: shop, lefd: at least 10%").Error();

        Assert.Contains("no target or setting \"lefd\"", error.Says, StringComparison.Ordinal);
        Assert.Contains("left", error.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_does_not_get_in_by_a_setting() => Assert.All(With("name: '$(env:KEY)'").Read().Problems, problem => Assert.Equal("A secret stands outside of targets.", problem.Says));

    [Fact]
    public void A_value_that_does_not_fit_is_told_as_if_it_stood_there() => Assert.NotEmpty(With("name: shop, left: at least soon").Read().Problems);
}
