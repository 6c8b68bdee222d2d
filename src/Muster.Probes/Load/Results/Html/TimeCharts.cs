using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>What happened when: rate, latency, users and the target's memory over one axis of time.</summary>
static class TimeCharts
{
    const int MostPoints = 480;

    public static Html Of(LoadResult result)
    {
        var windows = Merged([.. result.Windows.Where(window => window.Length > TimeSpan.Zero)]);
        if (windows.Count < 2) return Html.None;
        var x = Axis.Over(0, windows.Max(window => (window.From + window.Length).TotalSeconds), Chart.Left, Chart.Across);
        return Html.Of($"{Rates(windows, x)}{Latencies(windows, x)}{Users(windows, x)}{Memory(windows, x)}");
    }

    static Html Rates(List<LoadWindow> windows, Axis x)
    {
        var chart = new Chart("Requests a second");
        static double Rate(LoadWindow window) => window.Requests / window.Length.TotalSeconds;
        static double Failed(LoadWindow window) => window.Failed / window.Length.TotalSeconds;
        var y = Axis.Linear(Math.Max(windows.Max(Rate), windows.Max(window => window.Rate ?? 0)) * 1.05, chart.Foot, -chart.Down);
        Ground(chart, windows, x, y, LoadWords.Number);
        foreach (var window in windows.Where(window => window.Failed > 0))
            chart.Bar(x.Of(window.From.TotalSeconds), x.Of((window.From + window.Length).TotalSeconds) - x.Of(window.From.TotalSeconds), y.Of(Failed(window)), "l4");
        if (windows.Any(window => window.Rate is not null)) chart.Line(windows.Select(window => window.Rate is { } rate ? At(window, x, y.Of(rate)) : null), "l0", "planned (iterations)");
        chart.Line(windows.Select(window => At(window, x, y.Of(Rate(window)))), "l1", "answered or failed");
        chart.Legend("l4", "failed", filled: true);
        return chart.Drawn($"Requests a second over the run: {LoadWords.Number(windows.Min(Rate))} at the least, {LoadWords.Number(windows.Max(Rate))} at the most.");
    }

    static Html Latencies(List<LoadWindow> windows, Axis x)
    {
        var seen = windows.Where(window => window.Latency.Count > 0).ToList();
        if (seen.Count == 0) return Html.None;
        var chart = new Chart("Latency from the intended start", 260);
        var y = Axis.Log(seen.Min(window => Math.Max(1, window.Latency.Quantile(0.5))) / 1e6 * 0.9, seen.Max(window => Math.Max(1, window.Latency.Greatest)) / 1e6, chart.Foot, -chart.Down);
        Ground(chart, windows, x, y, LoadWords.Milliseconds);
        foreach (var (says, share, ink) in ((string, double, string)[])[("max", 1, "l4"), ("p99", 0.99, "l3"), ("p95", 0.95, "l2"), ("p50", 0.5, "l1")])
            chart.Line(windows.Select(window => window.Latency.Count > 0 ? At(window, x, y.Of(window.Latency.Quantile(share) / 1e6)) : null), ink, says);
        return chart.Drawn($"Latency over the run: the median between {LoadWords.Nanoseconds(seen.Min(window => window.Latency.Quantile(0.5)))} and {LoadWords.Nanoseconds(seen.Max(window => window.Latency.Quantile(0.5)))}, the maximum {LoadWords.Nanoseconds(seen.Max(window => window.Latency.Greatest))}.");
    }

    static Html Users(List<LoadWindow> windows, Axis x)
    {
        if (windows.All(window => window.Users == 0 && window.Waiting == 0)) return Html.None;
        var chart = new Chart("Virtual users", 150);
        var y = Axis.Linear(windows.Max(window => Math.Max(window.Users, window.Waiting)), chart.Foot, -chart.Down, 3);
        Ground(chart, windows, x, y, LoadWords.Number);
        chart.Line(windows.Select(window => At(window, x, y.Of(window.Users))), "l5", "users");
        if (windows.Any(window => window.Waiting > 0)) chart.Line(windows.Select(window => At(window, x, y.Of(window.Waiting))), "l3", "iterations that wait for one");
        return chart.Drawn($"Virtual users over the run: {LoadWords.Number(windows.Max(window => window.Users))} at the most.");
    }

    static Html Memory(List<LoadWindow> windows, Axis x)
    {
        var seen = windows.Where(window => window.Memory is not null).ToList();
        if (seen.Count < 2) return Html.None;
        var chart = new Chart("The target's memory", 150);
        var y = Axis.Linear(seen.Max(window => window.Memory!.Value), chart.Foot, -chart.Down, 3);
        Ground(chart, windows, x, y, LoadWords.Bytes);
        chart.Line(windows.Select(window => window.Memory is { } memory ? At(window, x, y.Of(memory)) : null), "l2");
        return chart.Drawn($"The target's memory over the run: from {LoadWords.Bytes(seen[0].Memory!.Value)} to {LoadWords.Bytes(seen[^1].Memory!.Value)}.");
    }

    static void Ground(Chart chart, List<LoadWindow> windows, Axis x, Axis y, Func<double, string> text)
    {
        var warm = windows.Where(window => window.WarmUp).ToList();
        if (warm.Count > 0) chart.Shade(x.Of(warm.Min(window => window.From.TotalSeconds)), x.Of(warm.Max(window => (window.From + window.Length).TotalSeconds)), "warm-up");
        chart.Grid(x, y, seconds => LoadWords.Duration(TimeSpan.FromSeconds(seconds)), text);
    }

    static (double, double)? At(LoadWindow window, Axis x, double y) => (x.Of((window.From + window.Length / 2).TotalSeconds), y);

    static List<LoadWindow> Merged(List<LoadWindow> windows)
    {
        if (windows.Count <= MostPoints) return windows;
        return [.. windows.Chunk((windows.Count + MostPoints - 1) / MostPoints).Select(chunk =>
        {
            var latency = new Latencies();
            foreach (var window in chunk) latency.Add(window.Latency);
            return new LoadWindow
            {
                From = chunk[0].From, Length = chunk.Aggregate(TimeSpan.Zero, (sum, window) => sum + window.Length), WarmUp = chunk.All(window => window.WarmUp),
                Requests = chunk.Sum(window => window.Requests), Failed = chunk.Sum(window => window.Failed), Users = chunk.Max(window => window.Users), Waiting = chunk.Max(window => window.Waiting),
                Rate = chunk.Average(window => window.Rate), Memory = chunk.Max(window => window.Memory), Latency = latency,
            };
        })];
    }
}
