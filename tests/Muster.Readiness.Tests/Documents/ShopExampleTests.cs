namespace Muster.Readiness.Tests;

public class ShopExampleTests
{
    static readonly Document Shop = ShopExample.Desk().Document();

    static Part Part(string control, string name = "") => Shop.Control(control)!.Cells[0].Parts.Single(part => part.Name == name);

    static string Expected(string control, string part = "", int step = 0) => string.Join("; ", Part(control, part).Steps[step].Expect.Fields.Select(Words.Of));

    [Fact]
    public void The_whole_example_reads_with_one_warning()
    {
        var problem = Assert.Single(ShopExample.Desk().Read().Problems);
        Assert.Equal(Gravity.Warning, problem.Gravity);
        Assert.Equal("controls.mesh.deferred.review", problem.Key);
    }

    [Fact]
    public void It_survives_being_written_down() => Assert.Equal(Shop.Digest, Statements.Read<Document>(Statements.ToBytes(Shop)).Digest);

    [Fact]
    public void People_have_roles_and_the_digest_of_their_key()
    {
        Assert.Equal(["jon", "mia"], Shop.People.Select(person => person.Name));
        Assert.Equal(["devops-lead", "on-call"], Shop.People[0].Roles);
        Assert.Matches("^[0-9a-f]{64}$", Shop.People[1].KeyId);
    }

    [Fact]
    public void The_release_says_where_its_digests_are_and_how_a_running_one_is_asked()
    {
        Assert.Equal("dist/release.json", Shop.Release!.Manifest);
        Assert.Equal(new("api", "/version", "/digest"), Shop.Release.Running);
    }

    [Fact]
    public void Environments_targets_and_vantages_are_as_written()
    {
        Assert.Equal([Hazard.Active, Hazard.Destructive], Shop.Environment("staging")!.Consent);
        Assert.Equal("""{"host":"shop.test","regions":["eu","us"]}""", Shop.Environment("production")!.Values.ToString());
        Assert.Equal(["api", "bus", "cache", "db", "prom"], Shop.Targets.Select(target => target.Name));
        Assert.Contains("$(env:RELAY_PASSWORD)", Shop.Targets[1].Definition.ToString(), StringComparison.Ordinal);
        Assert.Equal([new Vantage("outside", "agent:home")], Shop.Vantages);
    }

    [Fact]
    public void A_control_has_its_words_and_the_defaults_it_does_not_say()
    {
        var edge = Shop.Control("edge.certificate")!;
        Assert.Equal("devops", edge.Owner);
        Assert.Equal(new(TimeSpan.FromHours(1), TimeSpan.FromHours(2)), edge.Estimate);
        Assert.Equal(["GR-44"], edge.Proves);
        Assert.Equal("outside", Part("edge.certificate").From);
        Assert.Equal(TimeSpan.FromHours(24), Part("edge.certificate").Fresh);
        Assert.Equal("lifetime_left at least 33%; trusted true; versions only TLS1.2, TLS1.3", Expected("edge.certificate"));
        Assert.Equal("""{"target":"api"}""", Part("edge.certificate").Steps[0].Parameters.ToString());
    }

    [Fact]
    public void Named_parts_have_what_they_say_themselves()
    {
        Assert.Equal(["others may not", "relay may"], Shop.Control("notifications.private")!.Cells[0].Parts.Select(part => part.Name));
        Assert.Equal("allowed false; reason NOPERM", Expected("notifications.private", "others may not"));
        var restored = Part("db.backup", "restored");
        Assert.Equal(("staging", TimeSpan.FromDays(31), Binds.Environment), (restored.In, restored.Fresh, restored.Binds));
        Assert.Equal("rto at most 4h", Expected("db.backup", "restored"));
    }

    [Fact]
    public void Each_makes_cells_with_stable_names()
    {
        var cells = Shop.Control("health.outage")!.Cells;
        Assert.Equal(["[dep=postgres,fault=stop]", "[dep=postgres,fault=hang]", "[dep=redis,fault=stop]", "[dep=redis,fault=hang]"], cells.Select(cell => cell.Name));
        var step = cells[3].Parts[0].Steps[0];
        Assert.Equal("""{"dependency":"redis","fault":"hang","target":"api"}""", step.Parameters.ToString());
        Assert.Equal("readiness { failures exactly redis, status 503 }", Words.Of(Assert.Single(step.Expect.Fields)));
    }

    [Fact]
    public void Evidence_about_the_release_may_refer_to_a_sibling()
    {
        Assert.True(Shop.Control("release.coherent")!.AboutRelease);
        Assert.Equal("value exactly $(manifest.value)", Expected("release.coherent", "values"));
        Assert.Equal("value count at least 1", Expected("release.coherent", "manifest"));
    }

    [Fact]
    public void Steps_are_one_question_in_order()
    {
        var steps = Part("write.lands").Steps;
        Assert.Equal(["write", "read", "clean"], steps.Select(step => step.Name));
        Assert.Equal(TimeSpan.FromSeconds(5), steps[1].Within);
        Assert.True(steps[2].Always);
        Assert.Equal("/items/$(write.json.id)", ((Value.Text)steps[2].Parameters["delete"]!).Is);
        Assert.Equal("rows count 1", Expected("write.lands", step: 1));
        Assert.Equal("status 201", Expected("write.lands"));
        Assert.Equal(["status between 200 and 299"], steps[0].Loosens);
    }

    [Fact]
    public void A_deferral_has_its_trigger()
    {
        var deferred = Shop.Control("mesh")!.Deferred!;
        Assert.Equal("architect", deferred.ApprovedBy);
        Assert.Equal("value not over 5", Words.Of(Assert.Single(deferred.Until!.Steps[0].Expect.Fields)));
        Assert.Equal(DateTimeOffset.UnixEpoch, deferred.Review);
    }

    [Fact]
    public void A_gate_has_its_controls_by_id_and_its_bounds()
    {
        var gate = Shop.Gate("go-live")!;
        Assert.Equal(Shop.Controls.Select(control => control.Id), gate.Controls);
        Assert.Equal(("rehearsal", TimeSpan.FromHours(24), true), (gate.After, gate.Soak, gate.NeverOverride));
        Assert.Equal([new("architect", 1), new RoleCount("devops-lead", 1)], gate.Sign);
        Assert.Equal(["architect"], gate.Waivers.Approve);
        Assert.Equal(["compensating_control"], gate.Waivers.Need);
        Assert.Equal(["Data", "Edge", "Service", "Web edge"], gate.Criteria.Select(criterion => criterion.Name));
        Assert.Equal(["web-edge.answers"], gate.Criteria[3].Controls);
        Assert.Equal("devops", gate.Owner);
    }
}
