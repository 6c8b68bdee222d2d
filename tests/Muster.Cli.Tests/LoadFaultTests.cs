using System.Diagnostics;
using System.Globalization;
using System.Text;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>The load command on the real executable while something breaks: the target, the network, this machine, or somebody's patience.</summary>
public sealed class LoadFaultTests : IDisposable
{
    readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    static double Number(Value.Fields json, params string[] path) => ((Value.Number)path[..^1].Aggregate(json, (at, name) => (Value.Fields)at[name]!)[path[^1]]!).Is;

    static string[] Doubts(Value.Fields json) => [.. ((Value.Items)json["doubts"]!).Are.Select(doubt => ((Value.Text)doubt).Is)];

    Value.Fields Written(string name = "run.json") => (Value.Fields)Value.Parse(File.ReadAllBytes(_scratch.PathOf(name)));

    static void Balances(Value.Fields json) =>
        Assert.Equal(Number(json, "balance", "sent"), Number(json, "balance", "answered") + Number(json, "balance", "failed") + Number(json, "balance", "in_flight"));

    /// <summary>Failed where too much did; unproven where the generator of a busy machine was late too.</summary>
    static void NeverPasses(Ran ran) => Assert.Contains(ran.Exit, (int[])[ExitCode.NoGo, ExitCode.Undecided]);

    static async Task Signal(string script)
    {
        using var shell = Process.Start("sh", ["-c", script]);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A peer that reads a request and then does as it likes with the connection, which is closed when it says false.</summary>
    static LoopbackListener Peer(Func<Stream, CancellationToken, Task<bool>> answers) => LoopbackListener.Start(async (stream, cancel) =>
    {
        var bytes = new byte[4096];
        while (await stream.ReadAsync(bytes, cancel) > 0 && await answers(stream, cancel)) { }
    });

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interrupted_run_writes_down_what_it_measured_and_proves_nothing(string signal)
    {
        await using var site = LoopbackSite.Start();
        using var enough = new SemaphoreSlim(0);
        site.Otherwise = _ =>
        {
            if (site.Served >= 100) enough.Release();
            return new(200, "up");
        };
        var load = Executable.Start(_scratch.Folder, "load", site.Address.AbsoluteUri, "--rate", "100", "--duration", "10m", "--out", "run.json", "--threshold", "http_req_duration: max<60000");
        Assert.True(await enough.WaitAsync(TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken));

        await Signal($"kill -{signal} {load.Id.ToString(CultureInfo.InvariantCulture)}");
        var ran = await Executable.Finish(load);

        Assert.Equal(130, ran.Exit);
        Assert.Contains("UNPROVEN", ran.Data, StringComparison.Ordinal);
        Assert.Contains("it was interrupted after", ran.Data, StringComparison.Ordinal);
        var json = Written();
        Assert.Equal("unproven", json["state"]);
        Assert.True(Number(json, "population") >= 90);
        Balances(json);
    }

    [Fact]
    public async Task File_handles_that_run_out_are_told_with_their_limit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "prlimit is Linux's");
        await using var never = LoopbackListener.Start(static (_, cancel) => Task.Delay(Timeout.Infinite, cancel).ContinueWith(static _ => { }, TaskScheduler.Default));
        const int Limit = 160;
        var start = new ProcessStartInfo("prlimit", [$"--nofile={Limit}", Executable.Path, "load", $"http://127.0.0.1:{never.Port}/", "-c", "400", "--duration", "1s", "--timeout", "500ms", "--out", "run.json"])
        {
            WorkingDirectory = _scratch.Folder, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardErrorEncoding = Encoding.UTF8,
        };

        var ran = await Executable.Finish(Process.Start(start)!);

