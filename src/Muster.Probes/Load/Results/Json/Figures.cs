using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A histogram in a few numbers, in milliseconds.</summary>
static class Figures
{
    public static Value.Fields? Of(Latencies seen) => seen.Count == 0 ? null : Value.Of(
        ("min", Ms(seen.Least)), ("mean", Ms(seen.Mean)), ("p50", At(seen, 0.5)), ("p90", At(seen, 0.9)), ("p95", At(seen, 0.95)), ("p99", At(seen, 0.99)), ("p99_9", At(seen, 0.999)), ("max", Ms(seen.Greatest)));

    public static Value.Fields? Few(Latencies seen) => seen.Count == 0 ? null : Value.Of(("p50", At(seen, 0.5)), ("p95", At(seen, 0.95)), ("p99", At(seen, 0.99)), ("max", Ms(seen.Greatest)));

    static Value At(Latencies seen, double share) => Ms(seen.Quantile(share));

    /// <summary>To the nanosecond, so that no digit is noise.</summary>
    public static double Ms(double nanoseconds) => Math.Round(nanoseconds) / 1e6;
}
