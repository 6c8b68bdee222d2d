using Muster.Readiness;

namespace Muster.Probes.Tests.Loopback;

public class LoopbackSiteTests
{
    [Fact]
    public async Task A_redirecting_site_keeps_the_path()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = request => new(200, request.Path + request.Query);
        await using var plain = LoopbackSite.RedirectTo(site.Address);

        var sight = await Probing.Look("http", ("target", plain.Address.AbsoluteUri), ("get", "/a/b?c=d"), ("follow", 1));

        Assert.Equal("/a/b?c=d", sight.Observation!["body"]);
        Assert.Equal(308, ((Value.Fields)((Value.Items)sight.Observation["redirects"]!).Are[0])["status"]);
    }

    [Fact]
    public async Task Routes_change_while_it_runs()
    {
        await using var site = LoopbackSite.Start();
        site.Route("/", _ => new(503));
        var before = await Probing.Look("http", ("target", site.Address.AbsoluteUri));
        site.Route("/", _ => new(200));
        var after = await Probing.Look("http", ("target", site.Address.AbsoluteUri));

        Assert.Equal((503, 200), (Status(before), Status(after)));
        Assert.Equal(2, site.Served);
    }

    [Fact]
    public async Task Nothing_listens_after_it_is_disposed()
    {
        var site = LoopbackSite.Start();
        var address = site.Address.AbsoluteUri;
        await site.DisposeAsync();

        Assert.Equal(Blind.Unreachable, (await Probing.Look("http", ("target", address))).Blind);
    }

    static double Status(Sight sight) => ((Value.Number)sight.Observation!["status"]!).Is;
}
