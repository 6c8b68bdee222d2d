using System.Collections.Immutable;
using Muster.Readiness.Tests.Verdicts;

namespace Muster.Readiness.Tests.Evidence;

public class AsksTests
{
    static readonly Document Shop = Given.Document() with
    {
        Targets =
        [
            new Target("api", "https://$(host)") { In = ImmutableSortedDictionary<string, Value>.Empty.Add("staging", "http://$(host):8080") },
            new Target("db", "$(env:SHOP_DSN)"),
            new Target("bus", Value.Of(("redis", "redis://$(host)"), ("password", "$(env:BUS_PASSWORD)"))),
        ],
    };

    static Value.Fields Parameters(Value.Fields parameters, string environment = "production", string kind = "http") =>
        Of(parameters, environment, kind).Question.Steps[0].Parameters;

    static PartQuestion Of(Value.Fields parameters, string environment = "production", string kind = "http", Part? part = null)
    {
        part ??= new Part { Steps = [new Step { Kind = kind, Parameters = parameters, Expect = Expectation.None }] };
        var control = Given.Control("c", part);
        return Assert.Single(Asks.Of(Shop with { Controls = [control] }, control, environment));
    }

    [Fact]
    public void A_targets_name_becomes_its_definition_in_that_environment()
    {
        Assert.Equal(Value.Of(("address", "https://shop.test"), ("name", "api")), Parameters(Value.Of(("target", "api")))["target"]);
        Assert.Equal(Value.Of(("address", "http://staging.shop.test:8080"), ("name", "api")), Parameters(Value.Of(("target", "api")), "staging")["target"]);
    }

    [Fact]
    public void A_map_stays_a_map_and_gets_its_name() =>
        Assert.Equal(Value.Of(("redis", "redis://shop.test"), ("password", "$(env:BUS_PASSWORD)"), ("name", "bus")), Parameters(Value.Of(("target", "bus")))["target"]);

    [Fact]
    public void A_secret_stays_a_reference() => Assert.Equal("$(env:SHOP_DSN)", ((Value.Fields)Parameters(Value.Of(("target", "db")))["target"]!)["address"]);

    [Fact]
    public void A_literal_stays_a_literal() => Assert.Equal(Value.Of(("address", "https://elsewhere.test")), Parameters(Value.Of(("target", "https://elsewhere.test")))["target"]);

    [Fact]
    public void A_literal_map_stays_as_it_is() => Assert.Equal(Value.Of(("host", "shop.test")), Parameters(Value.Of(("target", Value.Of(("host", "$(host)")))))["target"]);

    [Fact]
    public void Values_are_filled_and_what_only_a_run_knows_is_left() =>
        Assert.Equal(Value.Of(("a", "x.shop.test"), ("b", "$(nonce)"), ("c", "$(write.json.id)")), Parameters(Value.Of(("a", "x.$(host)"), ("b", "$(nonce)"), ("c", "$(write.json.id)"))));

    [Fact]
    public void The_judges_own_kinds_keep_their_selectors() => Assert.Equal("api", Parameters(Value.Of(("target", "api")), kind: "states")["target"]);

    [Fact]
    public void The_vantage_is_here_unless_it_says_otherwise()
    {
        var part = new Part { Steps = [new Step { Kind = "http", Parameters = Value.Fields.Empty, Expect = Expectation.None }] };

        Assert.Equal("here", Of(Value.Fields.Empty, part: part).Question.Vantage);
        Assert.Equal("outside", Of(Value.Fields.Empty, part: part with { From = "outside" }).Question.Vantage);
    }

    [Theory]
    [InlineData("netns:edge")]
    [InlineData("agent:home")]
    [InlineData("here")]
    public void A_vantage_is_asked_by_where_it_is_so_that_another_place_is_another_question(string where)
    {
        var asked = Asked(where);

        Assert.Equal(where, asked.Vantage);
        Assert.NotEqual(Asked("netns:elsewhere").Digest, asked.Digest);

        static Question Asked(string where)
        {
            var document = Desk.Controls("  edge: { from: outside, check: { http: api } }", $"vantages: {{ outside: \"{where}\" }}").Document();
            return Asks.Of(document, document.Controls[0], "here")[0].Question;
        }
    }

    [Fact]
    public void A_part_that_says_where_it_is_asked_is_asked_there_with_that_environments_values()
    {
        var part = new Part { In = "staging", Steps = [new Step { Kind = "http", Parameters = Value.Of(("target", "api")), Expect = Expectation.None }] };
        var asked = Of(Value.Fields.Empty, part: part);

        Assert.Equal("staging", asked.Environment);
        Assert.Contains("staging.shop.test", asked.Question.Steps[0].Parameters.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evidence_is_named_by_control_part_and_cell()
    {
        var control = new Control { Id = "outage", Cells = [new("[dep=db]", [Given.Part("named"), Given.Part()])] };

        Assert.Equal(["outage/named[dep=db]", "outage[dep=db]"], Asks.Of(Shop, control, "production").Select(asked => asked.Name));
    }

    [Fact]
    public void Expectations_are_no_part_of_the_question_and_everything_else_is()
    {
        var part = Given.Part();
        Digest Of(Part part) => AsksTests.Of(Value.Fields.Empty, part: part).Question.Digest;
        Part With(Func<Step, Step> edit) => part with { Steps = [edit(part.Steps[0])] };

        Assert.Equal(Of(part), Of(With(step => step with { Expect = Expectation.None })));
        Assert.NotEqual(Of(part), Of(part with { From = "outside" }));
        Assert.NotEqual(Of(part), Of(With(step => step with { Kind = "tcp" })));
        Assert.NotEqual(Of(part), Of(With(step => step with { Parameters = Value.Of(("target", "/other")) })));
        Assert.NotEqual(Of(part), Of(With(step => step with { Deadline = TimeSpan.FromSeconds(3) })));
        Assert.NotEqual(Of(part), Of(With(step => step with { Within = TimeSpan.FromSeconds(3) })));
        Assert.NotEqual(Of(part), Of(With(step => step with { Always = true })));
    }

    [Fact]
    public void A_copy_of_a_document_works_out_its_own_digest()
    {
        var document = Given.Document(Given.Control("a"));
        _ = (document.Digest, document.Control("a"), document.Controls[0].Digest);
        var edited = document with { Controls = [document.Controls[0] with { Title = "edited" }] };

        Assert.NotEqual(document.Digest, edited.Digest);
        Assert.NotEqual(document.Controls[0].Digest, edited.Controls[0].Digest);
        Assert.Equal("edited", edited.Control("a")!.Title);
        Assert.Equal(document.Digest, (edited with { Controls = document.Controls }).Digest);
    }

    [Fact]
    public void An_edited_control_of_the_same_name_asks_its_own_question()
    {
        var control = Given.Control("c");
        var document = Shop with { Controls = [control] };
        var asked = Asks.Of(document, control, "production")[0].Question.Digest;

        Assert.NotEqual(asked, Asks.Of(document, control.Each(_ => Given.Part(target: "/other")), "production")[0].Question.Digest);
        Assert.NotEqual(asked, Asks.Of(document, control, "staging")[0].Question.Digest);
        Assert.Equal(asked, Asks.Of(document, control, "production")[0].Question.Digest);
    }
}
