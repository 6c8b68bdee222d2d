namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>Every count and the sum times a factor; a factor below 0 makes it a gauge.</summary>
    public NativeHistogram Multiply(double factor) => Copy(
        Positive.Times(factor), Negative.Times(factor), zeroCount: ZeroCount * factor, count: Count * factor, sum: Sum * factor, hint: factor < 0 ? ResetHint.Gauge : Hint);

    /// <summary>Every count and the sum over a divisor; one below 0 makes it a gauge. Over 0 no buckets are left: which are infinite and which are not a number says nothing.</summary>
    public NativeHistogram Divide(double divisor) => Copy(
        divisor == 0 ? SparseBuckets.None : Positive.Over(divisor), divisor == 0 ? SparseBuckets.None : Negative.Over(divisor),
        zeroCount: ZeroCount / divisor, count: Count / divisor, sum: Sum / divisor, hint: divisor < 0 ? ResetHint.Gauge : Hint);

    public NativeHistogram Negate() => Multiply(-1);
}
