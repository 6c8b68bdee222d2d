using System.Globalization;
using System.Text;

namespace Muster.Server.OwnMetrics;

/// <summary>Families as OpenMetrics 1.0 (<see href="https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md"/>).</summary>
static class OwnText
{
    public const string Type = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /// <param name="isShown">Which samples.</param>
    public static string Of(IReadOnlyList<OwnFamily> families, Func<OwnSample, bool> isShown)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {family.Name} {family.Kind}\n# HELP {family.Name} {family.Help}\n");
            foreach (var sample in family.Samples.Where(isShown))
            {
                text.Append(family.Name).Append(sample.Suffix);
                if (sample.Labels.Count > 0) text.Append('{').AppendJoin(',', sample.Labels.Select(label => $"{label.Name}=\"{Escaped(label.Value)}\"")).Append('}');
                text.Append(CultureInfo.InvariantCulture, $" {sample.Value:R}\n");
            }
        }

        return text.Append("# EOF\n").ToString();
    }

    static string Escaped(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
