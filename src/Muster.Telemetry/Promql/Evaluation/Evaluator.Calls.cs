using System.Globalization;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Which function is which; what they mean is <see href="https://prometheus.io/docs/prometheus/latest/querying/functions/"/>.</summary>
sealed partial class Evaluator
{
    Outcome Call(Call call, Frame frame)
    {
        var arguments = call.Arguments;
        switch (call.Function.Name)
        {
            case "time": return new Outcome.Scalar(EachStep(frame, now => now / 1000.0));
            case "pi": return Constant(Math.PI, frame);
            case "start": return Constant(start / 1000.0, frame);
            case "end": return Constant(end / 1000.0, frame);
            case "range": return Constant((end - start) / 1000.0, frame);
            case "min_of": return Between(call, frame, Math.Min);
            case "max_of": return Between(call, frame, Math.Max);
            case "step": return Constant(_step / 1000.0, frame);
            case "scalar": return ToScalar(Tracks(arguments[0], frame), frame);
            case "vector": return new Outcome.Vector([Always(Scalars(arguments[0], frame))]);
            case "timestamp": return new Outcome.Vector(Timestamps(arguments[0], frame));
            case "absent": return new Outcome.Vector(Absence(arguments[0], Presence(Tracks(arguments[0], frame), frame), frame));
            case "absent_over_time":
                // One value stands for "there is something"; which series it is does not matter.
                return new Outcome.Vector(Absence(arguments[0], Presence(Slide(arguments[0], frame, static (in Window _) => 1, dropsName: false), frame), frame));
            case "sort": return new Outcome.Vector(Sorted(Tracks(arguments[0], frame), call, frame, descending: false), IsSorted: true);
            case "sort_desc": return new Outcome.Vector(Sorted(Tracks(arguments[0], frame), call, frame, descending: true), IsSorted: true);
            case "sort_by_label": return new Outcome.Vector(SortedByLabels(Tracks(arguments[0], frame), call, frame, descending: false), IsSorted: true);
            case "sort_by_label_desc": return new Outcome.Vector(SortedByLabels(Tracks(arguments[0], frame), call, frame, descending: true), IsSorted: true);
            case "label_replace": return new Outcome.Vector(Replaced(Tracks(arguments[0], frame), [.. arguments.Skip(1).Select(Text)]));
            case "label_join": return new Outcome.Vector(Joined(Tracks(arguments[0], frame), [.. arguments.Skip(1).Select(Text)]));
            case "info": return new Outcome.Vector(WithInfo(call, frame));
            case "histogram_quantile": return new Outcome.Vector(Quantiles(call, frame));
            case "histogram_quantiles": return new Outcome.Vector(ManyQuantiles(call, frame));
            case "histogram_fraction": return new Outcome.Vector(Fractions(call, frame));
            default: break;
        }

        if (OfHistogram(call.Function.Name) is { } ofHistogram) return new Outcome.Vector(Mapped(Observed(call, frame), (point, _) => point.Histogram is { } histogram ? ofHistogram(histogram) : Point.None, dropsName: true));
        if (OfTime(call.Function.Name) is { } ofTime) return new Outcome.Vector(Calendar(call, frame, ofTime));
        if (OfValue(call, frame) is { } ofValue) return new Outcome.Vector(Mapped(Tracks(arguments[0], frame), (point, step) => point.Histogram is null ? ofValue(point.Value, step) : Point.None, dropsName: true));
        return OverTime(call, frame) is { } over ? new Outcome.Vector(over)
            : throw new QueryProblem(QueryProblemKind.Execution, string.Create(CultureInfo.InvariantCulture, $"the function {call.Function.Name} is not known here"), call.Place);
    }

    Outcome.Scalar Between(Call call, Frame frame, Func<double, double, double> of)
    {
        var (a, b) = (Scalars(call.Arguments[0], frame), Scalars(call.Arguments[1], frame));
        return new([.. a.Zip(b, of)]);
    }

    static double[] EachStep(Frame frame, Func<long, double> value)
    {
        var values = new double[frame.Count];
        for (var step = 0; step < values.Length; step++) values[step] = value(frame.At(step));
        return values;
    }

