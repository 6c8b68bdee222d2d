using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A step test: what was answered at each rate, how long it took, and where it no longer held.</summary>
static class StepCharts
{
    public static Html Of(LoadResult result)
    {
        if (result.Steps.IsEmpty) return Html.None;
        var steps = result.Steps;
        var greatest = steps.Max(step => Math.Max(step.Rate, step.Achieved));
        var x = Axis.Linear(greatest, Chart.Left, Chart.Across, 8);
        var answered = new Chart("Answered at each rate", 220);
        var y = Axis.Linear(greatest, answered.Foot, -answered.Down);
        answered.Grid(x, y, LoadWords.Number, LoadWords.Number);
        answered.Line([(x.Of(0), y.Of(0)), (x.Of(greatest), y.Of(greatest))], "l0", "all that was asked");
        answered.Line(steps.Select(step => ((double, double)?)(x.Of(step.Rate), y.Of(step.Achieved))), "l1", "answered well a second");
        Marks(answered, result.Capacity, x);
        foreach (var step in steps) answered.Dot(x.Of(step.Rate), y.Of(step.Achieved), step.Held == false ? "l4" : "l1", Says(step));
        var seen = steps.Where(step => step.Latency.Count > 0).ToList();
        var html = answered.Drawn($"Requests answered at each planned rate, up to {LoadWords.Number(greatest)} a second.");
        if (seen.Count == 0) return html;
        var latency = new Chart("Latency at each rate", 220);
        var log = Axis.Log(seen.Min(step => Math.Max(1000, step.Latency.Quantile(0.5))) / 1e6, seen.Max(step => Math.Max(1000, step.Latency.Greatest)) / 1e6, latency.Foot, -latency.Down);
        latency.Grid(x, log, LoadWords.Number, LoadWords.Milliseconds);
        foreach (var (says, share, ink) in ((string, double, string)[])[("max", 1, "l4"), ("p99", 0.99, "l3"), ("p95", 0.95, "l2"), ("p50", 0.5, "l1")])
            latency.Line(seen.Select(step => ((double, double)?)(x.Of(step.Rate), log.Of(step.Latency.Quantile(share) / 1e6))), ink, says);
        Marks(latency, result.Capacity, x);
        return Html.Of($"{html}{latency.Drawn($"Latency at each planned rate; p99 from {LoadWords.Nanoseconds(seen[0].Latency.Quantile(0.99))} to {LoadWords.Nanoseconds(seen[^1].Latency.Quantile(0.99))}.")}{Table(result)}");
    }

    static void Marks(Chart chart, Capacity? capacity, Axis x)
    {
        if (capacity is null) return;
        if (capacity.Peak is { } peak) chart.Mark(x.Of(peak), $"peak {LoadWords.Number(peak)}/s", "l5", before: true, row: 1);
        chart.Mark(x.Of(capacity.Rate), $"capacity {LoadWords.Number(capacity.Rate)}/s", "l2", before: true);
        if (capacity.Knee is { } knee && knee != capacity.Rate) chart.Mark(x.Of(knee), $"knee {LoadWords.Number(knee)}/s", "l4", row: 1);
    }

    static Html Table(LoadResult result) => HtmlTable.Of("Steps", ["Planned", "State", "Answered well", "p99", "Failed", "Because"], result.Steps.Select(step => (IReadOnlyList<Html>)
        [
            Html.Of($"{LoadWords.Number(step.Rate)}/s"), LoadPage.State(step.Held switch { true => ThresholdState.Met, false => ThresholdState.Failed, null => ThresholdState.Unproven }), Html.Of($"{LoadWords.Number(step.Achieved)}/s"),
            Html.Of($"{LoadWords.Nanoseconds(step.Latency.Quantile(0.99))}"), Html.Of($"{LoadWords.Number(step.Failed)} of {LoadWords.Number(step.Requests)}"), Html.Of($"{step.Because}"),
        ]));

    static string Says(StepSeen step) => $"{LoadWords.Number(step.Rate)}/s planned, {LoadWords.Number(step.Achieved)}/s answered: {step.Because}";
}
