using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Series;

namespace Muster.Conformance.Promql;

/// <summary>Runs a script: each evaluation comes to what it expects, or is told with its line and the reason.</summary>
static class ScriptRunner
{
    static readonly QueryOptions Options = new() { Experimental = true };

    public static (int Passed, List<string> Misses) Run(string path)
    {
        var name = Path.GetFileName(path);
        var source = new ScriptSource();
        var (passed, misses) = (0, new List<string>());
        foreach (var command in ScriptReader.Read(File.ReadAllText(path)))
        {
            switch (command)
            {
                case Command.Clear: source.Clear(); break;
                case Command.Load load: source.Load(load); break;
                case Command.Eval eval:
                    if (Miss(source, eval) is { } miss) misses.Add(string.Create(CultureInfo.InvariantCulture, $"{name}:{eval.Line}: {eval.Query}: {miss}"));
                    else passed++;
                    break;
                default: throw new InvalidOperationException("a command of no known kind");
            }
        }

        return (passed, misses);
    }

    static string? Miss(ScriptSource source, Command.Eval eval)
    {
        try
        {
            var result = eval.Step == 0
                ? QueryEngine.Instant(source, eval.Query, eval.Start, Options, CancellationToken.None)
                : QueryEngine.Range(source, eval.Query, eval.Start, eval.End, eval.Step, Options, CancellationToken.None);
            if (eval.Expected.Fails) return "it is expected to fail, and was answered";
            return Notes(result, eval.Expected) ?? (eval.Step == 0 ? Instant(result.Value, eval) ?? InRange(source, eval, result) : Matrix(result.Value, eval));
        }
        catch (QueryProblem problem)
        {
            if (!eval.Expected.Fails) return $"failed: {problem.Message}";
            return eval.Expected.Messages.Where(message => message.Kind == "fail" && !Says(problem.Message, message)).Select(message => $"the error is \"{problem.Message}\", expected \"{message.Text}\"").FirstOrDefault();
        }
        catch (Exception bug) when (bug is not OutOfMemoryException) { return $"crashed: {bug.GetType().Name}: {bug.Message} {bug.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}"; }
    }

    static bool Says(string text, (string Kind, bool IsRegex, string Text) message) => message.IsRegex ? Regex.IsMatch(text, message.Text) : text == message.Text;

    static string? Notes(QueryResult result, Expectation expected)
    {
        foreach (var (kind, all, presence) in new[] { ("warn", result.Warnings, expected.Warnings), ("info", result.Infos, expected.Infos) })
        {
            if (presence == Presence.Some && all.Count == 0) return $"no {kind} came";
            if (presence == Presence.None && all.Count > 0) return $"unexpected {kind}: {all[0]}";
            foreach (var message in expected.Messages.Where(message => message.Kind == kind))
            {
                if (!all.Any(text => Says(text, message))) return $"{kind} is [{string.Join("; ", all)}], expected \"{message.Text}\"";
            }
        }

        return null;
    }

    static string? Instant(QueryValue value, Command.Eval eval)
    {
        var expected = eval.Expected;
        switch (value)
        {
            case ScalarValue scalar:
                return expected.Scalar is { } wanted ? (Near(wanted, scalar.V) ? null : $"came to {scalar.V}, expected {wanted}") : $"came to the scalar {scalar.V}, expected another type";
            case StringValue text:
                return text.V == expected.Text ? null : $"came to \"{text.V}\", expected \"{expected.Text}\"";
            case MatrixValue matrix:
                return expected.RangeVector is { } range ? Series(matrix, expected.Series, range.Start, range.Step) : "came to a range vector";
            case VectorValue vector:
                return Vector(vector, expected);
            default: return "came to nothing known";
        }
    }

    static string? Vector(VectorValue vector, Expectation expected)
    {
        if (expected.Scalar is not null || expected.Text is not null) return "came to a vector, expected another type";
        var left = vector.Samples.ToList();
        for (var at = 0; at < expected.Series.Count; at++)
        {
            var wanted = expected.Series[at];
            var found = left.FindIndex(sample => sample.Labels.Equals(wanted.Labels));
            if (found < 0) return $"{wanted.Labels} is missing; there are [{string.Join(", ", vector.Samples.Select(sample => sample.Labels))}]";
            if (expected.Ordered && found != 0) return $"{wanted.Labels} does not stand at place {at}";
            if (wanted.Values is not [{ } value]) return "the script expects no single value";
            if (Unlike(value, left[found].Value, left[found].Histogram) is { } difference) return $"{wanted.Labels}: {difference}";
            left.RemoveAt(found);
        }

        return left.Count == 0 ? null : $"{left[0].Labels} {left[0].Histogram?.ToString() ?? left[0].Value.ToString(CultureInfo.InvariantCulture)} is not expected";
    }

