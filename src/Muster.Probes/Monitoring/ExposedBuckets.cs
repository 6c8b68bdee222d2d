using System.Globalization;

namespace Muster.Probes;

/// <summary>Whether the buckets of histograms make sense: bounds that are numbers, counts that never fall from bucket to bucket, an end at infinity that is the count of all.</summary>
static class ExposedBuckets
{
    public static IEnumerable<string> Wrong(Exposition page)
    {
        foreach (var family in page.Families.Where(family => family.Type is "histogram" or "gaugehistogram"))
        {
            var buckets = family.Samples.Where(sample => sample.Name == family.Name + "_bucket").GroupBy(sample => Series(sample, family, "_bucket"), StringComparer.Ordinal).ToDictionary(series => series.Key, StringComparer.Ordinal);
            var counts = Whole(family, family.Type == "histogram" ? "_count" : "_gcount");
            var sums = Whole(family, family.Type == "histogram" ? "_sum" : "_gsum");
            foreach (var series in buckets.Keys.Union(counts.Keys, StringComparer.Ordinal).Union(sums.Keys, StringComparer.Ordinal))
                if (Wrong(buckets.TryGetValue(series, out var some) ? [.. some] : [], counts.TryGetValue(series, out var count) ? count : null, sums.ContainsKey(series)) is { } wrong) yield return $"{series}: {wrong}";
        }
    }

    /// <summary>The family's name with the labels that its parts have in common.</summary>
    static string Series(ExposedSample sample, ExposedFamily family, string suffix) => family.Name + sample.Without("le")[(family.Name.Length + suffix.Length)..];

    static Dictionary<string, double> Whole(ExposedFamily family, string suffix)
    {
        var whole = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var sample in family.Samples.Where(sample => sample.Name == family.Name + suffix)) whole[Series(sample, family, suffix)] = sample.Value;
        return whole;
    }

    static string? Wrong(IReadOnlyList<ExposedSample> buckets, double? count, bool hasSum)
    {
        if (buckets.Count == 0) return "it has no bucket";
        var at = (Bound: double.NegativeInfinity, Count: 0d);
        foreach (var bucket in buckets)
        {
            if (bucket["le"] is not { } le || Sample.Number(le) is not { } bound || double.IsNaN(bound)) return $"the bound of a bucket is no number: le=\"{bucket["le"]}\"";
            if (bound <= at.Bound) return $"its buckets are not in the order of their bounds at le=\"{le}\"";
            if (!(bucket.Value >= at.Count)) return string.Create(CultureInfo.InvariantCulture, $"the bucket le=\"{le}\" counts {bucket.Value}, fewer than the {at.Count} before it");
            at = (bound, bucket.Value);
        }

        if (!double.IsPositiveInfinity(at.Bound)) return "it has no bucket le=\"+Inf\"";
        if (count is not { } all) return "it has no count";
        if (all != at.Count) return string.Create(CultureInfo.InvariantCulture, $"its count is {all} and its bucket le=\"+Inf\" has {at.Count}");
        return hasSum ? null : "it has no sum";
    }
}
