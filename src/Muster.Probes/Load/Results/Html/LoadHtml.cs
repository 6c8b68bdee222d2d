using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>A load run as one page for people: self-contained, no script, nothing loaded from anywhere, light and dark, from a telephone to paper.</summary>
public static class LoadHtml
{
    public static string Render(LoadResult result)
    {
        (string Id, string Name, Html Body)[] sections =
        [
            .. new[]
            {
                ("thresholds", "Thresholds", LoadSections.Thresholds(result)),
                ("time", "Over time", TimeCharts.Of(result)),
                ("latency", "Latency", LoadSections.Latency(result)),
                ("spread", "Distribution", SpreadCharts.Of(result.All.Latency, result.All.Service)),
                ("capacity", "Capacity", Html.Of($"{LoadSections.Capacity(result)}{StepCharts.Of(result)}")),
                ("requests", "Scenarios and requests", LoadSections.Requests(result)),
                ("failures", "Failures and statuses", LoadSections.Failures(result)),
                ("drift", "Drift", LoadSections.Drift(result)),
                ("identity", "Who was loaded", LoadSections.Identity(result)),
                ("method", "How it was measured", LoadSections.Method(result)),
            }.Where(section => !section.Item3.IsEmpty),
        ];
        return LoadPage.Of(result, sections).ToString();
    }
}
