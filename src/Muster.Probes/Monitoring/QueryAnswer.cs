using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The fields that an answer to a PromQL query is shown in, whichever kind asked it.</summary>
static class QueryAnswer
{
    public const int MostPoints = 10_000;

    /// <summary>Of the samples of one moment. Whole, since "every" of the first few would hold on what nobody looked at; what is too large is cut as a whole later.</summary>
    public static Value.Fields Of(List<Sample> samples)
    {
        var numbers = samples.Select(one => one.Value).OfType<double>().ToList();
        var seen = Value.Of(("series_count", samples.Count), ("not_numbers", samples.Count - numbers.Count), ("values", Value.List(numbers.Select(number => (Value)number))),
            ("series", Value.List(samples.Select(one => (Value)Value.Of(("labels", one.Labels)).With("value", one.Value is { } number ? number : (Value?)null)))));
        if (numbers.Count > 0) seen = seen.With("lowest", numbers.Min()).With("highest", numbers.Max());
        return samples is [{ Value: { } only }] ? seen.With("value", only) : seen;
    }

    /// <summary>Of the points of a time.</summary>
    /// <param name="data">What stands under <c>data</c> of the answer to a range query.</param>
    /// <param name="from">In seconds since 1970. Points of this time or later are of now: a series that has none has ended and has no value; and each point has to be a number.</param>
    /// <returns>The fields, how many series there are now, and how many points the one with the fewest has; null without a series.</returns>
    public static (Value.Fields Seen, int Count, int? Fewest) OfRange(Value data, double from)
    {
        if (data.Text("resultType") != "matrix") throw new Unseen(Blind.Unreadable, "the answer to a query over a time is no matrix");
        var series = data.Items("result").Select(one => (Labels: one.At("metric") as Value.Fields ?? Value.Fields.Empty, Points: one.Items("values").Select(pair => Sample.Of(Value.Fields.Empty, pair)).ToList())).ToList();
        var now = series.Where(one => one.Points.Count > 0 && one.Points[^1].At >= from).ToList();
        var seen = Of([.. now.Select(one => one.Points[^1] with { Labels = one.Labels })]).With("not_numbers", series.Count(one => one.Points.Exists(point => point.Value is null)));
        var points = series.SelectMany(one => one.Points).ToList();
        seen = seen.With("points", points.Count);
        if (points.Select(point => point.Value).OfType<double>().ToList() is { Count: > 0 } numbers) seen = seen.With("lowest", numbers.Min()).With("highest", numbers.Max());
        if (series is [{ Points: [{ Value: { } first }, .., { Value: { } last }] }]) seen = seen.With("first", first).With("rise", last - first);
        return (seen, now.Count, series.Count > 0 ? series.Min(one => one.Points.Count) : null);
    }
}
