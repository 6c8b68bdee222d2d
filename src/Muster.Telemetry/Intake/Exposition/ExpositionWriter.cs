using System.Buffers;
using System.Globalization;
using System.Text;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Intake.Exposition;

/// <summary>
/// Writes metrics in either format: each family once, its samples behind it. What <see cref="ExpositionParser"/> reads of it is what was written. In the
/// text format a counter's family bears <c>_total</c>, kinds that it does not know become those that it does, and exemplars are left out.
/// </summary>
public sealed class ExpositionWriter(IBufferWriter<byte> into, ExpositionFormat format)
{
    readonly HashSet<string> _families = new(StringComparer.Ordinal);
    readonly StringBuilder _line = new();
    string _family = "";
    bool _isOver;

    /// <summary>What to send it as.</summary>
    public static string ContentType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <param name="kind">As in <see cref="MetricMetadata.Kind"/>.</param>
    /// <param name="unit">The name must end in it, after an underscore; only OpenMetrics shows it.</param>
    /// <exception cref="InvalidOperationException">The family was written before, or does not end in its unit, or the text has ended.</exception>
    public void Family(string family, string kind, string help = "", string unit = "")
    {
        if (_isOver || !_families.Add(family)) throw new InvalidOperationException($"the family {family} comes twice, or behind the end");
        if (unit.Length > 0 && !family.EndsWith('_' + unit, StringComparison.Ordinal)) throw new InvalidOperationException($"the family {family} does not end in its unit, {unit}");
        _family = family;
        var isText = format == ExpositionFormat.Text;
        var (name, shown) = !isText ? (family, kind) : kind switch
        {
            "counter" => (family + "_total", kind),
            "info" => (family + "_info", "gauge"),
            "stateset" => (family, "gauge"),
            "gaugehistogram" => (family, "histogram"),
            "unknown" => (family, "untyped"),
            _ => (family, kind),
        };
        var spelled = IsMetricName(name) ? name : $"\"{Escaped(name)}\"";
        if (help.Length > 0) _line.Append("# HELP ").Append(spelled).Append(' ').Append(isText ? help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) : Escaped(help)).Append('\n');
        _line.Append("# TYPE ").Append(spelled).Append(' ').Append(shown).Append('\n');
        if (!isText && unit.Length > 0) _line.Append("# UNIT ").Append(spelled).Append(' ').Append(unit).Append('\n');
        Flush();
    }

    /// <summary>One sample of the family that was opened last.</summary>
    /// <param name="suffix">Behind the family's name: <c>_total</c>, <c>_bucket</c>, or nothing.</param>
    /// <param name="time">Milliseconds since 1970; none: whoever reads it sets one.</param>
    /// <param name="exemplar">Its value, labels, and time (0: none).</param>
    /// <exception cref="InvalidOperationException">No family was opened, or the text has ended.</exception>
    public void Sample(string suffix, Labels labels, double value, long? time = null, (double Value, Labels Labels, long Time)? exemplar = null)
    {
        if (_family.Length == 0 || _isOver) throw new InvalidOperationException("a sample belongs to a family, before the end");
        Series(_family + suffix, labels);
        _line.Append(' ').Append(Number(value));
        if (time is { } at) _line.Append(' ').Append(Time(at));
        if (exemplar is { } one && format == ExpositionFormat.OpenMetrics)
        {
            _line.Append(" # {");
            Braced(one.Labels, isFirst: true);
            _line.Append("} ").Append(Number(one.Value));
            if (one.Time != 0) _line.Append(' ').Append(Time(one.Time));
        }

        _line.Append('\n');
        Flush();
    }

    /// <summary>No more follows: without this, a text of OpenMetrics counts as cut off.</summary>
    public void End()
    {
        _isOver = true;
        if (format == ExpositionFormat.Text) return;
        _line.Append("# EOF\n");
        Flush();
    }

    void Series(string name, Labels labels)
    {
        if (IsMetricName(name))
        {
            _line.Append(name);
            if (labels.Count == 0) return;
            _line.Append('{');
            Braced(labels, isFirst: true);
        }
        else
        {
            _line.Append("{\"").Append(Escaped(name)).Append('"');
            Braced(labels, isFirst: false);
        }

        _line.Append('}');
    }

    void Braced(Labels labels, bool isFirst)
    {
        foreach (var label in labels.Span)
        {
            if (!isFirst) _line.Append(',');
            isFirst = false;
            if (IsLabelName(label.Name)) _line.Append(label.Name);
            else _line.Append('"').Append(Escaped(label.Name)).Append('"');
            _line.Append("=\"").Append(Escaped(label.Value)).Append('"');
        }
    }

    static string Number(double value) => double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    string Time(long time) => format == ExpositionFormat.Text ? time.ToString(CultureInfo.InvariantCulture) : (time / 1000m).ToString(CultureInfo.InvariantCulture);

    static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static bool IsLabelName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    static bool IsMetricName(string name) => IsLabelName(name.Replace(':', '_'));

    void Flush()
    {
        Encoding.UTF8.GetBytes(_line.ToString(), into);
        _line.Clear();
    }
}
