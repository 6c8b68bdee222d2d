using System.Collections.Immutable;
using System.Globalization;
using Muster.Telemetry.Histograms;

namespace Muster.Conformance.Promql;

/// <summary>Reads what stands between <c>{{</c> and <c>}}</c>: keys with a value or with <c>[values]</c>, each once, in any order.</summary>
static class HistogramNotation
{
    /// <exception cref="FormatException">This is no histogram.</exception>
    public static (NativeHistogram Value, bool SaysHint) Read(string text)
    {
        var found = Pairs(text);
        double Number(string key) => !found.Remove(key, out var value) ? 0 : ScriptText.TryNumber(value, out var number) ? number : throw Bad(text);
        int Integer(string key) => !found.Remove(key, out var value) ? 0 : int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Bad(text);
        ImmutableArray<double> List(string key)
        {
            if (!found.Remove(key, out var value)) return [];
            if (value is not ['[', .., ']']) throw Bad(text);
            return [.. value[1..^1].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(one => ScriptText.TryNumber(one, out var number) ? number : throw Bad(text))];
        }

        var saysHint = found.Remove("counter_reset_hint", out var said);
        var hint = !saysHint ? ResetHint.Unknown : said switch
        {
            "unknown" => ResetHint.Unknown,
            "reset" => ResetHint.Reset,
            "not_reset" => ResetHint.NotReset,
            "gauge" => ResetHint.Gauge,
            _ => throw Bad(text),
        };
        var (positive, negative) = (List("buckets"), List("n_buckets"));
        var histogram = new NativeHistogram
        {
            Schema = Integer("schema"), Sum = Number("sum"), Count = Number("count"), ZeroCount = Number("z_bucket"), ZeroThreshold = Number("z_bucket_w"),
            CustomBounds = List("custom_values"), PositiveBuckets = positive, NegativeBuckets = negative, Hint = hint,
            PositiveSpans = Spans(Integer("offset"), positive), NegativeSpans = Spans(Integer("n_offset"), negative),
        };
        return found.Count == 0 ? (histogram, saysHint) : throw Bad(text);
    }

    static ImmutableArray<BucketSpan> Spans(int offset, ImmutableArray<double> buckets) => buckets.IsEmpty ? [] : [new(offset, (uint)buckets.Length)];

    static Dictionary<string, string> Pairs(string text)
    {
        var pairs = new Dictionary<string, string>();
        for (var at = 0; ;)
        {
            while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == ',')) at++;
            if (at == text.Length) return pairs;
            var colon = text.IndexOf(':', at);
            if (colon < 0 || colon + 1 >= text.Length) throw Bad(text);
            var end = text[colon + 1] == '[' ? text.IndexOf(']', colon) + 1 : text.IndexOfAny([' ', '\t', ','], colon);
            if (end == 0) throw Bad(text);
            if (end < 0) end = text.Length;
            if (!pairs.TryAdd(text[at..colon], text[(colon + 1)..end])) throw Bad(text);
            at = end;
        }
    }

    static FormatException Bad(string text) => new($"no histogram: {{{{{text}}}}}");
}
