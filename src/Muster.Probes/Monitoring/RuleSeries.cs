using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Whether the series that rules speak of were there within a window: each metric by its name, and each selector with its labels.</summary>
sealed class RuleSeries
{
    const int Most = 2000;
    static readonly TimeSpan LongestWindow = TimeSpan.FromDays(31);
    readonly HashSet<string> _there = new(StringComparer.Ordinal);

    public static async Task<RuleSeries> Ask(IEnumerable<Rule> rules, Given given, PrometheusApi api, CancellationToken cancel)
    {
        var window = given.Seconds("window", 3600);
        if (window < 1 || window > LongestWindow.TotalSeconds) throw Given.Wrong("window", $"is not from 1s to {LongestWindow.TotalDays}d");
        string[] asked = [.. rules.SelectMany(Selectors).SelectMany(selector => new[] { selector, PromQl.NameOf(selector) }).Where(selector => selector.Length > 0).Distinct(StringComparer.Ordinal)];
        if (asked.Length > Most) throw new Unseen(Blind.TooLarge, $"the rules speak of more than {Most} different series");
        var counts = await api.Each(asked, selector => string.Create(CultureInfo.InvariantCulture, $"count(count_over_time({selector}[{(long)window}s]))"), cancel);
        var series = new RuleSeries();
        series._there.UnionWith(asked.Where((_, i) => counts[i] is not null));
        return series;
    }

    /// <summary>A metric that nobody exported, by its name.</summary>
    public string? Lacks(Rule rule) => Selectors(rule).Select(selector => PromQl.NameOf(selector) is { Length: > 0 } name ? name : selector).FirstOrDefault(name => !_there.Contains(name));

    /// <summary>A selector that found nothing, with its labels.</summary>
    public string? Silent(Rule rule) => Selectors(rule).FirstOrDefault(selector => !_there.Contains(selector));

    /// <summary>What a Prometheus makes itself while an alert is pending is there only then.</summary>
    static IEnumerable<string> Selectors(Rule rule) => PromQl.Selectors(rule.Query).Where(selector => PromQl.NameOf(selector) is not ("ALERTS" or "ALERTS_FOR_STATE"));
}
