using System.Globalization;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>The values of a series: <c>1+2x5 _ _x3 stale {{schema:0 sum:1 count:1 buckets:[1 2]}}x2</c>.</summary>
static class ScriptValues
{
    public static List<ScriptValue?> Read(string text)
    {
        var values = new List<ScriptValue?>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at >= text.Length) return values;
            if (text[at..].StartsWith("{{", StringComparison.Ordinal)) Histograms(text, ref at, values);
            else Floats(text, ref at, values);
        }
    }

    static void Floats(string text, ref int at, List<ScriptValue?> values)
    {
        var end = at;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        var item = text[at..end];
        at = end;
        if (item.StartsWith('_'))
        {
            var count = item == "_" ? 1 : int.Parse(item[2..], CultureInfo.InvariantCulture);
            for (var n = 0; n < count; n++) values.Add(null);
            return;
        }

        if (item.StartsWith("stale", StringComparison.Ordinal))
        {
            values.Add(new(StaleMarker.Value, null));
            return;
        }

        if (ScriptReader.Number(item) is { } single)
        {
            values.Add(new(single, null));
            return;
        }

        var times = item.LastIndexOf('x');
        if (times < 0) throw new ScriptProblem($"{item} is no value");
        var repeats = int.Parse(item[(times + 1)..], CultureInfo.InvariantCulture);
        var head = item[..times];
        // The sign between the start and the step: not the first character, nor the one of an exponent.
        var sign = -1;
        for (var n = 1; n < head.Length; n++)
        {
            if (head[n] is '+' or '-' && head[n - 1] is not ('e' or 'E' or '+' or '-')) sign = n;
        }

        var start = ScriptReader.Number(sign < 0 ? head : head[..sign]) ?? throw new ScriptProblem($"{item} is no value");
        var step = sign < 0 ? 0 : ScriptReader.Number(head[(sign + 1)..]) ?? throw new ScriptProblem($"{item} is no value");
        if (sign >= 0 && head[sign] == '-') step = -step;
        var value = start;
        for (var n = 0; n <= repeats; n++)
        {
            values.Add(new(value, null));
            value += step;
        }
    }

    static void Histograms(string text, ref int at, List<ScriptValue?> values)
    {
        var first = One(text, ref at);
        NativeHistogram? step = null;
        var minus = false;
        if (at < text.Length && text[at] is '+' or '-')
        {
            minus = text[at++] == '-';
            step = One(text, ref at);
        }

        var repeats = 0;
        if (at < text.Length && text[at] == 'x')
        {
            var end = at + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            repeats = int.Parse(text[(at + 1)..end], CultureInfo.InvariantCulture);
            at = end;
        }

        var histogram = first;
        for (var n = 0; n <= repeats; n++)
        {
            values.Add(new(0, histogram));
            if (step is not null && n < repeats) histogram = (minus ? histogram.Subtract(step, out _) : histogram.Add(step, out _)) ?? throw new ScriptProblem("these histograms have no sum");
        }
    }

    static NativeHistogram One(string text, ref int at)
    {
        var end = text.IndexOf("}}", at, StringComparison.Ordinal);
        if (end < 0) throw new ScriptProblem("a histogram is not closed");
        var histogram = Histogram(text[(at + 2)..end]);
        at = end + 2;
        return histogram;
    }

    static NativeHistogram Histogram(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var colon = text.IndexOf(':', at);
            if (colon < 0) throw new ScriptProblem($"{text[at..]} is no field of a histogram");
            var name = text[at..colon];
            var end = colon + 1;
            if (end < text.Length && text[end] == '[') end = text.IndexOf(']', end) + 1;
            else
            {
                while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
            }

            fields.Add(name, text[(colon + 1)..end]);
            at = end;
        }

        double Field(string name) => fields.TryGetValue(name, out var value) ? ScriptReader.Number(value) ?? throw new ScriptProblem($"{value} is no number") : 0;
        double[] List(string name) => fields.TryGetValue(name, out var value) ? [.. value.Trim('[', ']').Split((char[])[' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(item => ScriptReader.Number(item) ?? throw new ScriptProblem($"{item} is no number"))] : [];
        var (positive, negative) = (List("buckets"), List("n_buckets"));
        return new()
        {
            Schema = (int)Field("schema"),
            Sum = Field("sum"),
            Count = Field("count"),
            ZeroCount = Field("z_bucket"),
            ZeroThreshold = Field("z_bucket_w"),
            PositiveBuckets = [.. positive],
            PositiveSpans = positive.Length == 0 ? [] : [new((int)Field("offset"), (uint)positive.Length)],
            NegativeBuckets = [.. negative],
            NegativeSpans = negative.Length == 0 ? [] : [new((int)Field("n_offset"), (uint)negative.Length)],
            CustomBounds = [.. List("custom_values")],
            Hint = fields.GetValueOrDefault("counter_reset_hint") switch { "reset" => ResetHint.Reset, "not_reset" => ResetHint.NotReset, "gauge" => ResetHint.Gauge, _ => ResetHint.Unknown },
        };
    }
}
