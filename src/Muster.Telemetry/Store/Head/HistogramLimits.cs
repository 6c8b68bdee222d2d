using System.Globalization;
using Muster.Telemetry.Chunks;
using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Store.Head;

/// <summary>Which histograms are kept: sound ones that a chunk can hold. One that is let in and cannot be sealed would stop the store.</summary>
static class HistogramLimits
{
    /// <summary>Why it cannot be kept; null: it can.</summary>
    public static string? Broken(NativeHistogram histogram)
    {
        if (histogram.PositiveSpans.IsDefault || histogram.NegativeSpans.IsDefault || histogram.CustomBounds.IsDefault) return "a part of the histogram is not there";
        if (histogram.PositiveBuckets.IsDefault || histogram.NegativeBuckets.IsDefault) return "a part of the histogram is not there";
        if (Math.Max(histogram.CustomBounds.Length, Math.Max(histogram.PositiveSpans.Length, histogram.NegativeSpans.Length)) > HistogramLayout.MostBuckets) return "the histogram has too many spans or bounds";
        return histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length > HistogramLayout.MostBuckets
            ? string.Create(CultureInfo.InvariantCulture, $"the histogram has more than {HistogramLayout.MostBuckets} buckets")
            : histogram.Validate();
    }
}
