using System.Globalization;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>Whether an answer is the expected one; null if so, else the difference in words.</summary>
static class ScriptComparison
{
    /// <summary>How far numbers may be apart, in parts of their sizes together.</summary>
    const double Tolerance = 1e-6;

    const double SmallestNormal = 2.2250738585072014e-308;

    public static string? Difference(EvalCommand eval, QueryValue actual) => (eval.Expected, actual) switch
    {
        ({ Text: { } text }, StringValue value) => value.V == text ? null : $"expected the string \"{text}\", got \"{value.V}\"",
        ({ Text: not null }, _) => $"expected a string, got {Kind(actual)}",
        ({ RangeVector: { } range }, MatrixValue matrix) => OfMatrix(eval.Expected, matrix, range.Start, range.End, range.Step),
        ({ RangeVector: not null }, _) => $"expected a range vector, got {Kind(actual)}",
        (_, MatrixValue matrix) when eval.IsRange => OfMatrix(eval.Expected, matrix, eval.Start, eval.End, eval.Step),
        ({ Scalar: { } scalar }, ScalarValue value) => IsClose(scalar, value.V) ? null : $"expected {Text(scalar)}, got {Text(value.V)}",
        ({ Scalar: not null }, _) => $"expected a scalar, got {Kind(actual)}",
        (_, VectorValue vector) => OfVector(eval, vector),
        _ => $"expected a vector, got {Kind(actual)}",
    };

    /// <summary>What notes there must be, must not be, and what no eval may say beside the ones it names.</summary>
    public static string? NotesDifference(Expectation expected, IReadOnlyList<string> warnings, IReadOnlyList<string> infos) =>
        OfNotes(expected, NoteKind.Warn, NoteKind.NoWarn, warnings) ?? OfNotes(expected, NoteKind.Info, NoteKind.NoInfo, infos);

    public static bool IsClose(double a, double b)
    {
        if (StaleMarker.Is(a) || StaleMarker.Is(b)) return StaleMarker.Is(a) && StaleMarker.Is(b);
        if (double.IsNaN(a) || double.IsNaN(b)) return double.IsNaN(a) && double.IsNaN(b);
        if (a == b) return true;
        var (sizes, apart) = (Math.Abs(a) + Math.Abs(b), Math.Abs(a - b));
        return a == 0 || b == 0 || sizes < SmallestNormal ? apart < Tolerance * SmallestNormal : apart / Math.Min(sizes, double.MaxValue) < Tolerance;
    }

    static string? OfNotes(Expectation expected, NoteKind some, NoteKind none, IReadOnlyList<string> actual)
    {
        if (expected.Notes.Any(note => note.Kind == none) && actual.Count > 0) return $"expected {none}, got: {string.Join("; ", actual)}";
        var wanted = expected.Notes.Where(note => note.Kind == some).ToArray();
        if (wanted.Length == 0) return null;
        if (actual.Count == 0) return $"expected {wanted[0]}, got none";
        if (wanted.FirstOrDefault(note => !actual.Any(note.Matches)) is { } missing) return $"expected {missing}, got: {string.Join("; ", actual)}";
        return actual.FirstOrDefault(note => !wanted.Any(want => want.Matches(note))) is { } extra ? $"unexpected {some}: {extra}" : null;
    }

    static string? OfVector(EvalCommand eval, VectorValue vector)
    {
        var seen = new HashSet<Labels>();
        for (var at = 0; at < vector.Samples.Length; at++)
        {
            var sample = vector.Samples[at];
            if (!seen.Add(sample.Labels)) return $"{sample.Labels} stands twice";
            var position = Position(eval.Expected, sample.Labels);
            if (position < 0) return $"unexpected {sample.Labels} {Text(sample.Value, sample.Histogram)}";
            if (eval.Expected.IsOrdered && position != at) return $"expected {sample.Labels} at place {position + 1}, got it at {at + 1}";
            if (OfValue(eval.Expected.Series[position].Values.FirstOrDefault(), sample.Value, sample.Histogram) is { } difference) return $"{sample.Labels}: {difference}";
            if (sample.Time != eval.Start) return $"{sample.Labels}: its time is {sample.Time}, not {eval.Start}";
        }

        return eval.Expected.Series.FirstOrDefault(series => !seen.Contains(series.Labels)) is { } missing ? $"expected {missing.Labels} {missing.Values.FirstOrDefault()}, got none" : null;
    }

    static string? OfMatrix(Expectation expected, MatrixValue matrix, long start, long end, long step)
    {
        if (expected.IsOrdered) return "a range has no order to expect";
        var seen = new HashSet<Labels>();
        foreach (var series in matrix.Series)
        {
            if (!seen.Add(series.Labels)) return $"{series.Labels} stands twice";
            var position = Position(expected, series.Labels);
            if (position < 0) return $"unexpected {series.Labels} {string.Join(' ', series.Values.Select((value, at) => $"{Text(value, series.Histograms?[at])}@{series.Times[at]}"))}";
            var values = expected.Series[position].Values;
            if (values.Length > ((end - start) / step) + 1) return $"{series.Labels}: {values.Length} values are expected in {((end - start) / step) + 1} steps";
            var wanted = values.Select((value, at) => (Time: start + (at * step), Value: value)).Where(one => !one.Value.IsOmitted).ToArray();
            var got = series.Times.Select((time, at) => $"{Text(series.Values[at], series.Histograms?[at])}@{time}");
            if (wanted.Length != series.Times.Length) return $"{series.Labels}: expected {wanted.Length} values, got {series.Times.Length}: {string.Join(' ', got)}";
            for (var at = 0; at < wanted.Length; at++)
            {
                if (series.Times[at] != wanted[at].Time) return $"{series.Labels}: expected a value at {wanted[at].Time}, got {string.Join(' ', got)}";
                if (OfValue(wanted[at].Value, series.Values[at], series.Histograms?[at]) is { } difference) return $"{series.Labels} at {wanted[at].Time}: {difference}";
            }
        }

        return expected.Series.FirstOrDefault(series => !seen.Contains(series.Labels) && series.Values.Any(value => !value.IsOmitted)) is { } missing ? $"expected {missing.Labels}, got none" : null;
    }

    static int Position(Expectation expected, Labels labels)
    {
        for (var at = 0; at < expected.Series.Length; at++)
        {
            if (expected.Series[at].Labels.Equals(labels)) return at;
        }

        return -1;
    }

    static string? OfValue(SequenceValue expected, double value, NativeHistogram? histogram)
    {
        if (expected.Histogram is { } wanted)
        {
            if (histogram is null) return $"expected {Whole(wanted)}, got {Text(value)}";
            if (!wanted.Compact().SameAs(histogram.Compact(), 2 * Tolerance)) return $"expected {Whole(wanted)}, got {Whole(histogram)}";
            return expected.SaysHint && wanted.Hint != histogram.Hint ? $"expected the hint {wanted.Hint}, got {histogram.Hint}" : null;
        }

        return histogram is null && expected.Number is { } number && IsClose(number, value) ? null : $"expected {expected}, got {Text(value, histogram)}";
    }

    static string Whole(NativeHistogram histogram) => $"{histogram} (schema {histogram.Schema}, zero up to {Text(histogram.ZeroThreshold)}, bounds [{string.Join(' ', histogram.CustomBounds.Select(Text))}])";

    static string Text(double value, NativeHistogram? histogram) => histogram?.ToString() ?? Text(value);

    static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    static string Kind(QueryValue value) => value switch
    {
        ScalarValue scalar => "the scalar " + Text(scalar.V),
        StringValue => "a string",
        VectorValue => "a vector",
        _ => "a matrix",
    };
}
