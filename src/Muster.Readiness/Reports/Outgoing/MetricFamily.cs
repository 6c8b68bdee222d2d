using System.Globalization;
using System.Text;

namespace Muster.Readiness;

/// <summary>
/// One family of gauges. Of two samples with the same labels the larger stays, or the smaller where that is the worse one, since an exposition with a sample twice is refused whole.
/// A family without samples is not written.
/// </summary>
sealed class MetricFamily(string name, string help, string? unit = null, bool least = false)
{
    readonly Dictionary<string, double> _samples = [];
    readonly List<string> _order = [];

    public void Add(double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var set = new StringBuilder();
        foreach (var (label, says) in labels) set.Append(set.Length == 0 ? "" : ",").Append(label).Append("=\"").Append(Escaped(ControlText.Line(says))).Append('"');
        var key = set.ToString();
        if (_samples.TryGetValue(key, out var known)) value = least ? Math.Min(known, value) : Math.Max(known, value);
        else _order.Add(key);
        _samples[key] = value;
    }

    public void WriteTo(StringBuilder to)
    {
        if (_order.Count == 0) return;
        to.Append($"# TYPE {name} gauge\n");
        if (unit is not null) to.Append($"# UNIT {name} {unit}\n");
        to.Append($"# HELP {name} {help}\n");
        foreach (var labels in _order) to.Append($"{name}{{{labels}}} {Number(_samples[labels])}\n");
    }

    static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
