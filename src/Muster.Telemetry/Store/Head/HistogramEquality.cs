using Muster.Telemetry.Histograms;

namespace Muster.Telemetry.Store.Head;

/// <summary>Whether two histograms are the same sample, told twice: in everything but the hint of a reset, which a sender may know or not.</summary>
static class HistogramEquality
{
    public static bool Same(NativeHistogram a, NativeHistogram b) =>
        a.Schema == b.Schema
        && a.ZeroThreshold.Equals(b.ZeroThreshold) && a.ZeroCount.Equals(b.ZeroCount) && a.Count.Equals(b.Count) && a.Sum.Equals(b.Sum)
        && a.PositiveSpans.AsSpan().SequenceEqual(b.PositiveSpans.AsSpan()) && a.NegativeSpans.AsSpan().SequenceEqual(b.NegativeSpans.AsSpan())
        && a.PositiveBuckets.AsSpan().SequenceEqual(b.PositiveBuckets.AsSpan()) && a.NegativeBuckets.AsSpan().SequenceEqual(b.NegativeBuckets.AsSpan())
        && a.CustomBounds.AsSpan().SequenceEqual(b.CustomBounds.AsSpan());
}
