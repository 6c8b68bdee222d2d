using System.Diagnostics;
using System.Globalization;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Store;

namespace Muster.Bench.Telemetry;

/// <summary>From the start of the process over seven days of samples to its first answer.</summary>
static class RestartFigures
{
    const int Series = 1000;
    static readonly TimeSpan Kept = TimeSpan.FromDays(7), Pace = TimeSpan.FromSeconds(60);

    public static readonly IReadOnlyList<Contest> All =
    [
        new(string.Create(CultureInfo.InvariantCulture, $"restart over seven days of {Series:N0} series, to the first answer"), new Goal.AtMost(3), null, () =>
        {
            var folder = Scratch.Fresh("seven-days");
            Fill(Path.Combine(folder, "projects", "default"));
            return new(new("Muster", () =>
            {
                var began = Stopwatch.GetTimestamp();
                using var server = MetricServer.OfMusterOver(folder);
                using var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{server.Port}/")) };
                var body = http.GetStringAsync(new Uri("api/v1/query?query=count(node_load1)", UriKind.Relative)).GetAwaiter().GetResult();
                var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
                return body.Contains("\"value\"", StringComparison.Ordinal) ? new(1, took) : throw new InvalidOperationException("the samples are not there");
            }, static () => null) { Elsewhere = true }, null, static () => { }) { Without = "the peers' own start on the same data was not measured" };
        }) { Needs = MetricServer.Missing, Warm = false },
    ];

    static void Fill(string folder)
    {
        var clock = new Clock(DateTimeOffset.UtcNow - Kept);
        using var cancel = new CancellationTokenSource();
        var store = MetricStore.Open(folder, new StoreOptions { Retention = Kept * 2 }, clock);
        var shape = new NodeShape(Series);
        byte[][] keys = [.. shape.Labels.Select(SeriesKey.Of)];
        var batch = new SampleBatch();
        for (var step = 0; step < Kept / Pace; step++)
        {
            clock.Now += Pace;
            batch.Clear();
            for (var at = 0; at < Series; at++) batch.Add(batch.Open(keys[at]), clock.Now.ToUnixTimeMilliseconds(), shape.Values[at]);
            store.Append(batch, durable: false, cancel.Token).AsTask().GetAwaiter().GetResult();
            shape.Move();
            if (step % 60 == 0) store.Tend(cancel.Token).GetAwaiter().GetResult();
        }

        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    sealed class Clock(DateTimeOffset start) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
