using System.Collections.Frozen;
using System.Collections.Immutable;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>The functions of the language and what they take (<see href="https://prometheus.io/docs/prometheus/latest/querying/functions/"/>).</summary>
public static class Functions
{
    const ExpressionType S = ExpressionType.Scalar;
    const ExpressionType V = ExpressionType.Vector;
    const ExpressionType M = ExpressionType.Matrix;
    const ExpressionType T = ExpressionType.String;

    static readonly FrozenDictionary<string, Function> Known = ((Function[])
    [
        .. OfOne(V, "abs", "absent", "acos", "acosh", "asin", "asinh", "atan", "atanh", "ceil", "cos", "cosh", "deg", "exp", "floor", "histogram_avg", "histogram_count", "histogram_stddev", "histogram_stdvar",
            "histogram_sum", "ln", "log10", "log2", "rad", "sgn", "sin", "sinh", "sort", "sort_desc", "sqrt", "tan", "tanh", "timestamp"),
        .. OfOne(M, "absent_over_time", "avg_over_time", "changes", "count_over_time", "delta", "deriv", "idelta", "increase", "irate", "last_over_time", "max_over_time", "min_over_time", "present_over_time", "rate", "resets",
            "stddev_over_time", "stdvar_over_time", "sum_over_time"),
        .. OfOne(M, "first_over_time", "mad_over_time", "ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time").Select(function => function with { IsExperimental = true }),
        .. new[] { "day_of_month", "day_of_week", "day_of_year", "days_in_month", "hour", "minute", "month", "year" }.Select(name => Of(name, V, 1, V)),
        Of("clamp", V, 0, V, S, S),
        Of("clamp_max", V, 0, V, S),
        Of("clamp_min", V, 0, V, S),
        Of("histogram_fraction", V, 0, S, S, V),
        Of("histogram_quantile", V, 0, S, V),
        Of("label_join", V, -1, V, T, T, T),
        Of("label_replace", V, 0, V, T, T, T, T),
        Of("pi", S, 0),
        Of("predict_linear", V, 0, M, S),
        Of("quantile_over_time", V, 0, S, M),
        Of("round", V, 1, V, S),
        Of("scalar", S, 0, V),
        Of("time", S, 0),
        Of("vector", V, 0, S),
        Experimental(Of("double_exponential_smoothing", V, 0, M, S, S)),
        Experimental(Of("histogram_quantiles", V, -1, V, T, S, S)),
        Experimental(Of("info", V, 1, V, V)),
        Experimental(Of("sort_by_label", V, -1, V, T)),
        Experimental(Of("sort_by_label_desc", V, -1, V, T)),
        Experimental(Of("start", S, 0)),
        Experimental(Of("end", S, 0)),
        Experimental(Of("range", S, 0)),
        Experimental(Of("min_of", S, 0, S, S)),
        Experimental(Of("max_of", S, 0, S, S)),
        Experimental(Of("step", S, 0)),
    ]).ToFrozenDictionary(function => function.Name);

    public static IEnumerable<Function> All => Known.Values;

    public static Function? Find(string name) => Known.GetValueOrDefault(name);

    static IEnumerable<Function> OfOne(ExpressionType argument, params string[] names) => names.Select(name => Of(name, V, 0, argument));

    static Function Of(string name, ExpressionType returns, int optional, params ExpressionType[] arguments) => new(name, [.. arguments], optional, returns, false);

    static Function Experimental(Function function) => function with { IsExperimental = true };
}
