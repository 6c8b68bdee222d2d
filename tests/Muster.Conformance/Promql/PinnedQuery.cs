using System.Globalization;
using Muster.Telemetry.Promql;
using Muster.Telemetry.Promql.Ast;
using Muster.Telemetry.Promql.Parsing;

namespace Muster.Conformance.Promql;

/// <summary>A query whose outermost selectors are read at one time, with <c>@</c>: then it comes to the same whenever it is evaluated.</summary>
static class PinnedQuery
{
    /// <summary>What depends on the time of evaluation itself, or on the range.</summary>
    static readonly HashSet<string> Timely =
        ["days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "month", "year", "predict_linear", "time", "timestamp", "start_timestamp", "start", "end", "step", "range"];

    /// <param name="time">In milliseconds.</param>
    /// <returns>Null: this one cannot be pinned.</returns>
    public static string? Of(string query, long time)
    {
        var ends = new List<int>();
        try
        {
            if (!Find(PromqlParser.Parse(query, PromqlFeatures.All), ends)) return null;
        }
        catch (QueryProblem) { return null; }

        var pin = string.Create(CultureInfo.InvariantCulture, $" @ {time / 1000.0:0.000}");
        foreach (var end in ends.OrderDescending()) query = query.Insert(end, pin);
        return query;
    }

    /// <summary>Times at which a query that is pinned to one is worth a look.</summary>
    public static long[] Elsewhere(long time) => time == 0 ? [-1000, 1000] : [-10 * time, 0, time / 5, 10 * time];

    static bool Find(Expression expression, List<int> ends) => expression switch
    {
        VectorSelector { Extension: not Extension.None } or MatrixSelector { Vector.Extension: not Extension.None } => false,
        VectorSelector selector => Pin(selector.Shift, selector.Place, ends),
        MatrixSelector selector => Pin(selector.Vector.Shift, selector.Place, ends),
        Subquery subquery => Pin(subquery.Shift, subquery.Place, ends) && Find(subquery.Inner, []),
        Parenthesized inner => Find(inner.Inner, ends),
        Unary unary => Find(unary.Inner, ends),
        Binary binary => Find(binary.Left, ends) && Find(binary.Right, ends),
        Aggregation aggregation => (aggregation.Parameter is null || Find(aggregation.Parameter, ends)) && Find(aggregation.Inner, ends),
        Call call => !Timely.Contains(call.Function.Name) && call.Arguments.All(argument => Find(argument, ends)),
        _ => true,
    };

    static bool Pin(Shift shift, Place place, List<int> ends)
    {
        // Where start() and end() of an instant is, moves with it.
        if (shift.At is AtKind.Start or AtKind.End) return false;
        if (shift.At == AtKind.None) ends.Add(place.End);
        return true;
    }
}
