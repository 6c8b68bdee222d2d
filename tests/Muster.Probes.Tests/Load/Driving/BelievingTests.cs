using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Probes.Tests.Load;

/// <summary>Clocks that jump, and the target's own memory: whole runs against real sockets.</summary>
public class BelievingTests
{
    /// <summary>The monotonic clock is the real one; the other is set forward in mid-run.</summary>
    sealed class Jumping(Func<bool> jumped, TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + (jumped() ? by : TimeSpan.Zero);
    }

    static LoadPlan Plan(LoopbackSite site, TimeSpan lasts) => new()
    {
        Target = site.Address,
        Scenarios = [new() { Name = "load", Model = new LoadModel.ConstantRate(100, lasts), Requests = [new() { Name = "one", Url = Template.Of(Encoding.UTF8.GetBytes("/")) }] }],
    };

    static async Task<LoadResult> Run(LoadPlan plan, TimeProvider? clock = null, Action<LoadProgress>? progress = null)
    {
        var outcome = await LoadRun.Run(plan, new RunnerOptions { Release = Digest.Of("test"u8), Clock = clock ?? TimeProvider.System }, new() { Progress = progress }, TestContext.Current.CancellationToken);
        return Assert.IsType<LoadOutcome.Ran>(outcome).Result;
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(2)]
    public async Task A_wall_clock_that_does_not_fit_the_plan_refuses_the_run(int seconds)
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "up");
        var jumped = false;

        var result = await Run(Plan(site, TimeSpan.FromSeconds(1)), new Jumping(() => jumped, TimeSpan.FromSeconds(seconds)), _ => jumped = true);

        Assert.True(result.Unfit);
        Assert.Equal(ThresholdState.Unproven, result.State);
        Assert.Contains(result.Doubts, doubt => doubt.StartsWith($"this machine's clock jumped by {seconds.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_targets_memory_is_read_from_its_metrics_page_and_shown()
    {
        await using var site = LoopbackSite.Start();
        var asked = 0;
        site.Route("/", _ => new(200, "up")).Route("/metrics", _ =>
            new(200, string.Create(CultureInfo.InvariantCulture, $"# HELP resident_memory_bytes What it holds.\nresident_memory_bytes_total 1\nresident_memory_bytes{{pool=\"all\"}} {1e8 + 1e6 * Interlocked.Increment(ref asked)}\n")));

        var result = await Run(Plan(site, TimeSpan.FromSeconds(5)) with { Memory = new MemorySource.Page("/metrics", "resident_memory_bytes") });

        Assert.Contains(result.Windows, window => window.Memory >= 1.01e8);
        Assert.True(result.Drift!.Memory!.PerHour > 0);
        Assert.Contains("memory", LoadHtml.Render(result), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(500, result.All.Requests);
    }

    [Fact]
    public async Task The_memory_of_a_process_of_this_machine_is_read_by_its_id()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "statm is Linux's");
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "up");
        using var other = Process.Start(new ProcessStartInfo("sleep", ["60"]))!;

        var result = await Run(Plan(site, TimeSpan.FromSeconds(1)) with { Memory = new MemorySource.Process(other.Id) });
        other.Kill();

        Assert.Contains(result.Windows, window => window.Memory > 0);
        Assert.All(result.Windows, window => Assert.True(window.Memory is null or (> 0 and < 1e8), $"{window.Memory}"));
    }

    [Fact]
    public async Task A_metrics_page_that_hangs_is_no_figure_and_holds_nothing_up()
    {
        await using var site = LoopbackSite.Start();
        using var let = new ManualResetEventSlim();
        site.Route("/", _ => new(200, "up")).Route("/metrics", _ =>
        {
            let.Wait(TimeSpan.FromSeconds(30));
            return new(200, "resident_memory_bytes 1");
        });
        var shown = 0;

        var result = await Run(Plan(site, TimeSpan.FromSeconds(1)) with { Memory = new MemorySource.Page("/metrics", "resident_memory_bytes") }, progress: step =>
        {
            if (step.Elapsed < TimeSpan.FromSeconds(1)) shown++;
        });
        let.Set();

        Assert.Equal(9, shown);
        Assert.All(result.Windows, window => Assert.Null(window.Memory));
        Assert.True(result.Took < TimeSpan.FromSeconds(20));
    }
}
