using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>What a check asks, and what it leaves alone.</summary>
public sealed class CheckTests : IAsyncLifetime
{
    readonly LoopbackSite _site = LoopbackSite.Start();
    readonly HashSet<string> _broken = ["/b"];
    Launch _launch = null!;

    public async ValueTask InitializeAsync()
    {
        _site.Otherwise = request => new(_broken.Contains(request.Path) ? 500 : 200, "said");
        _launch = await Launch.Of(new()
        {
            Targets = $"targets: {{ site: \"http://127.0.0.1:{_site.Port}\" }}",
            Controls = """
                  web.a: { title: A answers, check: { http: site, get: /a } }
                  web.b: { title: B answers, check: { http: site, get: /b } }
                """,
        });
    }

    async Task<long> Asked(params string[] more)
    {
        var before = _site.Served;
        await _launch.Run(["check", .. more]);
        return _site.Served - before;
    }

    [Fact]
    public async Task Only_what_is_not_met_is_due_and_again_asks_everything()
    {
        Assert.Equal(2, await Asked());
        Assert.Equal(1, await Asked());
        Assert.Equal(2, await Asked("--again"));
        _broken.Clear();
        Assert.Equal(1, await Asked("--only-failed"));
        Assert.Equal(0, await Asked());
        Assert.Equal(2, await Asked("--again", "--jobs", "1"));
    }

    [Fact]
    public async Task Nothing_due_is_said_and_the_verdict_is_given_all_the_same()
    {
        _broken.Clear();
        await _launch.Done("check");
        var nothing = await _launch.Run("check");
        var failed = await _launch.Run("check", "--only-failed");

        Assert.Equal((0, 0), (nothing.Exit, failed.Exit));
        Assert.Contains("Nothing is due (--again asks anew).", nothing.Talk, StringComparison.Ordinal);
        Assert.Contains("Nothing has failed", failed.Talk, StringComparison.Ordinal);
        Assert.Contains("GO", nothing.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Controls_are_chosen_by_id_or_prefix_and_the_verdict_is_of_the_whole_gate()
    {
        Assert.Equal(1, await Asked("web.a"));
        Assert.Equal(2, await Asked("web.*", "--again"));
        var decided = await _launch.Run("check", "a.fact", "-f", "json");

        Assert.Equal(ExitCode.NoGo, decided.Exit); // web.b failed before
        Assert.Equal(3, ((Value.Items)decided.Json["controls"]!).Are.Length);
    }

    [Fact]
    public async Task Plan_lint_and_kinds_contact_nothing_and_plan_names_what_would_be()
    {
        var plan = await _launch.Done("plan");
        await _launch.Done("lint");
        await _launch.Done("kinds", "http");

        Assert.Equal(0, _site.Served);
        Assert.Contains($"http://127.0.0.1:{_site.Port}", plan.Data, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_launch.Folder.PathOf(".muster/ledger")));
    }

    [Fact]
    public async Task A_clock_behind_the_ledger_gives_no_verdict()
    {
        await _launch.Run("check");
        var ran = await InProcess.Run(_launch.Folder.Folder, host => host with { Clock = new Behind() }, "gate");
        Assert.Equal(ExitCode.NotVerified, ran.Exit);
        Assert.Contains("no verdict", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_shows_expected_beside_observed_the_rule_the_evidence_and_the_fix()
    {
        await _launch.Run("check");
        var why = await _launch.Run("why", "web.b");

        Assert.Equal(ExitCode.NoGo, why.Exit);
        Assert.All(["expected", "between 200 and 299", "observed", "500", "rule line 3", "sha256:", "get: /b"], says => Assert.Contains(says, why.Data, StringComparison.Ordinal));
        _launch.Change("value: true", "value: false"); // judged anew without being asked anew
        Assert.Contains("Make it so", (await _launch.Run("why", "a.fact")).Data, StringComparison.Ordinal);
    }

    sealed class Behind : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(-1);
    }

    public async ValueTask DisposeAsync()
    {
        _launch.Dispose();
        await _site.DisposeAsync();
    }
}
