namespace Muster.Probes.Load;

/// <summary>Whether latency, failures and memory creep up over a run: slopes an hour over its windows, warm-up left out.</summary>
static class Drifting
{
    /// <summary>Fewer tell of noise only.</summary>
    const int Fewest = 8;

    /// <summary>Null where there are too few windows for any.</summary>
    public static Drift? Of(IEnumerable<LoadWindow> windows)
    {
        var counted = windows.Where(window => !window.WarmUp && !window.Draining && window.Length > TimeSpan.Zero).ToList();
        var drift = new Drift(
            Slope(counted, window => window.Latency.Count > 0 ? window.Latency.Quantile(0.5) / 1e6 : null),
            // A window of few requests has no p99 of its own; its greatest would drift with nothing but the load.
            Slope(counted, window => window.Latency.Count >= 100 ? window.Latency.Quantile(0.99) / 1e6 : null),
            Slope(counted, window => window.Requests > 0 ? (double)window.Failed / window.Requests : null),
            Slope(counted, window => window.Memory));
        return drift is { LatencyP50: null, LatencyP99: null, FailedRate: null, Memory: null } ? null : drift;
    }

    static Slope? Slope(List<LoadWindow> windows, Func<LoadWindow, double?> read)
    {
        var points = new List<(double X, double Y)>(windows.Count);
        foreach (var window in windows)
            if (read(window) is { } value && double.IsFinite(value)) points.Add(((window.From + window.Length / 2).TotalHours, value));
        if (points.Count < Fewest || TheilSen.Of(points) is not var (slope, upper)) return null;
        var level = TheilSen.Median(points.Select(point => point.Y));
        return new(slope, upper, level == 0 ? 0 : slope / level, points.Count);
    }
}