    /// <summary>The same query in the middle of a range comes to the same.</summary>
    static string? InRange(ScriptSource source, Command.Eval eval, QueryResult instant)
    {
        if (instant.Value is not VectorValue vector || eval.Expected.Ordered || eval.Query.Contains("start()", StringComparison.Ordinal) || eval.Query.Contains("end()", StringComparison.Ordinal)
            || eval.Query.Contains("range()", StringComparison.Ordinal) || eval.Query.Contains("step()", StringComparison.Ordinal)) return null;
        var matrix = (MatrixValue)QueryEngine.Range(source, eval.Query, eval.Start - 60_000, eval.Start + 60_000, 60_000, Options, CancellationToken.None).Value;
        var middle = matrix.Series.Select(series => (series, at: Array.IndexOf(series.Times, eval.Start))).Where(found => found.at >= 0)
            .Select(found => new VectorSample(found.series.Labels, eval.Start, found.series.Values[found.at], found.series.Histograms?[found.at])).ToList();
        return Vector(new([.. middle]), eval.Expected) is { } miss ? $"in a range: {miss}" : null;
    }

    static string? Matrix(QueryValue value, Command.Eval eval) => value is MatrixValue matrix ? Series(matrix, eval.Expected.Series, eval.Start, eval.Step) : "came to no matrix";

    static string? Series(MatrixValue matrix, List<ScriptSeries> expected, long start, long step)
    {
        var left = matrix.Series.ToList();
        foreach (var wanted in expected)
        {
            var found = left.FindIndex(series => series.Labels.Equals(wanted.Labels));
            if (found < 0)
            {
                if (wanted.Values.All(value => value is null)) continue;
                return $"{wanted.Labels} is missing; there are [{string.Join(", ", matrix.Series.Select(series => series.Labels))}]";
            }

            var series = left[found];
            left.RemoveAt(found);
            for (var at = 0; at < Math.Max(wanted.Values.Count, series.Times.Length); at++)
            {
                var time = start + (at * step);
                var index = Array.IndexOf(series.Times, time);
                if (at >= wanted.Values.Count || wanted.Values[at] is not { } value)
                {
                    if (index >= 0) return $"{wanted.Labels} has {series.Histograms?[index]?.ToString() ?? series.Values[index].ToString(CultureInfo.InvariantCulture)} at {time / 1000.0} s, expected nothing";
                    continue;
                }

                if (index < 0) return $"{wanted.Labels} has nothing at {time / 1000.0} s, expected {value.Histogram?.ToString() ?? value.Value.ToString(CultureInfo.InvariantCulture)}";
                if (Unlike(value, series.Values[index], series.Histograms?[index]) is { } difference) return $"{wanted.Labels} at {time / 1000.0} s: {difference}";
            }
        }

        return left.Count == 0 ? null : $"{left[0].Labels} is not expected";
    }

    static string? Unlike(ScriptValue wanted, double value, NativeHistogram? histogram)
    {
        if (wanted.Histogram is null != histogram is null) return $"a {(histogram is null ? $"float {value}" : $"histogram {histogram}")} came, expected the other";
        if (wanted.Histogram is null) return Near(wanted.Value, value) ? null : string.Create(CultureInfo.InvariantCulture, $"{value} came, expected {wanted.Value}");
        var hint = wanted.Histogram.Hint != ResetHint.Unknown && wanted.Histogram.Hint != histogram!.Hint;
        return !hint && wanted.Histogram.Compact().SameAs(histogram!.Compact(), Tolerance) ? null : $"{histogram} ({histogram!.Hint}) came, expected {wanted.Histogram} ({wanted.Histogram.Hint})";
    }

    const double Tolerance = 1e-6;

    static bool Near(double a, double b)
    {
        if (StaleMarker.Is(a) || StaleMarker.Is(b)) return StaleMarker.Is(a) && StaleMarker.Is(b);
        if (double.IsNaN(a) || double.IsNaN(b)) return double.IsNaN(a) && double.IsNaN(b);
        if (a == b) return true;
        var difference = Math.Abs(a - b);
        var sum = Math.Abs(a) + Math.Abs(b);
        return a == 0 || b == 0 || sum < 2.2250738585072014e-308 ? difference < Tolerance * 2.2250738585072014e-308 : difference / Math.Min(sum, double.MaxValue) < Tolerance;
    }
}
