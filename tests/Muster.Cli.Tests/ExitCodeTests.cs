using System.Diagnostics;
using System.Globalization;
using Muster.Probes;

namespace Muster.Cli.Tests;

/// <summary>The documented exit codes, from the real executable, the same in every format. The way to each state is walked in process.</summary>
public sealed class ExitCodeTests
{
    static readonly string[] Formats = ["text", "json", "md", "html"];

    const string WarnOnly = """
          b.fact:
            title: It would be nice
            mode: warn
            check: { file: { path: facts.json, read: /ok }, expect: { value: false } }
        """;

    [Fact]
    public async Task GO_is_0()
    {
        using var launch = await Launch.Of(new());
        await launch.Done("check");
        await Report(launch, ExitCode.Go);
    }

    [Fact]
    public async Task NO_GO_is_1()
    {
        using var launch = await Launch.Of(new() { Expected = false });
        Assert.Equal(1, (await launch.Run("check")).Exit);
        await Report(launch, 1);
    }

    [Fact]
    public async Task UNDECIDED_is_2()
    {
        using var launch = await Launch.Of(new());
        await Report(launch, 2);
    }

    [Fact]
    public async Task A_bad_document_or_command_line_is_3()
    {
        using var launch = await Launch.Of(new());
        launch.Change("system:", "sistem:");
        await Report(launch, 3);
        Assert.Equal(3, (await launch.Folder.Start("chekc")).Exit);
    }

    [Fact]
    public async Task A_ledger_that_does_not_verify_is_4()
    {
        using var launch = await Launch.Of(new());
        await launch.Done("check");
        Flip.Payload(launch.Folder.PathOf(".muster/ledger/log"));
        await Report(launch, 4);
        Assert.Equal(4, (await launch.Folder.Start("ledger", "verify", "-f", "json")).Exit);
    }

    [Fact]
    public async Task HELD_is_5()
    {
        using var launch = await Launch.Of(new() { Gate = ", sign: { architect: 1 }" });
        Assert.Equal(5, (await launch.Run("check")).Exit);
        await Report(launch, 5);
    }

    [Fact]
    public async Task CONDITIONAL_GO_is_0_and_10_under_strict()
    {
        using var launch = await Launch.Of(new() { Controls = WarnOnly });
        await launch.Done("check");
        await Report(launch, 0);
        await Report(launch, 10, "--strict");
    }

    [Fact]
    public async Task Opened_by_break_glass_is_11()
    {
        using var launch = await Launch.Of(new() { Expected = false, Gate = ", sign: { architect: 1 }, break_glass: [ architect, devops-lead ]" });
        Assert.Equal(1, (await launch.Run("check")).Exit);
        Assert.Equal(1, (await launch.Run("break-glass", "--because", "the shop is down", "--for", "4h", "--as", "mia")).Exit);
        Assert.Equal(11, (await launch.Run("break-glass", "--because", "the shop is down", "--for", "4h", "--as", "jon")).Exit);
        await Report(launch, 11);
    }

    [Fact]
    public async Task A_bug_is_70_and_says_that_it_is_one()
    {
        using var scratch = new Scratch();
        var ran = await scratch.Start("crash");
        Assert.Equal(70, ran.Exit);
        Assert.Contains("internal error", ran.Talk, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Output_that_does_not_arrive_is_3_and_no_success()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        using var scratch = new Scratch();
        var start = new ProcessStartInfo("sh", ["-c", $"'{Executable.Path}' kinds > /dev/full"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        var ran = await Executable.Finish(Process.Start(start)!);
        Assert.Equal(3, ran.Exit);
        Assert.Contains("standard output", ran.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_is_130_and_what_was_seen_before_is_kept()
    {
        await using var slow = LoopbackSite.Start();
        using var asked = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        slow.Otherwise = _ =>
        {
            asked.Release();
            release.Wait(TimeSpan.FromSeconds(30));
            return new(200, "late");
        };
        using var launch = await Launch.Of(new()
        {
            Targets = $"targets: {{ site: \"http://127.0.0.1:{slow.Port}\" }}",
            Controls = "  b.slow: { title: It answers, check: { http: site } }",
        });
        var check = Executable.Start(launch.Folder.Folder, "check", "--jobs", "1");
        Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        using (var kill = Process.Start("kill", ["-INT", check.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        var ran = await Executable.Finish(check);
        release.Set();

        Assert.Equal(130, ran.Exit);
        Assert.Contains("interrupted", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("a.fact", (await launch.Run("ledger", "show")).Data, StringComparison.Ordinal);
    }

    /// <summary>The same code from the real executable in every format.</summary>
    static async Task Report(Launch launch, int expected, params string[] more)
    {
        var ran = await Task.WhenAll(Formats.Select(format => launch.Folder.Start(["report", "-f", format, .. more])));
        Assert.All(ran, one => Assert.True(one.Exit == expected, $"{one.Exit} in place of {expected}: {one.Talk}{one.Data}"));
    }
}
