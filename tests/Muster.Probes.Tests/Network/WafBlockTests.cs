using System.Collections.Concurrent;
using System.Globalization;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Network;

/// <summary>A real nginx with ModSecurity and the core rules, before an origin that writes down what comes.</summary>
public sealed class WafBlockTests : IAsyncLifetime
{
    readonly ConcurrentQueue<string> _log = new();
    LoopbackSite _origin = null!;
    Firewall _edge = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _origin = LoopbackSite.Start();
        _origin.Otherwise = request =>
        {
            _log.Enqueue(request.Query);
            return new(200, "well");
        };
        _origin.Route("/log", _ => SiteResponse.Json(200, Value.Texts(_log).ToString()));
        _edge = await Firewall.Start(_origin.Port, "On", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _edge.DisposeAsync();
        await _origin.DisposeAsync();
    }

    Task<Sight> Look(params (string Name, Value Value)[] more)
    {
        (string Name, Value Value)[] usual = [("target", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_edge.Port}/")), ("path", "/search"), ("sink", Value.Of(("address", _origin.Address.AbsoluteUri))), ("ask", "/log"), ("wait", 1)];
        return Probing.Look("waf.block", [.. more, .. usual.ExceptBy(more.Select(one => one.Name), one => one.Name)]);
    }

    static Value.Fields Seen(Sight sight) => sight.Observation ?? throw new InvalidOperationException(sight.Detail);

    [Fact]
    public async Task A_firewall_that_enforces_blocks_every_attack_and_lets_the_rest_pass_and_one_that_only_detects_does_not()
    {
        var sight = await Look(("origin", Value.Of(("address", _origin.Address.AbsoluteUri))));
        var well = Seen(sight);
        Assert.True(Value.True.Equals(well["complete"]), well.ToString());
        Assert.Equal((WafAttacks.Bad.Length, Value.False), ((int)sight.Population, well["origin_blocks"]));
        Assert.Equal(sight.Before, sight.After);

        await _edge.Set("DetectionOnly", Cancel);
        var detecting = Seen(await Look());
        Assert.Equal((Value.False, (Value)WafAttacks.Bad.Length, (Value)WafAttacks.Bad.Length, (Value)0), (detecting["complete"], detecting["not_blocked_count"], detecting["arrived_count"], detecting["wrongly_blocked_count"]));

        // Rules that are loaded, and one family taken out.
        await _edge.Set("On", Cancel, "SecRuleRemoveById 941000-941999");
        var without = Seen(await Look());
        Assert.Equal(Value.False, without["complete"]);
        Assert.All(((Value.Items)without["arrived"]!).Are, name => Assert.Contains("script", name.ToString(), StringComparison.Ordinal));

        await _edge.Set("On", Cancel, "SecRule REQUEST_METHOD \"@rx .\" \"id:1,phase:1,deny,status:403\"");
        var all = Seen(await Look());
        Assert.Equal((Value.False, (Value)0), (all["complete"], all["not_blocked_count"]));
        Assert.Equal(all["harmless"], all["wrongly_blocked_count"]);
    }

    [Fact]
    public async Task A_403_by_the_application_came_too_late()
    {
        await using var app = LoopbackSite.Start();
        var log = new ConcurrentQueue<string>();
        app.Route("/log", _ => SiteResponse.Json(200, Value.Texts(log).ToString()));
        app.Otherwise = request =>
        {
            log.Enqueue(request.Query);
            var said = Uri.UnescapeDataString(request.Query + request.Body) + request.Headers.GetValueOrDefault("user-agent");
            return new(Array.Exists(WafAttacks.Bad, text => said.Contains(text.Text, StringComparison.Ordinal)) ? 403 : 200);
        };

        var seen = Seen(await Probing.Look("waf.block", ("target", app.Address.AbsoluteUri), ("sink", Value.Of(("address", app.Address.AbsoluteUri))), ("ask", "/log"), ("wait", 1)));

        Assert.Equal((Value.False, (Value)0, (Value)WafAttacks.Bad.Length), (seen["complete"], seen["not_blocked_count"], seen["arrived_count"]));
    }

    [Fact]
    public async Task A_sink_that_shows_nothing_of_what_passes_shows_nothing_of_what_does_not()
    {
        await using var blind = LoopbackSite.Start();
        blind.Route("/log", _ => SiteResponse.Json(200, "[]"));

        Probing.Blind(await Look(("sink", Value.Of(("address", blind.Address.AbsoluteUri)))), Blind.NotCapable, "shows nothing");
        Probing.Blind(await Look(("target", $"http://127.0.0.1:{LoopbackListener.ClosedPort()}/")), Blind.Unreachable, "answers nothing");
    }
}
