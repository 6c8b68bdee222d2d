using System.Globalization;

namespace Muster.Probes;

/// <summary>Whether the buckets of classic histograms make sense: they rise with their bound, end at +Inf, and the last is the count.</summary>
static class Buckets
{
    public static List<string> Problems(Exposition exposition)
    {
        var problems = new List<string>();
        foreach (var family in exposition.Types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            // A sample that stands twice is told elsewhere.
            var counts = exposition.Samples.Where(sample => sample.Name == family + "_count").DistinctBy(sample => sample.Labels).ToDictionary(sample => sample.Labels, sample => sample.Value, StringComparer.Ordinal);
            foreach (var one in exposition.Samples.Where(sample => sample.Name == family + "_bucket").GroupBy(sample => Without(sample.Labels), StringComparer.Ordinal))
                if (Problem(one.Select(sample => (Bound: BoundOf(sample.Labels), sample.Value)).ToList(), counts.TryGetValue(one.Key, out var count) ? count : null) is { } problem)
                    problems.Add($"{family}{{{one.Key}}}: {problem}");
        }

        return problems;
    }

    static string? Problem(List<(double? Bound, double Value)> buckets, double? count)
    {
        if (buckets.Any(bucket => bucket.Bound is null)) return "a bucket without a bound";
        var sorted = buckets.OrderBy(bucket => bucket.Bound).ToList();
        if (sorted[^1].Bound is not double.PositiveInfinity) return "no bucket +Inf";
        if (sorted.Count < 2) return "one bucket alone tells no distribution";
        for (var i = 1; i < sorted.Count; i++)
            if (!(sorted[i].Value >= sorted[i - 1].Value)) return string.Create(CultureInfo.InvariantCulture, $"the bucket {sorted[i].Bound} holds less than {sorted[i - 1].Bound}");
        return count is null ? "no count" : count != sorted[^1].Value ? "the count is not that of the bucket +Inf" : null;
    }

    static double? BoundOf(string labels) => labels.Split(',').FirstOrDefault(label => label.StartsWith("le=\"", StringComparison.Ordinal)) is { } label
        ? label[4..^1] is "+Inf" ? double.PositiveInfinity : double.TryParse(label[4..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) ? bound : null
        : null;

    static string Without(string labels) => string.Join(',', labels.Split(',').Where(label => !label.StartsWith("le=\"", StringComparison.Ordinal)));
}
