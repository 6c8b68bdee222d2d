using System.Text;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

public class K6ImportTests
{
    const string All = """
        {
          "scenarios": {
            "steady": { "executor": "constant-vus", "vus": 10, "duration": "1m30s", "startTime": "10s", "gracefulStop": "5s", "tags": { "kind": "read" }, "exec": "read", "env": { "SHOP_SECRET": "hunter2" } },
            "up": { "executor": "ramping-vus", "startVUs": 0, "stages": [ { "duration": "30s", "target": 20 }, { "duration": "0s", "target": 5 } ], "gracefulRampDown": "30s" },
            "open": { "executor": "constant-arrival-rate", "rate": 30, "timeUnit": "1m", "duration": "2m", "preAllocatedVUs": 5, "maxVUs": 50 },
            "wave": { "executor": "ramping-arrival-rate", "startRate": 5, "timeUnit": "500ms", "preAllocatedVUs": 7, "stages": [ { "duration": 1000, "target": 10 } ] },
            "some": { "executor": "shared-iterations", "vus": 3, "iterations": 100, "maxDuration": "5m" },
            "each of": { "executor": "per-vu-iterations", "vus": 3, "iterations": 7 }
          },
          "thresholds": { "http_req_duration": [ "p(95)<200", { "threshold": "p(99)<500", "abortOnFail": true, "delayAbortEval": "10s" } ], "http_req_failed": [ "rate<0.01" ] },
          "tags": { "team": "web", "name": "x" },
          "insecureSkipTLSVerify": true, "noConnectionReuse": true, "rps": 100, "discardResponseBodies": true, "userAgent": "shop-load/1", "maxRedirects": 4, "somethingNew": 3, "paused": false
        }
        """;

    static Imported Import(string json, string? url = "https://shop.internal/items") => LoadImport.K6(Value.Parse(Encoding.UTF8.GetBytes(json)), url);

    static LoadPlan Plan(Imported imported) => Forms.Plan(imported.Yaml);

    [Fact]
    public void Each_executor_becomes_its_model()
    {
        var models = Plan(Import(All)).Scenarios.ToDictionary(scenario => scenario.Name, scenario => scenario.Model);

        Assert.Equal(new LoadModel.ConstantUsers(10, TimeSpan.FromSeconds(90)), models["steady"]);
        var up = Assert.IsType<LoadModel.RampingUsers>(models["up"]);
        Assert.Equal((0, new Muster.Probes.Load.Stage(TimeSpan.FromSeconds(30), 20), new Muster.Probes.Load.Stage(TimeSpan.Zero, 5)), (up.From, up.Stages[0], up.Stages[1]));
        Assert.Equal(new LoadModel.ConstantRate(0.5, TimeSpan.FromMinutes(2)), models["open"]);
        var wave = Assert.IsType<LoadModel.RampingRate>(models["wave"]);
        Assert.Equal((10, new Muster.Probes.Load.Stage(TimeSpan.FromSeconds(1), 20)), (wave.From, wave.Stages[0]));
        Assert.Equal(new LoadModel.SharedIterations(3, 100, TimeSpan.FromMinutes(5)), models["some"]);
        Assert.Equal(new LoadModel.IterationsPerUser(3, 7, TimeSpan.FromMinutes(10)), models["each_of"]);
    }

    [Fact]
    public void The_rest_that_can_be_taken_is_taken()
    {
        var plan = Plan(Import(All));

        Assert.True(plan.Exact);
        Assert.Equal(Reuse.Never, plan.Wiring.Reuse);
        Assert.Equal(["http_req_duration", "http_req_failed"], plan.Thresholds.Select(threshold => threshold.Metric));
        var steady = plan.Scenarios.Single(scenario => scenario.Name == "steady");
        Assert.Equal((10d, 5d), (steady.Start.TotalSeconds, steady.GracefulStop.TotalSeconds));
        Assert.Equal([("kind", "read"), ("team", "web")], steady.Tags.Select(tag => (tag.Key, tag.Value)));
        Assert.Equal((50, 7), (plan.Scenarios.Single(scenario => scenario.Name == "open").MostUsers, plan.Scenarios.Single(scenario => scenario.Name == "wave").MostUsers));
        Assert.Equal(("/items", 4, "User-Agent"), (steady.Requests[0].Url.ToString(), steady.Requests[0].Redirects, steady.Requests[0].Headers[0].Name));
    }

