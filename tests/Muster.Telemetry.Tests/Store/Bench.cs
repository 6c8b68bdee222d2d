using System.Collections.Immutable;
using System.Text;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;
using Muster.Telemetry.Store;
using Muster.Telemetry.Store.Disk;

namespace Muster.Telemetry.Tests.Store;

/// <summary>A store on files of the test's own, with a clock of the test's own, and short ways to put in and to ask.</summary>
sealed class Bench : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);

    public static readonly long Start = Noon.ToUnixTimeMilliseconds();

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly string _folder;

    public Bench(StoreOptions? options = null) : this("/store", options ?? new(), new(Noon), new()) { }

    Bench(string folder, StoreOptions options, SetClock clock, MemoryFiles files)
    {
        (_folder, Options, Clock, Files) = (folder, options, clock, files);
        Store = Open();
    }

    /// <summary>Another folder of the same disk, by the same clock.</summary>
    public static Bench Over(Bench other, string folder) => new(folder, other.Options, other.Clock, other.Files);

    public StoreOptions Options { get; set; }

    public SetClock Clock { get; }

    public MemoryFiles Files { get; }

    public MetricStore Store { get; private set; }

    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    public Appended Put(string name, long time, double value, params (string Name, string Value)[] labels)
    {
        var batch = new SampleBatch();
        batch.Add(batch.Open(Key(name, labels)), time, value);
        return Put(batch);
    }

    public Appended Put(string name, long time, NativeHistogram histogram)
    {
        var batch = new SampleBatch();
        batch.Add(batch.Open(Key(name)), time, histogram);
        return Put(batch);
    }

    public Appended Put(SampleBatch batch, bool durable = false) => Store.Append(batch, durable, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public static byte[] Key(string name, params (string Name, string Value)[] labels) => SeriesKey.Of(Labels.Of([(Labels.MetricName, name), .. labels]));

    public static Matcher Named(string name) => new(Labels.MetricName, MatchKind.Equal, name);

    /// <summary>As text: <c>labels time=value …</c>, one line a series, sorted.</summary>
    public string Ask(params ImmutableArray<Matcher> matchers) => Ask(long.MinValue, long.MaxValue, matchers);

    public string Ask(long from, long to, params ImmutableArray<Matcher> matchers)
    {
        var lines = new List<string>();
        foreach (var series in Store.Select(matchers, from, to, CancellationToken.None))
        {
            var buffer = new SampleBuffer();
            series.Read(from, to, buffer);
            // Whatever a test does, what is known without decoding is what decoding gives.
            if (series.TryNewest(from, to, out var newest, out var newestValue))
            {
                Assert.Equal((newest, BitConverter.DoubleToInt64Bits(newestValue)), (buffer.Times[^1], BitConverter.DoubleToInt64Bits(buffer.Values[^1])));
                Assert.False(buffer.HasHistograms && buffer.Histograms[^1] is not null);
            }

            var line = new StringBuilder(series.Labels.ToString());
            for (var at = 0; at < buffer.Count; at++)
            {
                line.Append(System.Globalization.CultureInfo.InvariantCulture, $" {buffer.Times[at] - Start}=");
                if (buffer.HasHistograms && buffer.Histograms[at] is { } histogram) line.Append(System.Globalization.CultureInfo.InvariantCulture, $"h{histogram.Count}");
                else if (StaleMarker.Is(buffer.Values[at])) line.Append("stale");
                else line.Append(System.Globalization.CultureInfo.InvariantCulture, $"{buffer.Values[at]}");
            }

            lines.Add(line.ToString());
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public Task Tend() => Store.Tend(CancellationToken.None);

    /// <summary>Ends it as a kill would, and opens what is there.</summary>
    public void Kill()
    {
        Files.Release();
        Store = Open();
    }

    /// <summary>What was not synced is gone.</summary>
    public void CutPower()
    {
        Files.CutPower();
        Store = Open();
    }

    public async Task Restart()
    {
        await Store.DisposeAsync();
        Store = Open();
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    MetricStore Open() => MetricStore.Open(_folder, Options, Clock, Files, background: false);
}

sealed class SetClock(DateTimeOffset start) : TimeProvider
{
    TimeSpan _passed;

    /// <summary>What the clock is wrong by.</summary>
    public TimeSpan Wrong { get; set; }

    public override DateTimeOffset GetUtcNow() => start + _passed + Wrong;

    public override long GetTimestamp() => _passed.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(TimeSpan time) => _passed += time;
}
