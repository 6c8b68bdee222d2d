using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Readiness.Tests;

sealed record MetricSample(string Family, ImmutableSortedDictionary<string, string> Labels, double Value);

/// <summary>A strict reader of OpenMetrics text 1.0, as far as gauges need it; it throws at whatever the specification does not allow.</summary>
static partial class OpenMetricsText
{
    public static List<MetricSample> Read(string text)
    {
        if (!text.EndsWith("# EOF\n", StringComparison.Ordinal) || text.Contains('\r', StringComparison.Ordinal)) throw new FormatException("it does not end with # EOF, or has another line end than LF");
        var samples = new List<MetricSample>();
        var families = new HashSet<string>(StringComparer.Ordinal);
        var series = new HashSet<string>(StringComparer.Ordinal);
        string family = "", unit = "";
        var described = new HashSet<string>();
        var begun = false;
        foreach (var line in text[..^"# EOF\n".Length].Split('\n')[..^1])
        {
            if (Metadata().Match(line) is { Success: true } metadata)
            {
                var (keyword, name, rest) = (metadata.Groups[1].Value, metadata.Groups[2].Value, metadata.Groups[3].Value);
                if (name != family)
                {
                    if (!families.Add(name)) throw new FormatException($"{name} stands in two places");
                    (family, unit, begun) = (name, "", false);
                    described.Clear();
                }

                if (begun) throw new FormatException($"metadata after samples: {line}");
                if (!described.Add(keyword)) throw new FormatException($"{keyword} twice for {name}");
                if (keyword == "TYPE" && rest != "gauge") throw new FormatException($"a type that this reader does not know: {rest}");
                if (keyword == "UNIT") unit = rest;
                if (unit.Length > 0 && !name.EndsWith("_" + unit, StringComparison.Ordinal)) throw new FormatException($"{name} does not end with its unit {unit}");
                if (keyword == "HELP") Unescape(rest);
                continue;
            }

            if (Sample().Match(line) is not { Success: true } found) throw new FormatException($"neither metadata nor a sample: {line}");
            if (found.Groups[1].Value != family || !described.Contains("TYPE")) throw new FormatException($"a sample outside of its family: {line}");
            begun = true;
            var labels = Labels(found.Groups[2].Value);
            if (!series.Add(family + string.Join(';', labels.Select(label => $"{label.Key}={label.Value}")))) throw new FormatException($"twice: {line}");
            if (Reserved().IsMatch(family)) throw new FormatException($"a gauge's name ends like another type's: {family}");
            samples.Add(new(family, labels, double.Parse(found.Groups[3].Value, NumberStyles.Float, CultureInfo.InvariantCulture)));
        }

        return samples;
    }

    static ImmutableSortedDictionary<string, string> Labels(string text)
    {
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var at = 0;
        while (at < text.Length)
        {
            var label = Label().Match(text, at);
            if (!label.Success || label.Index != at) throw new FormatException($"labels: {text[at..]}");
            labels.Add(label.Groups[1].Value, Unescape(label.Groups[2].Value));
            at += label.Length;
            if (at < text.Length && text[at++] != ',') throw new FormatException($"labels: {text}");
        }

        return labels.ToImmutable();
    }

    static string Unescape(string text)
    {
        var to = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
            to.Append(text[i] != '\\' ? text[i] : ++i < text.Length && text[i] is 'n' or '\\' or '"' ? text[i] == 'n' ? '\n' : text[i] : throw new FormatException($"a lone backslash: {text}"));
        return to.ToString();
    }

    [GeneratedRegex(@"\A# (TYPE|UNIT|HELP) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)\z", RegexOptions.Singleline)]
    private static partial Regex Metadata();

    [GeneratedRegex(@"\A([a-zA-Z_:][a-zA-Z0-9_:]*)\{(.*)\} (-?[0-9]+(?:\.[0-9]+)?)\z", RegexOptions.Singleline)]
    private static partial Regex Sample();

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\\n]|\\.)*)""")]
    private static partial Regex Label();

    [GeneratedRegex(@"_(total|created|info|bucket|count|sum|gcount|gsum)\z")]
    private static partial Regex Reserved();
}
