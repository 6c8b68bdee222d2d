using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake.Protobuf;

namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>Writes the message <c>Histogram</c> of both protocols; always as one of floats, which holds every histogram there is.</summary>
static class HistogramFields
{
    public static void Write(ProtobufWriter into, long time, NativeHistogram histogram)
    {
        into.Double(2, histogram.Count);
        into.Double(3, histogram.Sum);
        into.ZigZag(4, histogram.Schema);
        into.Double(5, histogram.ZeroThreshold);
        into.Double(7, histogram.ZeroCount);
        foreach (var span in histogram.NegativeSpans) Span(into, 8, span);
        into.Doubles(10, histogram.NegativeBuckets.AsSpan());
        foreach (var span in histogram.PositiveSpans) Span(into, 11, span);
        into.Doubles(13, histogram.PositiveBuckets.AsSpan());
        into.Varint(14, histogram.Hint switch { ResetHint.Reset => 1, ResetHint.NotReset => 2, ResetHint.Gauge => 3, _ => 0 });
        into.Varint(15, (ulong)time);
        into.Doubles(16, histogram.CustomBounds.AsSpan());
    }

    static void Span(ProtobufWriter into, int field, BucketSpan span)
    {
        var inner = new ProtobufWriter();
        inner.ZigZag(1, span.Offset);
        inner.Varint(2, span.Length);
        into.Message(field, inner);
    }
}
