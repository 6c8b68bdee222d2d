using System.Globalization;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>Functions whose argument is a range.</summary>
sealed partial class Evaluator
{
    /// <returns>Null when no function of that name takes a range.</returns>
    List<Track>? OverTime(Call call, Frame frame)
    {
        var arguments = call.Arguments;
        var at = arguments.Length - 1;
        List<Track> Over(OverRange each, bool keepsName = false, int range = 0) => Slide(arguments[range], frame, each, !keepsName);
        List<Track> OverOrAtOnce(OverRange each, OverFloats atOnce)
        {
            // What stands inside of a subquery is not this function's.
            if (Bare(arguments[0]) is not MatrixSelector) return Over(each);
            _kernel = atOnce;
            try { return Over(each); }
            finally { _kernel = null; }
        }

        switch (call.Function.Name)
        {
            case "rate": return OverOrAtOnce((in Window window) => Rates.Extrapolated(window, isCounter: true, isRate: true, notes), static (RangeSamples samples, in Edges edges, double[] into, CancellationToken cancel) => Rates.AtOnce(samples, edges, into, isCounter: true, isRate: true, cancel));
            case "increase": return OverOrAtOnce((in Window window) => Rates.Extrapolated(window, isCounter: true, isRate: false, notes), static (RangeSamples samples, in Edges edges, double[] into, CancellationToken cancel) => Rates.AtOnce(samples, edges, into, isCounter: true, isRate: false, cancel));
            case "delta": return OverOrAtOnce((in Window window) => Rates.Extrapolated(window, isCounter: false, isRate: false, notes), static (RangeSamples samples, in Edges edges, double[] into, CancellationToken cancel) => Rates.AtOnce(samples, edges, into, isCounter: false, isRate: false, cancel));
            case "irate": return Over((in Window window) => Rates.Instant(window, isRate: true, notes));
            case "idelta": return Over((in Window window) => Rates.Instant(window, isRate: false, notes));
            case "changes": return OverOrAtOnce(static (in Window window) => Ranges.Changes(window), WindowKernels.Changes);
            case "resets": return Over(static (in Window window) => Ranges.Resets(window));
            case "count_over_time": return Over(static (in Window window) => window.Count);
            case "present_over_time": return Over(static (in Window _) => 1);
            case "last_over_time": return Over(static (in Window window) => Ranges.Last(window), keepsName: true);
            case "first_over_time": return Over(static (in Window window) => Ranges.First(window), keepsName: true);
            case "sum_over_time": return OverOrAtOnce((in Window window) => Ranges.Sum(window, notes), WindowKernels.Sums);
            case "avg_over_time": return OverOrAtOnce((in Window window) => Ranges.Average(window, notes), WindowKernels.Averages);
            case "min_over_time": return Over((in Window window) => Ranges.OfFloats(window, notes, static floats => Ranges.Extreme(floats, max: false).Value));
            case "max_over_time": return Over((in Window window) => Ranges.OfFloats(window, notes, static floats => Ranges.Extreme(floats, max: true).Value));
            case "stddev_over_time": return Over((in Window window) => Ranges.OfFloats(window, notes, static floats => Math.Sqrt(Ranges.Variance(floats))));
            case "stdvar_over_time": return Over((in Window window) => Ranges.OfFloats(window, notes, Ranges.Variance));
            case "mad_over_time": return Over((in Window window) => Ranges.OfFloats(window, notes, Ranges.Deviation));
            case "ts_of_min_over_time": return Over((in Window window) => Ranges.TimeOfExtreme(window, notes, max: false));
            case "ts_of_max_over_time": return Over((in Window window) => Ranges.TimeOfExtreme(window, notes, max: true));
            case "ts_of_last_over_time": return Over(static (in Window window) => Ranges.LastTime(window) / 1000.0);
            case "ts_of_first_over_time": return Over(static (in Window window) => Ranges.FirstTime(window) / 1000.0);
            case "deriv": return Over((in Window window) => Ranges.Slope(window, notes));
            case "predict_linear":
                {
                    var seconds = Scalars(arguments[1], frame);
                    return Over((in Window window) => Ranges.Predicted(window, seconds[window.Step], notes));
                }

            case "quantile_over_time":
                {
                    var quantiles = Scalars(arguments[0], frame);
                    return Over(
                        (in Window window) =>
                        {
                            var q = quantiles[window.Step];
                            if (window.Floats.IsEmpty) return Point.None;
                            if (!(q >= 0 && q <= 1)) notes.BadQuantile(q, arguments[0].Place);
                            return Ranges.OfFloats(window, notes, floats => Numbers.Quantile(q, [.. floats]));
                        },
                        range: 1);
                }

            case "double_exponential_smoothing":
                {
                    var (smoothing, trend) = (Scalars(arguments[1], frame), Scalars(arguments[2], frame));
                    return Over((in Window window) =>
                    {
                        var (sf, tf) = (smoothing[window.Step], trend[window.Step]);
                        if (!(sf > 0 && sf < 1)) throw new QueryProblem(QueryProblemKind.Execution, string.Create(CultureInfo.InvariantCulture, $"invalid smoothing factor. Expected: 0 < sf < 1, got: {sf:F6}"), arguments[1].Place);
                        if (!(tf > 0 && tf < 1)) throw new QueryProblem(QueryProblemKind.Execution, string.Create(CultureInfo.InvariantCulture, $"invalid trend factor. Expected: 0 < tf < 1, got: {tf:F6}"), arguments[2].Place);
                        return window.Floats.Length < 2 ? OneFloat(window) : Ranges.OfFloats(window, notes, floats => Ranges.Smoothed(floats, sf, tf));
                    });
                }

            default: return null;
        }

        Point OneFloat(in Window window)
        {
            if (window.IsMixed) notes.Ignored(window.Metric, window.Place);
            return Point.None;
        }
    }
}
