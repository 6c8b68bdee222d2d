using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Parsing;
using Muster.Telemetry.Series;

namespace Muster.Server.Api;

/// <summary>The shapes of <see href="https://prometheus.io/docs/prometheus/latest/querying/api/"/>: numbers of samples are strings, times are seconds.</summary>
static class PrometheusJson
{
    public const string Truncated = "results truncated due to limit";

    /// <summary>Bytes after which what is written goes on to the reader: an answer is never in memory whole as text.</summary>
    const int Piece = 64 << 10;

    /// <summary>Points that are made into text at a time.</summary>
    const int Points = 4096;

    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, MaxDepth = ParseTree.DeepestJson + 8 };

    public static async Task Write(HttpContext context, Action<Utf8JsonWriter> data, IReadOnlyList<string>? warnings = null, IReadOnlyList<string>? infos = null)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("status"u8, "success"u8);
        json.WritePropertyName("data"u8);
        data(json);
        Texts(json, "warnings", warnings);
        Texts(json, "infos", infos);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    public static async Task Error(HttpContext context, int status, string kind, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("status"u8, "error"u8);
        json.WriteString("errorType"u8, kind);
        json.WriteString("error"u8, message);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }

    static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string>? texts)
    {
        if (texts is not { Count: > 0 }) return;
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }

    /// <summary>What a query came to, written as fast as its reader takes it.</summary>
    public static async Task Answer(HttpContext context, QueryValue value, Action<Utf8JsonWriter>? statistics, IReadOnlyList<string> warnings, IReadOnlyList<string> infos, CancellationToken cancel)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("status"u8, "success"u8);
        json.WriteStartObject("data"u8);
        switch (value)
        {
            case ScalarValue scalar:
                json.WriteString("resultType"u8, "scalar"u8);
                json.WritePropertyName("result"u8);
                Pair(json, scalar.Time, scalar.V);
                break;
            case StringValue text:
                json.WriteString("resultType"u8, "string"u8);
                json.WriteStartArray("result"u8);
                Time(json, text.Time);
                json.WriteStringValue(text.V);
                json.WriteEndArray();
                break;
            case VectorValue vector:
                json.WriteString("resultType"u8, "vector"u8);
                json.WriteStartArray("result"u8);
                foreach (var sample in vector.Samples)
                {
                    Sample(json, sample);
                    if (IsEnough(context, json)) await Pass(context, json, cancel);
                }

                json.WriteEndArray();
                break;
            case MatrixValue matrix:
                json.WriteString("resultType"u8, "matrix"u8);
                json.WriteStartArray("result"u8);
                var times = new StepTexts();
                foreach (var series in matrix.Series) await Series(context, json, series, times, cancel);
                json.WriteEndArray();
                break;
            default: throw new InvalidOperationException("a value of no known kind");
        }

        statistics?.Invoke(json);
        json.WriteEndObject();
        Texts(json, "warnings", warnings);
        Texts(json, "infos", infos);
        json.WriteEndObject();
        await Pass(context, json, cancel);
    }

    /// <summary>The writer hands on what it has whenever a buffer is full: what has gathered stands in the response for the most part.</summary>
    static bool IsEnough(HttpContext context, Utf8JsonWriter json) => context.Response.BodyWriter.UnflushedBytes + json.BytesPending > Piece;

    /// <summary>So many of the same kind, written as fast as their reader takes them.</summary>
    public static async Task List<T>(HttpContext context, IReadOnlyList<T> all, Action<Utf8JsonWriter, T> write, IReadOnlyList<string> warnings, CancellationToken cancel)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("status"u8, "success"u8);
        json.WriteStartArray("data"u8);
        foreach (var one in all)
        {
            write(json, one);
            if (IsEnough(context, json)) await Pass(context, json, cancel);
        }

        json.WriteEndArray();
        Texts(json, "warnings", warnings);
        json.WriteEndObject();
        await Pass(context, json, cancel);
    }

    /// <summary>Waits until the reader has taken what is written.</summary>
    static async ValueTask Pass(HttpContext context, Utf8JsonWriter json, CancellationToken cancel)
    {
        await json.FlushAsync(cancel);
        await context.Response.BodyWriter.FlushAsync(cancel);
    }

    static void Sample(Utf8JsonWriter json, VectorSample sample)
    {
        json.WriteStartObject();
        Metric(json, "metric"u8, sample.Labels);
        if (sample.Histogram is { } histogram)
        {
            json.WritePropertyName("histogram"u8);
            Pair(json, sample.Time, histogram);
        }
        else
        {
            json.WritePropertyName("value"u8);
            Pair(json, sample.Time, sample.Value);
        }

        json.WriteEndObject();
    }

    static async ValueTask Series(HttpContext context, Utf8JsonWriter json, RangeSeries series, StepTexts times, CancellationToken cancel)
    {
        json.WriteStartObject();
        Metric(json, "metric"u8, series.Labels);
        if (series.Histograms is null || Array.Exists(series.Histograms, histogram => histogram is null))
        {
            json.WriteStartArray("values"u8);
            times.Of(series.Times);
            for (var at = 0; at < series.Times.Length; at += Points)
            {
                Values(json, series, times, at, Math.Min(series.Times.Length, at + Points));
                if (IsEnough(context, json)) await Pass(context, json, cancel);
            }

            json.WriteEndArray();
        }

        if (series.Histograms is not null)
        {
            json.WriteStartArray("histograms"u8);
            for (var at = 0; at < series.Times.Length; at++)
            {
                if (series.Histograms[at] is { } histogram) Pair(json, series.Times[at], histogram);
                if (IsEnough(context, json)) await Pass(context, json, cancel);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        if (IsEnough(context, json)) await Pass(context, json, cancel);
    }

    /// <summary>By hand, as most of an answer is this: a pair costs two numbers and seven bytes.</summary>
    static void Values(Utf8JsonWriter json, RangeSeries series, StepTexts times, int from, int to)
    {
        const int Longest = 64;
        var buffer = ArrayPool<byte>.Shared.Rent((to - from) * Longest);
        var length = 0;
        for (var at = from; at < to; at++)
        {
            if (series.Histograms?[at] is not null) continue;
            if (length > 0) buffer[length++] = (byte)',';
            var time = times[at];
            time.CopyTo(buffer.AsSpan(length));
            length += time.Length;
            length += Number(series.Values[at], buffer.AsSpan(length));
            buffer[length++] = (byte)'"';
            buffer[length++] = (byte)']';
        }

        // Several values, as if they were one: the comma before them is the writer's.
        if (length > 0) json.WriteRawValue(buffer.AsSpan(0, length), skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    public static void Metric(Utf8JsonWriter json, ReadOnlySpan<byte> name, Labels labels)
    {
        json.WritePropertyName(name);
        Metric(json, labels);
    }

    public static void Metric(Utf8JsonWriter json, Labels labels)
    {
        json.WriteStartObject();
        foreach (var label in labels.Span) json.WriteString(label.Name, label.Value);
        json.WriteEndObject();
    }

    public static void Pair(Utf8JsonWriter json, long time, double value)
    {
        json.WriteStartArray();
        Time(json, time);
        Span<byte> text = stackalloc byte[32];
        json.WriteStringValue(text[..Number(value, text)]);
        json.WriteEndArray();
    }

    static void Pair(Utf8JsonWriter json, long time, NativeHistogram histogram)
    {
        json.WriteStartArray();
        Time(json, time);
        json.WriteStartObject();
        json.WriteString("count"u8, Text(histogram.Count));
        json.WriteString("sum"u8, Text(histogram.Sum));
        var any = false;
        foreach (var bucket in histogram.Buckets())
        {
            if (bucket.Count == 0) continue;
            if (!any) json.WriteStartArray("buckets"u8);
            any = true;
            json.WriteStartArray();
            json.WriteNumberValue((bucket.LowerIncluded, bucket.UpperIncluded) switch { (false, true) => 0, (true, false) => 1, (false, false) => 2, _ => 3 });
            json.WriteStringValue(Text(bucket.Lower));
            json.WriteStringValue(Text(bucket.Upper));
            json.WriteStringValue(Text(bucket.Count));
            json.WriteEndArray();
        }

        if (any) json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static void Time(Utf8JsonWriter json, long milliseconds)
    {
        Span<byte> text = stackalloc byte[24];
        json.WriteRawValue(text[..Seconds(milliseconds, text)], skipInputValidation: true);
    }

    /// <summary>Seconds with up to three digits behind the point.</summary>
    internal static int Seconds(long milliseconds, Span<byte> text)
    {
        var (seconds, rest) = (milliseconds / 1000, (int)Math.Abs(milliseconds % 1000));
        var length = 0;
        if (milliseconds is < 0 and > -1000) text[length++] = (byte)'-';
        seconds.TryFormat(text[length..], out var written, default, CultureInfo.InvariantCulture);
        length += written;
        return length + Decimals(rest, text[length..]);
    }

    public static string Text(double value)
    {
        Span<byte> text = stackalloc byte[32];
        return Encoding.ASCII.GetString(text[..Number(value, text)]);
    }

    /// <summary>As Go writes it: the shortest that reads back, with an exponent only below 1e-6 and from 1e21.</summary>
    public static int Number(double value, Span<byte> into)
    {
        if (double.IsNaN(value)) return Copy("NaN"u8, into);
        if (double.IsInfinity(value)) return Copy(value > 0 ? "+Inf"u8 : "-Inf"u8, into);
        // Whole numbers are what most metrics are, and cost a tenth of others.
        if (Math.Abs(value) < 1e15 && value == Math.Truncate(value) && !(value == 0 && double.IsNegative(value)))
        {
            ((long)value).TryFormat(into, out var whole, default, CultureInfo.InvariantCulture);
            return whole;
        }

        if (TryFew(value, into) is > 0 and var few) return few;
        if (Math.Abs(value) is 0 or (>= 1e-4 and < 1e15))
        {
            value.TryFormat(into, out var written, "R", CultureInfo.InvariantCulture);
            return written;
        }

        // Both the digits and the exponent of the shortest form: sixteen digits of 1e-6 begin with a nine, and have another exponent.
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var mark = shortest.IndexOf('E', StringComparison.Ordinal);
        if (mark < 0) return Encoding.ASCII.GetBytes(shortest, into);
        var exponent = int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = shortest[..mark];
        if (Math.Abs(value) is < 1e-6 or >= 1e21) return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}"), into);
        var sign = mantissa.StartsWith('-') ? "-" : "";
        var digits = mantissa.Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal);
        return Encoding.ASCII.GetBytes(exponent < 0 ? $"{sign}0.{new string('0', -exponent - 1)}{digits}"
            : digits.Length > exponent + 1 ? $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}" : sign + digits.PadRight(exponent + 1, '0'), into);
    }

    /// <summary>
    /// Up to three decimals, as most gauges have, at a third of what finding the shortest costs. It is the shortest: a quotient is rounded
    /// correctly, so its decimal reads back, and of the decimals of up to fifteen digits no two read back as one number.
    /// </summary>
    /// <returns>0: it has more.</returns>
    static int TryFew(double value, Span<byte> into)
    {
        var thousandths = Math.Round(value * 1000);
        if (!(Math.Abs(thousandths) is >= 1 and < 1e15) || thousandths / 1000 != value) return 0;
        var (whole, rest) = Math.DivRem((long)Math.Abs(thousandths), 1000);
        var length = 0;
        if (value < 0) into[length++] = (byte)'-';
        whole.TryFormat(into[length..], out var digits, default, CultureInfo.InvariantCulture);
        return length + digits + Decimals((int)rest, into[(length + digits)..]);
    }

    /// <summary>A point and thousandths without the zeros at their end; nothing for none.</summary>
    static int Decimals(int thousandths, Span<byte> into)
    {
        if (thousandths == 0) return 0;
        into[0] = (byte)'.';
        into[1] = (byte)('0' + (thousandths / 100));
        if (thousandths % 100 == 0) return 2;
        into[2] = (byte)('0' + (thousandths / 10 % 10));
        if (thousandths % 10 == 0) return 3;
        into[3] = (byte)('0' + (thousandths % 10));
        return 4;
    }

    static int Copy(ReadOnlySpan<byte> text, Span<byte> into)
    {
        text.CopyTo(into);
        return text.Length;
    }
}
