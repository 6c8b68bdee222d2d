using Muster.Probes;

namespace Muster.Cli.Tests;

/// <summary>Several commands over one ledger at once.</summary>
public sealed class SharingTests : IAsyncDisposable
{
    readonly LoopbackSite _slow = LoopbackSite.Start();
    readonly SemaphoreSlim _asked = new(0);
    readonly TaskCompletionSource _answer = new();

    Task<Launch> Launched() => Launch.Of(new() { Targets = $"targets: {{ site: \"http://127.0.0.1:{_slow.Port}\" }}", Controls = "  b.slow: { title: It answers, check: { http: site, expect: { status: 200 } } }" });

    public SharingTests() => _slow.Otherwise = _ =>
    {
        _asked.Release();
        _answer.Task.Wait(TimeSpan.FromSeconds(30));
        return new(200, "late");
    };

    [Fact]
    public async Task While_a_check_runs_readers_read_and_a_second_writer_waits_or_is_refused_by_name()
    {
        using var launch = await Launched();
        var check = Task.Run(() => launch.Run("check"), TestContext.Current.CancellationToken);
        Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));

        var why = await launch.Run("why", "a.fact");
        var report = await launch.Run("report");
        var impatient = await InProcess.Run(launch.Folder.Folder, host => host with { Patience = TimeSpan.FromMilliseconds(50) }, "check");
        var patient = Task.Run(() => InProcess.Run(launch.Folder.Folder, host => host with { Patience = TimeSpan.FromSeconds(60) }, "gate"), TestContext.Current.CancellationToken);
        _answer.SetResult();

        Assert.Contains(why.Exit, (int[])[0, 2]);
        Assert.Equal(ExitCode.Undecided, report.Exit);
        Assert.Equal(ExitCode.BadInput, impatient.Exit);
        Assert.Contains("Another process is writing this ledger: process ", impatient.Talk, StringComparison.Ordinal);
        Assert.Contains("Fix: Wait until it is done", impatient.Talk, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Go, (await check).Exit);
        Assert.Equal(ExitCode.Go, (await patient).Exit);
        Assert.Equal(0, (await launch.Run("ledger", "verify")).Exit);
    }

    public async ValueTask DisposeAsync()
    {
        _answer.TrySetResult();
        await _slow.DisposeAsync();
        _asked.Dispose();
    }
}
