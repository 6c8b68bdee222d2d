using System.Diagnostics;
using System.Globalization;

namespace Muster.Ledger.Tests;

/// <summary>A writer of its own process, killed or starved. <c>MUSTER_CRASH_POINTS</c> says how often (60; `build.cs crash` asks for 1,000).</summary>
public class CrashTests(ITestOutputHelper output)
{
    static readonly string Writer = Path.Combine(AppContext.BaseDirectory, "Muster.Ledger.Writer.dll");

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_that_was_acknowledged_and_always_opens()
    {
        var points = int.Parse(Environment.GetEnvironmentVariable("MUSTER_CRASH_POINTS") ?? "60", CultureInfo.InvariantCulture);
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}, {points} points");
        var random = new Random(seed);
        var repaired = 0;
        var scratch = new Scratch(onDisk: true);
        var acknowledged = new SortedDictionary<long, string>();
        for (var point = 0; point < points; point++)
        {
            await WriteAndKill(scratch.Muster, random, acknowledged);

            var opened = scratch.Opened();
            repaired += opened.Repairs.Length;
            using (opened.Ledger)
            {
                var there = opened.Ledger.Read().ToDictionary(entry => entry.Index, entry => entry.Id.ToString());
                Assert.All(acknowledged, entry => Assert.Equal(entry.Value, there.GetValueOrDefault(entry.Key)));
            }

            if (point % 20 != 19) continue;
            Assert.Empty(LedgerVerifier.Verify(scratch.Muster, []).Findings);
            scratch.Dispose();
            scratch = new(onDisk: true);
            acknowledged.Clear();
        }

        scratch.Dispose();
        output.WriteLine($"{repaired} repairs");
    }

    static async Task WriteAndKill(string muster, Random random, SortedDictionary<long, string> acknowledged)
    {
        using var writer = Start("dotnet", [Writer, muster]);
        var after = random.Next(0, 300); // lines seen before the kill
        var spin = random.Next(0, 400); // and then some microseconds, so that it falls anywhere within a write
        var lines = 0;
        while (await writer.StandardOutput.ReadLineAsync(Cancel) is { } line)
        {
            Acknowledge(line, acknowledged);
            if (++lines != after + 1) continue;
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalMicroseconds < spin;) { }

            writer.Kill(); // SIGKILL
        }

        await writer.WaitForExitAsync(Cancel);
        Assert.NotEqual(4, writer.ExitCode);
    }

    [Fact]
    public async Task A_full_disk_is_told_and_what_was_acknowledged_is_there()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("the limit on a file's size is set by the shell");
        using var scratch = new Scratch(onDisk: true);
        scratch.Open().Dispose();
        var acknowledged = new SortedDictionary<long, string>();
        // A file may not grow beyond 512 × 1024 bytes: the write then fails as on a full disk.
        using var writer = Start("sh", ["-c", "trap '' XFSZ; ulimit -f 1024; exec dotnet \"$0\" \"$1\"", Writer, scratch.Muster]);

        string? last = null;
        while (await writer.StandardOutput.ReadLineAsync(Cancel) is { } line) Acknowledge(last = line, acknowledged);
        await writer.WaitForExitAsync(Cancel);

        Assert.Equal("full", last);
        Assert.NotEmpty(acknowledged);
        var opened = scratch.Opened();
        using var ledger = opened.Ledger;
        Assert.Empty(opened.Repairs);
        Assert.Equal(acknowledged.Values, ledger.Read().Select(entry => entry.Id.ToString()));
        Assert.Single(Scratch.Append(ledger, Scratch.Rejection(1)));
        Assert.Empty(LedgerVerifier.Verify(scratch.Muster, []).Findings);
    }

    static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // its double mapping would meet the limit on file sizes
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }

    static void Acknowledge(string line, SortedDictionary<long, string> acknowledged)
    {
        if (line.Split(' ') is [var index, var digest] && long.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && digest.Length == 71) acknowledged[number] = digest;
    }
}
