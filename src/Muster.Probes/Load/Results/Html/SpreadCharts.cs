using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>How latency is spread: where requests lie, and what the slowest of so many saw; the corrected beside the uncorrected.</summary>
static class SpreadCharts
{
    const int Columns = 96;

    public static Html Of(Latencies corrected, Latencies uncorrected) => corrected.Count == 0 ? Html.None : Html.Of($"{Density(corrected, uncorrected)}{Percentiles(corrected, uncorrected)}");

    static Html Density(Latencies corrected, Latencies uncorrected)
    {
        var chart = new Chart("Where requests lie", 200);
        var (least, greatest) = (Math.Max(1000, Math.Min(corrected.Least, uncorrected.Count > 0 ? uncorrected.Least : long.MaxValue)) / 1e6, Math.Max(1000, Math.Max(corrected.Greatest, uncorrected.Greatest)) / 1e6);
        var x = Axis.Log(least, greatest, Chart.Left, Chart.Across);
        var (ours, theirs) = (Binned(corrected, x), Binned(uncorrected, x));
        var y = Axis.Linear(Math.Max(ours.Max(), theirs.Max()), chart.Foot, -chart.Down, 4);
        chart.Grid(x, y, LoadWords.Milliseconds, LoadWords.Percent);
        var width = Chart.Across / Columns;
        for (var i = 0; i < Columns; i++)
            if (ours[i] > 0) chart.Bar(Chart.Left + i * width, width - 1, Math.Min(y.Of(ours[i]), chart.Foot - 1), "l1");
        chart.Legend("l1", "corrected, from the intended start", filled: true);
        if (uncorrected.Count > 0) chart.Line(Enumerable.Range(0, Columns).Select(i => ((double, double)?)(Chart.Left + (i + 0.5) * width, y.Of(theirs[i]))), "l3", "uncorrected, from the first byte sent");
        return chart.Drawn($"The share of requests by latency, from {LoadWords.Nanoseconds(corrected.Least)} to {LoadWords.Nanoseconds(corrected.Greatest)}; the median is {LoadWords.Nanoseconds(corrected.Quantile(0.5))}.");
    }

    static double[] Binned(Latencies seen, Axis x)
    {
        var shares = new double[Columns];
        foreach (var (from, to, count) in seen.Buckets())
        {
            var middle = Math.Clamp(from + (to - from) / 2, seen.Least, seen.Greatest) / 1e6;
            shares[Math.Clamp((int)((x.Of(middle) - Chart.Left) / Chart.Across * Columns), 0, Columns - 1)] += (double)count / seen.Count;
        }

        return shares;
    }

    /// <summary>Each step to the right is ten times rarer, so that the tail has as much room as the middle.</summary>
    static Html Percentiles(Latencies corrected, Latencies uncorrected)
    {
        var chart = new Chart("What the slowest of so many saw", 260);
        var nines = Math.Clamp(Math.Log10(corrected.Count), 1, 7);
        var x = Axis.Log(1, Math.Pow(10, nines), Chart.Left, Chart.Across);
        var y = Axis.Log(Math.Max(1000, Math.Min(corrected.Quantile(0.05), uncorrected.Count > 0 ? uncorrected.Quantile(0.05) : long.MaxValue)) / 1e6, Math.Max(1000, Math.Max(corrected.Greatest, uncorrected.Greatest)) / 1e6, chart.Foot, -chart.Down);
        chart.Grid(x, y, Percentile, LoadWords.Milliseconds);
        chart.Line(Points(corrected, nines, x, y), "l1", "corrected, from the intended start");
        if (uncorrected.Count > 0) chart.Line(Points(uncorrected, nines, x, y), "l3", "uncorrected, from the first byte sent");
        var (p99, p99Service) = (corrected.Quantile(0.99), uncorrected.Quantile(0.99));
        return chart.Drawn($"Latency by percentile: corrected p99 {LoadWords.Nanoseconds(p99)}, uncorrected p99 {LoadWords.Nanoseconds(p99Service)}.");
    }

    static IEnumerable<(double, double)?> Points(Latencies seen, double nines, Axis x, Axis y)
    {
        for (var i = 0; i <= 200; i++)
        {
            var rarity = Math.Pow(10, nines * i / 200);
            yield return (x.Of(rarity), y.Of(seen.Quantile(1 - 1 / rarity) / 1e6));
        }
    }

    static string Percentile(double rarity) => "p" + Math.Round(100 - 100 / rarity, 5).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
