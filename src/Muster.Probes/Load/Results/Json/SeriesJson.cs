using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A stretch of the run.</summary>
static class SeriesJson
{
    public const int Most = 100_000;

    public static Value Of(LoadWindow window) => Value.Of(
        ("from", window.From), ("length", window.Length), ("requests", window.Requests), ("failed", window.Failed), ("users", window.Users), ("histogram", HistogramJson.Of(window.Latency)))
        .With(
            ("warm_up", window.WarmUp ? true : null), ("draining", window.Draining ? true : null), ("waiting", window.Waiting > 0 ? window.Waiting : null), ("rate", window.Rate is { } rate ? rate : null),
            ("memory", window.Memory is { } memory ? memory : null), ("latency_ms", Figures.Few(window.Latency)));

    public static LoadWindow Read(JsonAt at)
    {
        var latency = new Latencies();
        HistogramJson.Read(at["histogram"], latency);
        var (requests, failed) = (at["requests"].Few, at["failed"].Few);
        if (failed > requests) throw at["failed"].Wrong("is more than the requests");
        return new()
        {
            From = at["from"].Seconds, Length = at["length"].Seconds, WarmUp = at["warm_up"].TruthOrFalse, Draining = at["draining"].TruthOrFalse, Requests = requests, Failed = failed, Users = at["users"].Small,
            Waiting = (int)Math.Min(int.MaxValue, at["waiting"].FewOrNought), Rate = at["rate"].NumberOrNone, Memory = at["memory"].NumberOrNone, Latency = latency,
        };
    }
}