    /// <summary>Functions of one float, and of scalars beside it.</summary>
    Func<double, int, double>? OfValue(Call call, Frame frame)
    {
        double[] Beside(int index, double otherwise) => call.Arguments.Length > index ? Scalars(call.Arguments[index], frame) : Constant(otherwise, frame).Values;
        switch (call.Function.Name)
        {
            case "abs": return static (v, _) => Math.Abs(v);
            case "ceil": return static (v, _) => Math.Ceiling(v);
            case "floor": return static (v, _) => Math.Floor(v);
            case "exp": return static (v, _) => Math.Exp(v);
            case "sqrt": return static (v, _) => Math.Sqrt(v);
            case "ln": return static (v, _) => Math.Log(v);
            case "log2": return static (v, _) => Math.Log2(v);
            case "log10": return static (v, _) => Math.Log10(v);
            case "sin": return static (v, _) => Math.Sin(v);
            case "cos": return static (v, _) => Math.Cos(v);
            case "tan": return static (v, _) => Math.Tan(v);
            case "asin": return static (v, _) => Math.Asin(v);
            case "acos": return static (v, _) => Math.Acos(v);
            case "atan": return static (v, _) => Math.Atan(v);
            case "sinh": return static (v, _) => Math.Sinh(v);
            case "cosh": return static (v, _) => Math.Cosh(v);
            case "tanh": return static (v, _) => Math.Tanh(v);
            case "asinh": return static (v, _) => Math.Asinh(v);
            case "acosh": return static (v, _) => Math.Acosh(v);
            case "atanh": return static (v, _) => Math.Atanh(v);
            case "deg": return static (v, _) => v * 180 / Math.PI;
            case "rad": return static (v, _) => v * Math.PI / 180;
            case "sgn": return static (v, _) => v < 0 ? -1 : v > 0 ? 1 : v;
            case "round":
                {
                    var to = Beside(1, 1);
                    return (v, step) =>
                    {
                        var inverse = 1.0 / to[step];
                        return Math.Floor((v * inverse) + 0.5) / inverse;
                    };
                }

            case "clamp":
                {
                    var (least, most) = (Beside(1, 0), Beside(2, 0));
                    return (v, step) => most[step] < least[step] ? Absent.Value : Numbers.Max(least[step], Numbers.Min(most[step], v));
                }

            case "clamp_min":
                {
                    var least = Beside(1, 0);
                    return (v, step) => Numbers.Max(least[step], v);
                }

            case "clamp_max":
                {
                    var most = Beside(1, 0);
                    return (v, step) => Numbers.Min(most[step], v);
                }

            default: return null;
        }
    }

    static Func<DateTime, double>? OfTime(string name) => name switch
    {
        "year" => static time => time.Year,
        "month" => static time => time.Month,
        "day_of_month" => static time => time.Day,
        "day_of_week" => static time => (int)time.DayOfWeek,
        "day_of_year" => static time => time.DayOfYear,
        "days_in_month" => static time => DateTime.DaysInMonth(time.Year, time.Month),
        "hour" => static time => time.Hour,
        "minute" => static time => time.Minute,
        _ => null,
    };

    List<Track> Calendar(Call call, Frame frame, Func<DateTime, double> part)
    {
        double Of(double seconds) => seconds is >= -62_135_596_800 and < 253_402_300_800 ? part(DateTime.UnixEpoch.AddSeconds(Math.Truncate(seconds))) : double.NaN;
        return call.Arguments.IsEmpty ? [Always(EachStep(frame, now => Of(now / 1000.0)))]
            : Mapped(Tracks(call.Arguments[0], frame), (point, _) => point.Histogram is null ? Of(point.Value) : Point.None, dropsName: true);
    }

    static Outcome.Scalar ToScalar(List<Track> tracks, Frame frame)
    {
        var values = new double[frame.Count];
        for (var step = 0; step < frame.Count; step++)
        {
            values[step] = double.NaN;
            var seen = 0;
            foreach (var track in tracks)
            {
                if (!track.Has(step) || track.HistogramAt(step) is not null) continue;
                values[step] = ++seen == 1 ? track.Values[step] : double.NaN;
            }
        }

        return new(values);
    }

    /// <summary>Of a selector, the times of its samples; of anything else, the time of evaluation.</summary>
    List<Track> Timestamps(Expression argument, Frame frame)
    {
        if (Bare(argument) is not VectorSelector { Extension: Extension.None } selector) return Mapped(Tracks(argument, frame), (_, step) => frame.At(step) / 1000.0, dropsName: true);
        var (first, last) = (Shifted(selector.Shift, frame.Start), Shifted(selector.Shift, frame.End));
        var tracks = new List<Track>();
        foreach (var series in source.Select(selector.Matchers, first - options.Lookback + 1, last, cancel))
        {
            Read(series, first - options.Lookback + 1, last);
            var times = _buffer.Times;
            var values = _buffer.Values;
            var histograms = _buffer.Histograms;
            var track = New(series.Labels, frame.Count, dropsName: true);
            var next = 0;
            for (var step = 0; step < frame.Count; step++)
            {
                var at = Shifted(selector.Shift, frame.At(step));
                while (next < times.Length && times[next] <= at) next++;
                if (next == 0 || times[next - 1] <= at - options.Lookback) continue;
                if ((histograms.IsEmpty || histograms[next - 1] is null) && StaleMarker.Is(values[next - 1])) continue;
                track.Values[step] = times[next - 1] / 1000.0;
            }

            tracks.Add(track);
        }

        return tracks;
    }

    static bool[] Presence(List<Track> tracks, Frame frame)
    {
        var present = new bool[frame.Count];
        foreach (var track in tracks)
        {
            for (var step = 0; step < present.Length; step++) present[step] |= track.Has(step);
        }

        return present;
    }

    List<Track> Absence(Expression of, bool[] present, Frame frame)
    {
        var track = New(LabelsOfAbsence(of), frame.Count);
        for (var step = 0; step < present.Length; step++)
        {
            if (!present[step]) track.Values[step] = 1;
        }

        return [track];
    }

    /// <summary>What a missing series would be called, as far as its selector says so: each label that one equality and nothing else asks for.</summary>
    static Labels LabelsOfAbsence(Expression of)
    {
        var matchers = Bare(of) switch
        {
            VectorSelector vector => vector.Matchers,
            MatrixSelector matrix => matrix.Vector.Matchers,
            _ => [],
        };
        return Labels.Of(matchers.Where(matcher => matcher.Name != Labels.MetricName).GroupBy(matcher => matcher.Name)
            .Where(group => group.Count() == 1 && group.First().Kind == MatchKind.Equal).Select(group => new Label(group.Key, group.First().Value)));
    }
}
