using Muster.Readiness;

namespace Muster.Probes.Tests.Health;

public class HealthProbeTests
{
    [Fact]
    public async Task The_pages_are_seen_side_by_side()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/live", _ => SiteResponse.Json(200, """{"status":"ok"}""")).Route("/ready", _ => SiteResponse.Json(503, """{"failures":["db"]}""")).Route("/all", _ => SiteResponse.Json(200, """{"db":"down"}"""));

        var sight = await Probing.Look("health", ("target", site.Address.AbsoluteUri), ("liveness", "/live"), ("readiness", "/ready"), ("detailed", "/all"));

        var seen = sight.Observation!;
        Assert.Equal(3, sight.Population);
        Assert.Equal(Value.List([200, 503, 200]), seen["statuses"]);
        Assert.Equal(503, ((Value.Fields)seen["readiness"]!)["status"]);
        Assert.Equal(Value.Of(("failures", Value.List(["db"]))), ((Value.Fields)seen["readiness"]!)["json"]);
        Assert.Equal(Value.Of(("db", "down")), ((Value.Fields)seen["detailed"]!)["json"]);
    }

    [Fact]
    public async Task Without_paths_the_usual_ones_are_asked()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = request => SiteResponse.Json(200, $$"""{"path":"{{request.Path}}"}""");

        var sight = await Probing.Look("health", ("target", site.Address.AbsoluteUri));

        Assert.Equal(2, sight.Population);
        Assert.Equal(Value.Of(("path", "/health/ready")), ((Value.Fields)sight.Observation!["readiness"]!)["json"]);
        Assert.Null(sight.Observation["detailed"]);
    }

    [Fact]
    public async Task An_html_page_that_says_200_is_unreadable()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "<html>status: ok</html>", "text/html");

        Probing.Blind(await Probing.Look("health", ("target", site.Address.AbsoluteUri)), Blind.Unreadable, "text/html");
        Assert.NotNull((await Probing.Look("health", ("target", site.Address.AbsoluteUri), ("json", false))).Observation);
        Probing.Blind(await Probing.Look("health", ("target", site.Address.AbsoluteUri), ("json", false), ("detailed", "/d")), Blind.Unreadable, "detailed");
    }

    [Fact]
    public async Task A_server_that_is_exchanged_between_two_pages_shows_in_its_identity()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => SiteResponse.Json(200, "{}").With("Server", site.Served == 0 ? "old" : "new");

        var sight = await Probing.Look("health", ("target", site.Address.AbsoluteUri));

        Assert.NotEqual(sight.Before, sight.After);
    }
}
