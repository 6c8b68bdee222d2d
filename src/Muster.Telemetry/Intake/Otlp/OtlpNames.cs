using System.Text;

namespace Muster.Telemetry.Intake.Otlp;

/// <summary>
/// Names of OpenTelemetry as names of the data model: what is no letter, digit or underscore becomes one, the unit is spelled out behind, and a
/// counter ends in <c>_total</c> (<see href="https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/"/>).
/// </summary>
static class OtlpNames
{
    static readonly Dictionary<string, string> Units = new(StringComparer.Ordinal)
    {
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds", ["ms"] = "milliseconds", ["us"] = "microseconds", ["ns"] = "nanoseconds",
        ["By"] = "bytes", ["KiBy"] = "kibibytes", ["MiBy"] = "mebibytes", ["GiBy"] = "gibibytes", ["TiBy"] = "tibibytes", ["KBy"] = "kilobytes", ["MBy"] = "megabytes", ["GBy"] = "gigabytes", ["TBy"] = "terabytes",
        ["m"] = "meters", ["V"] = "volts", ["A"] = "amperes", ["J"] = "joules", ["W"] = "watts", ["g"] = "grams", ["Cel"] = "celsius", ["Hz"] = "hertz", ["%"] = "percent",
    };

    static readonly Dictionary<string, string> Per = new(StringComparer.Ordinal) { ["s"] = "second", ["m"] = "minute", ["h"] = "hour", ["d"] = "day", ["w"] = "week", ["mo"] = "month", ["y"] = "year" };

    public static string Metric(string name, string unit, bool isCounter, bool isGauge)
    {
        var words = Words(name).ToList();
        foreach (var word in UnitWords(unit, isGauge))
        {
            if (!words.Contains(word)) words.Add(word);
        }

        if (isCounter)
        {
            words.Remove("total");
            words.Add("total");
        }

        var text = string.Join('_', words);
        return text.Length > 0 && char.IsAsciiDigit(text[0]) ? "_" + text : text;
    }

    static IEnumerable<string> Words(string name)
    {
        var word = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c) || c == ':') word.Append(c);
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0) yield return word.ToString();
    }

    static IEnumerable<string> UnitWords(string unit, bool isGauge)
    {
        if (unit.Contains('{', StringComparison.Ordinal)) unit = WithoutAnnotations(unit);
        unit = unit.Trim();
        if (unit == "1") return isGauge ? ["ratio"] : [];
        if (unit.Length == 0) return [];
        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return Words(Units.GetValueOrDefault(unit, unit));
        var (over, under) = (unit[..slash].Trim(), unit[(slash + 1)..].Trim());
        var words = Words(Units.GetValueOrDefault(over, over)).ToList();
        if (under.Length > 0) words.AddRange(["per", .. Words(Per.GetValueOrDefault(under, Units.GetValueOrDefault(under, under)))]);
        return words;
    }

    /// <summary><c>{request}/s</c> is per second of something that the unit does not count.</summary>
    static string WithoutAnnotations(string unit)
    {
        var text = new StringBuilder();
        var depth = 0;
        foreach (var c in unit)
        {
            if (c == '{') depth++;
            else if (c == '}') depth = Math.Max(0, depth - 1);
            else if (depth == 0) text.Append(c);
        }

        return text.ToString();
    }

    public static string Label(string key)
    {
        var text = new StringBuilder(key.Length);
        foreach (var c in key) text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        if (text.Length > 0 && char.IsAsciiDigit(text[0])) text.Insert(0, "key_");
        return text.ToString();
    }
}
