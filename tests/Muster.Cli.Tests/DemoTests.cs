using Muster.Cli.Demo;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>The main job as a newcomer sees it first, and the sample that it runs.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_goes_from_NO_GO_to_a_verified_certificate_and_is_plain_where_nobody_watches()
    {
        using var scratch = new Scratch();
        var ran = await scratch.Start("demo", "--folder", "told");

        Assert.Equal((0, ""), (ran.Exit, ran.Talk));
        Assert.DoesNotContain('\u001b', ran.Data);
        string[] story = ["NO-GO", .. Fault.All.Select(fault => fault.Mended), "HELD", "mia signs", "GO, 7 of 7", "verifies", "one bit flipped", "refused"];
        var at = 0;
        foreach (var step in story)
        {
            at = ran.Data.IndexOf(step, at, StringComparison.Ordinal);
            Assert.True(at >= 0, $"\"{step}\" is not told where it belongs:\n{ran.Data}");
        }

        // What it wrote is real: other commands go on from there.
        Assert.Equal(0, (await InProcess.Run(scratch.PathOf("told"), "ledger", "verify")).Exit);
        Assert.Equal(0, (await InProcess.Run(scratch.PathOf("told"), "replay", "last")).Exit);
        Assert.Equal(0, (await InProcess.Run(scratch.PathOf("told"), "verify", "launch.json", "--key", ".muster/keys/runner.pub", "--gate", "go-live", "--env", "local")).Exit);
    }

    [Fact]
    public async Task In_a_terminal_the_board_moves_in_place_and_never_above_itself()
    {
        using var scratch = new Scratch();
        var ran = await InProcess.Run(scratch.Folder, host => host with { Interactive = true, Clock = new Hasty() }, "demo", "--folder", "told");

        Assert.Equal(0, ran.Exit);
        Assert.Contains("\u001b[6A\u001b[0J", ran.Data, StringComparison.Ordinal);
        Assert.Equal(8, ran.Data.Split("A\u001b[0J").Length - 1); // six after the first of seven faults, two after the first of three signatures
    }

    [Fact]
    public async Task A_second_demo_in_the_same_folder_is_refused()
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch.PathOf("told/.muster"));
        var ran = await scratch.Run("demo", "--folder", "told");
        Assert.Equal(3, ran.Exit);
        Assert.Contains("told holds a ledger already", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sample_lints_and_every_blocking_control_has_a_fault_that_it_catches()
    {
        using var scratch = new Scratch();
        await using var shop = Shop.Start(scratch.Folder, [], TimeProvider.System);
        ShopFolder.Write(scratch.Folder, shop);
        await Keys.PutInto(scratch);

        var lint = await scratch.Run("lint", "-f", "json");
        var plan = await scratch.Run("plan");
        var report = await scratch.Run("report", "-f", "json");

        Assert.Equal((0, Value.Items.Empty), (lint.Exit, lint.Json["problems"]));
        Assert.DoesNotContain("NO CONSENT", plan.Data, StringComparison.Ordinal);
        Assert.Equal(Fault.All.Select(fault => fault.Control).Order(StringComparer.Ordinal),
            from control in ((Value.Items)report.Json["controls"]!).Are.Cast<Value.Fields>()
            where control["mode"] is Value.Text { Is: "Block" }
            orderby ((Value.Text)control["id"]!).Is
            select ((Value.Text)control["id"]!).Is);
    }

    /// <summary>A clock on which a short wait is over at once; the deadlines of probes are longer.</summary>
    sealed class Hasty : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(1) ? TimeSpan.Zero : dueTime, period);
    }
}