        Assert.True(ran.Exit == ExitCode.Undecided, $"{ran.Exit}: {ran.Talk}{ran.Data}");
        Assert.Contains(Doubts(Written()), doubt => doubt.Contains("found no file handle", StringComparison.Ordinal) && doubt.Contains(Limit.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Balances(Written());
    }

    [Fact]
    public async Task A_name_that_no_server_knows_is_a_sentence_and_no_result()
    {
        var ran = await _scratch.Start("load", "http://shop.invalid/", "--rate", "10", "--consent", "shop.invalid", "--out", "run.json");

        Assert.Equal((ExitCode.Undecided, ""), (ran.Exit, ran.Data));
        Assert.Contains("nothing was sent: ", ran.Talk, StringComparison.Ordinal);
        Assert.Contains("shop.invalid", ran.Talk, StringComparison.Ordinal);
        Assert.False(File.Exists(_scratch.PathOf("run.json")));
    }

    [Fact]
    public async Task Another_process_behind_the_same_port_makes_the_run_unproven()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the process is read from /proc");
        using var asked = new SemaphoreSlim(0);
        // The first target is this process; the second a child of its own, on the port that the first leaves.
        var first = LoopbackSite.Start();
        var port = first.Port;
        first.Otherwise = _ =>
        {
            asked.Release();
            return new(200, "one");
        };
        var load = Executable.Start(_scratch.Folder, "load", first.Address.AbsoluteUri, "--rate", "50", "--duration", "6s", "--out", "run.json", "-q");
        Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken));
        await first.DisposeAsync();
        var start = new ProcessStartInfo("python3", ["-m", "http.server", "--bind", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture)]) { WorkingDirectory = _scratch.Folder, RedirectStandardError = true, RedirectStandardOutput = true };
        using var second = Process.Start(start)!;
        second.BeginErrorReadLine();
        second.BeginOutputReadLine();

        var ran = await Executable.Finish(load);
        second.Kill();

        NeverPasses(ran);
        Assert.Contains(Doubts(Written()), doubt => doubt.StartsWith("the target was another one after the run", StringComparison.Ordinal) && doubt.Contains("process_id", StringComparison.Ordinal));
        Balances(Written());
    }

    public static TheoryData<string> Breaks => ["reset", "garbage", "closed", "timeout"];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task What_breaks_is_counted_by_its_kind_and_the_books_balance(string kind)
    {
        await using var peer = Peer(async (stream, cancel) =>
        {
            switch (kind)
            {
                case "reset":
                    ((System.Net.Sockets.NetworkStream)stream).Socket.LingerState = new(true, 0);
                    ((System.Net.Sockets.NetworkStream)stream).Socket.Close();
                    return false;
                case "garbage":
                    await stream.WriteAsync("not a word of HTTP at all\r\n\r\n"u8.ToArray(), cancel);
                    return true;
                case "closed":
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it"u8.ToArray(), cancel);
                    return false;
                default: return true; // Reads and says nothing.
            }
        });

        var ran = await _scratch.Start("load", $"http://127.0.0.1:{peer.Port}/", "--rate", "40", "--duration", "1s", "--timeout", "400ms", "-f", "json", "-q");

        NeverPasses(ran);
        Assert.Equal(40, Number(ran.Json, "failures", kind));
        Assert.Equal((40, 40), (Number(ran.Json, "population"), Number(ran.Json, "errors")));
        Assert.Contains(Doubts(ran.Json), doubt => doubt.StartsWith("not one of 40 requests was answered", StringComparison.Ordinal));
        Balances(ran.Json);
    }

    [Fact]
    public async Task A_rate_that_nothing_can_reach_is_unproven()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "up");
        _scratch.Write("plan.yaml", $"target: {site.Address}\nscenarios: {{ load: {{ rate: 900000/s, duration: 500ms, graceful_stop: 0s, get: / }} }}\n");

        var ran = await _scratch.Start("load", "plan.yaml", "-f", "json", "-q");

        Assert.Equal(ExitCode.Undecided, ran.Exit);
        Assert.NotEmpty(Doubts(ran.Json));
        Balances(ran.Json);
    }

    [Fact]
    public async Task A_generator_that_was_stopped_for_a_while_says_so_though_its_users_only_waited()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "SIGSTOP");
        await using var site = LoopbackSite.Start();
        using var asked = new SemaphoreSlim(0);
        site.Otherwise = _ =>
        {
            asked.Release();
            return new(200, "up");
        };
        var load = Executable.Start(_scratch.Folder, "load", site.Address.AbsoluteUri, "-c", "1", "--duration", "3s", "-f", "json", "-q");
        Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(50), TestContext.Current.CancellationToken));

        await Signal($"kill -STOP {load.Id} && sleep 1; kill -CONT {load.Id}");
        var ran = await Executable.Finish(load);

        Assert.Equal(ExitCode.Undecided, ran.Exit);
        Assert.Contains(Doubts(ran.Json), doubt => doubt.StartsWith("the generator stood still for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_other_tools_read_they_can_read()
    {
        await using var site = LoopbackSite.Start();
        site.Otherwise = _ => new(200, "up");
        string[] words = ["load", site.Address.AbsoluteUri, "-c", "2", "-n", "300", "--threshold", "http_req_duration: p(50)<60000", "-q"];

        var metrics = await _scratch.Start([.. words, "-f", "openmetrics"]);
        var k6 = await _scratch.Start([.. words, "-f", "k6"]);
        _scratch.Write("summary.json", k6.Data);
        var read = await _scratch.Start("try", "k6", "summary.json", "--set", "claimed=true", "-f", "json");

        Assert.EndsWith("# EOF\n", metrics.Data, StringComparison.Ordinal);
        Assert.True(read.Exit == ExitCode.Done, read.Talk + read.Data);
        Assert.Contains("\"requests\": 300", read.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_names_the_ways_on()
    {
        var ran = await _scratch.Start("load", "--help");

        foreach (var word in (string[])["compare", "import", "--rate", "--vus", "--steps", "--consent", "--threshold", "--report"]) Assert.Contains(word, ran.Data, StringComparison.Ordinal);
    }
}
