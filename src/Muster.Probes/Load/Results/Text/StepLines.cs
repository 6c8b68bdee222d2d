using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>The steps of a step test, and what they come to.</summary>
static class StepLines
{
    public static void Add(Painted to, LoadResult result)
    {
        if (!result.Steps.IsEmpty)
        {
            to.Line().Add("  ").Add("steps", Paint.Faint).Line();
            foreach (var step in result.Steps)
            {
                var (mark, _, paint) = LoadSummary.Mark(step.Held switch { true => ThresholdState.Met, false => ThresholdState.Failed, null => ThresholdState.Unproven }, to.Unicode);
                to.Add("  ").Add(mark, paint).Add($" {LoadWords.Number(step.Rate) + "/s",9}  answered {LoadWords.Number(step.Achieved) + "/s",9}  p99 {LoadWords.Nanoseconds(step.Latency.Quantile(0.99)),8}  ").Wrapped(step.Because, 48, Paint.Faint);
            }
        }

        if (result.Capacity is not { } capacity) return;
        to.Line();
        LoadSummary.Row(to, "capacity").Add($"{LoadWords.Number(capacity.Rate)}/s", Paint.Strong).Add(capacity.Knee is { } knee ? $"; at {LoadWords.Number(knee)}/s it no longer held" : " or more: no step failed")
            .Add(capacity.Headroom is { } headroom ? $"{to.Dot}{LoadWords.Percent(headroom)} headroom above a peak of {LoadWords.Number(capacity.Peak!.Value)}/s" : "").Line();
    }
}
