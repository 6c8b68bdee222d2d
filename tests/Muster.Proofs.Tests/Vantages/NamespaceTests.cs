using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Probes;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>One promise looked at from two sides of a wall, through the whole command: met from the one, failed from the other, and nobody's word where nobody can look.</summary>
public sealed class NamespaceTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wall_is_met_from_the_side_that_it_stands_against_and_failed_from_the_other()
    {
        await using var own = await OwnNamespace.Make(Cancel);
        if (own.WhyNot is { } why) Assert.Skip(why);
        var within = await own.Web(Cancel);
        await using var here = LoopbackSite.Start();
        using var scratch = new Scratch();
        var wall = $"exposure.reachability: {{ open: [ \"127.0.0.1:{within}\" ], closed: [ \"127.0.0.1:{here.Port}\" ] }}";
        scratch.Write("muster.yaml", $$"""
            muster: 1
            system: walls
            environments: { here: {} }
            targets: { page: "http://127.0.0.1:{{within}}/" }
            vantages: { zone: "{{own.Vantage}}", gone: "netns:{{own.Name}}-gone" }
            controls:
              zone.wall: { title: The zone is walled, from: zone, check: { {{wall}} } }
              zone.page: { title: The page is served in the zone, from: zone, check: { http: page, expect: { body: within } } }
              zone.file: { title: A file is no matter of zones, from: zone, check: { file: muster.yaml, expect: { exists: true } } }
              here.wall: { title: This side is walled, check: { {{wall}} } }
              here.page: { title: The page is served here, check: { http: page, expect: { body: within } } }
              gone.wall: { title: Nobody is there, from: gone, check: { {{wall}} } }
            gates: { go: { environment: here } }
            """);

        var ran = await InProcess.Run(scratch.Folder, "check", "--format", "json");

        var states = ((Value.Items)ran.Json["controls"]!).Are.Cast<Value.Fields>().ToDictionary(control => ((Value.Text)control["id"]!).Is, control => control);
        Assert.Equal(ExitCode.NoGo, ran.Exit);
        Assert.Equal(["Met", "Met", "Unproven", "Failed", "Unproven", "Unproven"],
            ((string[])["zone.wall", "zone.page", "zone.file", "here.wall", "here.page", "gone.wall"]).Select(id => ((Value.Text)states[id]["state"]!).Is));
        Assert.Contains($"ip netns add {own.Name}-gone", states["gone.wall"].ToString(), StringComparison.Ordinal);
        Assert.Contains("ask it from here", states["zone.file"].ToString(), StringComparison.Ordinal);
    }
}
