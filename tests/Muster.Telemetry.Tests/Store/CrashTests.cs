using System.Diagnostics;
using System.Globalization;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;

namespace Muster.Telemetry.Tests.Store;

/// <summary>A writer of its own process, killed or starved. <c>MUSTER_CRASH_POINTS</c> says how often.</summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    static readonly string Writer = Path.Combine(AppContext.BaseDirectory, "Muster.Telemetry.Writer.dll");

    readonly string _folder = Path.Combine(Path.GetTempPath(), $"muster-store-{Guid.NewGuid():n}");

    readonly long _start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 7_200_000;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_that_was_acknowledged()
    {
        var points = int.Parse(Environment.GetEnvironmentVariable("MUSTER_CRASH_POINTS") ?? "12", CultureInfo.InvariantCulture);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("MUSTER_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed}, {points} points");
        var random = new Random(seed);
        var acknowledged = 0L;
        for (var point = 0; point < points; point++)
        {
            acknowledged = Math.Max(acknowledged, await Written(Start("dotnet", [Writer, _folder, $"{acknowledged}", $"{_start}", "10000"]), random.Next(0, 500), random.Next(0, 400)));
            await using var store = MetricStore.Open(_folder, new(), TimeProvider.System);
            Check(store, acknowledged);
            Assert.Equal(0, store.Recovery.DamagedRecords);
            output.WriteLine($"{acknowledged} samples, {store.Statistics().Blocks} blocks, {string.Join("; ", store.Recovery.Findings)}");
        }
    }

    [Fact]
    public async Task On_a_disk_that_takes_no_more_it_says_so_and_what_was_acknowledged_is_there()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("the limit on a file's size is set by the shell");
        // A file may not grow beyond 1024 × 512 bytes (or 1024, as the shell has it), which the log soon does: the write then fails as on a full disk.
        var acknowledged = await Written(Start("sh", ["-c", "trap '' XFSZ; ulimit -f 1024; exec dotnet \"$0\" \"$@\"", Writer, _folder, "0", $"{_start}", "100000000"]), int.MaxValue, 0);
        Assert.True(acknowledged > 0);
        await using var store = MetricStore.Open(_folder, new(), TimeProvider.System);
        Check(store, acknowledged);
    }

    public void Dispose()
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Every number up to there was acknowledged, and is there once, in its series, in its place.</summary>
    void Check(MetricStore store, long acknowledged)
    {
        var there = new HashSet<long>();
        var buffer = new SampleBuffer();
        foreach (var series in store.Select([new(Labels.MetricName, MatchKind.Equal, "m")], long.MinValue, long.MaxValue, Cancel))
        {
            buffer.Clear();
            series.Read(long.MinValue, long.MaxValue, buffer);
            for (var at = 0; at < buffer.Count; at++)
            {
                var number = buffer.Times[at] - _start;
                Assert.Equal(number, buffer.Values[at]);
                Assert.Equal($"{number % 13} {number / 2000}", $"{series.Labels["i"]} {series.Labels["part"]}");
                Assert.True(there.Add(number));
                if (at > 0) Assert.True(buffer.Times[at] > buffer.Times[at - 1]);
            }
        }

        for (var number = 0L; number < acknowledged; number++) Assert.True(there.Contains(number), $"{number} of {acknowledged} is lost");
    }

    async Task<long> Written(Process writer, int after, int spin)
    {
        var acknowledged = 0L;
        var lines = 0;
        using (writer)
        {
            // A test that is given up leaves no writer behind.
            using var given = Cancel.Register(() => writer.Kill());
            while (await writer.StandardOutput.ReadLineAsync(Cancel) is { } line)
            {
                if (line.Split(' ') is [var first, var count] && long.TryParse(first, CultureInfo.InvariantCulture, out var from)) acknowledged = from + long.Parse(count, CultureInfo.InvariantCulture);
                if (++lines != after + 1) continue;
                for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started).TotalMicroseconds < spin;) { }
                writer.Kill();
            }

            await writer.WaitForExitAsync(Cancel);
            output.WriteLine($"exit {writer.ExitCode} after {lines} batches");
            // Killed, or full and told so.
            Assert.True(writer.ExitCode is 1 or 137);
        }

        return acknowledged;
    }

    static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        // Its double mapping would meet the limit on file sizes.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }
}
