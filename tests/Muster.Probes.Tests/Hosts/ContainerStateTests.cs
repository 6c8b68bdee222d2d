using Muster.Readiness;

namespace Muster.Probes.Tests.Hosts;

public class ContainerStateTests
{
    static Task<Sight> Look(FakeEngine engine, params (string, Value)[] parameters) => Probing.Look("container.state", [("target", engine.Address), .. parameters]);

    [Fact]
    public async Task Containers_are_seen_by_name_and_by_service_over_a_port_and_over_a_local_socket()
    {
        await using var engine = FakeEngine.Start();
        engine.Run("shop", "gateway", published: "127.0.0.1:8080->80/tcp");
        engine.Run("shop", "ui", health: null, image: "registry.shop.test/ui:1.2", seconds: 30);
        engine.Run("other", "gateway", state: "exited", exit: 1);
        await using var relay = LocalRelay.To(engine.Port);

        foreach (var target in (string[])[engine.Address, $"unix://{relay.Path}"])
        {
            var sight = await Probing.Look("container.state", ("target", target), ("project", "shop"), ("containers", Value.Texts(["gateway", "shop-ui-1", "store"])));
            var seen = sight.Observation ?? throw new InvalidOperationException(sight.Detail);

            Assert.Equal(Value.Texts(["shop-gateway-1", "shop-ui-1"]), seen["names"]);
            Assert.Equal(Value.Texts(["store"]), seen["missing"]);
            Assert.Equal(Value.Items.Empty, seen["not_running"]);
            Assert.Equal(Value.Items.Empty, seen["unhealthy"]);
            Assert.Equal(Value.Texts(["shop-ui-1"]), seen["unpinned"]);
            Assert.Equal(Value.Texts(["gateway 127.0.0.1:8080->80/tcp"]), seen["published"]);
            Assert.InRange(seen.Number("up_for")!.Value, 29, 60);
            Assert.Equal((0d, false, "host-1", "27.0.1"), (seen.Number("restarts"), seen.Truth("clustered"), seen.Text("engine"), seen.Text("version")));
            var gateway = seen.Items("containers")[0];
            Assert.Equal(("gateway", "running", "healthy", true, "unless-stopped"), (gateway.Text("service"), gateway.Text("state"), gateway.Text("health"), gateway.Truth("pinned"), gateway.Text("restart_policy")));
            Assert.Equal(Value.Texts([FakeEngine.Pinned]), gateway.At("digests"));
            Assert.Null(seen.Items("containers")[1].Text("health"));
            Assert.Equal(3, sight.Population);
            Assert.Equal(sight.Before, sight.After);
        }
    }

    [Theory]
    [InlineData("exited", "healthy", "not_running")]
    [InlineData("restarting", "healthy", "not_running")]
    [InlineData("paused", "healthy", "not_running")]
    [InlineData("running", "unhealthy", "unhealthy")]
    [InlineData("running", "starting", "unhealthy")]
    public async Task A_container_that_is_not_well_is_named(string state, string health, string under)
    {
        await using var engine = FakeEngine.Start();
        engine.Run("shop", "gateway", state, health);

        Assert.Equal(Value.Texts(["shop-gateway-1"]), (await Look(engine)).Observation![under]);
    }

    [Fact]
    public async Task A_job_is_well_when_it_ended_with_0_and_restarts_are_counted()
    {
        await using var engine = FakeEngine.Start();
        engine.Run("shop", "migrations", state: "exited", health: null);
        engine.Run("shop", "seed", state: "exited", health: null, exit: 3);
        engine.Run("shop", "gateway", restarts: 7);

        var seen = (await Look(engine, ("jobs", Value.Texts(["migrations", "seed"])))).Observation!;

        Assert.Equal(Value.Texts(["shop-seed-1"]), seen["not_running"]);
        Assert.Equal((Value)7, seen["restarts"]);
        Assert.Equal(3, seen.Items("containers").Single(one => one.Text("service") == "seed").Number("exit_code"));
    }

    [Fact]
    public async Task An_engine_without_containers_is_no_proof()
    {
        await using var engine = FakeEngine.Start();

        Assert.Equal(0, (await Look(engine)).Population);
    }

    [Fact]
    public async Task What_is_no_engine_is_unproven()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => SiteResponse.Json(200, "{}");

        Probing.Blind(await Probing.Look("container.state", ("target", site.Address.AbsoluteUri)), Blind.Unreadable, "which engine it is");
        Probing.Blind(await Probing.Look("container.state", ("target", "unix:///nowhere/engine.sock")), Blind.Unreachable, "no such socket");
    }

    [Theory]
    [InlineData("app@sha256:0123")]
    [InlineData("app:1.2@sha512:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("registry:5000/app")]
    public async Task What_only_looks_pinned_is_not(string image)
    {
        await using var engine = FakeEngine.Start();
        engine.Run("shop", "gateway", image: image);

        Assert.Equal(Value.Texts(["shop-gateway-1"]), (await Look(engine)).Observation!["unpinned"]);
    }
}