    [Theory]
    [InlineData("exact: true")]
    [InlineData("insecureSkipTLSVerify")]
    [InlineData("rps")]
    [InlineData("discardResponseBodies")]
    [InlineData("somethingNew")]
    [InlineData("SHOP_SECRET")]
    [InlineData("calls the function read")]
    [InlineData("gracefulRampDown")]
    [InlineData("tags.name")]
    [InlineData("is called each_of here")]
    public void What_is_otherwise_or_left_out_is_said_in_the_notes_and_in_the_file(string said)
    {
        var imported = Import(All);

        Assert.Contains(imported.Notes, note => note.Contains(said, StringComparison.Ordinal));
        Assert.Contains(said, imported.Yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", imported.Yaml, StringComparison.Ordinal);
        Assert.DoesNotContain(imported.Notes, note => note.Contains("paused", StringComparison.Ordinal));
    }

    [Fact]
    public void Options_without_a_url_are_refused_until_they_are_filled_in()
    {
        var reading = Forms.Read(Import("""{"vus":3,"duration":"10s"}""", url: null).Yaml);

        Assert.Null(reading.Plan);
        Assert.Equal(["target", "scenarios.default.get"], reading.Problems.Select(problem => problem.Key));
    }

    [Theory]
    [InlineData("""{"vus":3,"duration":"10s"}""", "3 users for 10s")]
    [InlineData("""{"vus":3,"iterations":10}""", "3 users share 10 within 600s")]
    [InlineData("""{"vus":3,"iterations":10,"duration":"20s"}""", "3 users share 10 within 20s")]
    [InlineData("""{}""", "1 users share 1 within 600s")]
    [InlineData("""{"options":{"vus":3,"duration":"10s"}}""", "3 users for 10s")]
    public void A_shorthand_is_one_scenario(string options, string model) =>
        Assert.Equal(model, Assert.Single(Plan(Import(options)).Scenarios).Model switch
        {
            LoadModel.ConstantUsers users => $"{users.Users} users for {users.Duration.TotalSeconds}s",
            LoadModel.SharedIterations shared => $"{shared.Users} users share {shared.Iterations} within {shared.AtMost.TotalSeconds}s",
            var other => other.ToString(),
        });

    [Fact]
    public void Stages_alone_ramp_users() => Assert.IsType<LoadModel.RampingUsers>(Assert.Single(Plan(Import("""{"stages":[{"duration":"10s","target":5}]}""")).Scenarios).Model);

    [Theory]
    [InlineData("[]", "no JSON map")]
    [InlineData("""{"scenarios":[1]}""", "scenarios is no map")]
    [InlineData("""{"scenarios":{"a":{"executor":"constant"}}}""", "the executor \"constant\"")]
    [InlineData("""{"scenarios":{"a":{}}}""", "no executor")]
    [InlineData("""{"scenarios":{"a":{"executor":"externally-controlled"}}}""", "none of the scenarios")]
    [InlineData("""{"scenarios":{"a":{"executor":"constant-arrival-rate","rate":"x","duration":"1s"}}}""", "a rate is no number")]
    [InlineData("""{"scenarios":{"a":{"executor":"constant-vus","vus":1}}}""", "the duration is missing")]
    [InlineData("""{"stages":[{"target":5}]}""", "the duration of a stage is missing")]
    public void What_is_no_options_says_why(string options, string says) => Assert.Contains(says, Assert.Throws<FormatException>(() => Import(options)).Message, StringComparison.Ordinal);

    [Fact]
    public void Damaged_options_are_read_or_refused() => Fuzz.Damage([Encoding.UTF8.GetBytes(All)], bytes =>
    {
        Value value;
        try { value = Value.Parse(bytes); }
        catch (Exception none) when (none is System.Text.Json.JsonException or InvalidOperationException) { return; } // not JSON at all
        try { Assert.NotNull(LoadForm.Parse(Encoding.UTF8.GetBytes(LoadImport.K6(value).Yaml), "load.yaml").Form); }
        catch (FormatException) { } // refused, in words
    }, share: 4);
}
