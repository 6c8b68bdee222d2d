namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    public double Average() => Sum / Count;

    public double Stddev() => Math.Sqrt(Stdvar());

    /// <summary>
    /// The variance, as if the observations of each bucket were in its middle: the geometric one, 0 in the zero bucket, the arithmetic one under bounds of
    /// its own (<see href="https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_stddev-and-histogram_stdvar"/>).
    /// </summary>
    public double Stdvar()
    {
        var average = Average();
        var squares = new Compensated();
        foreach (var bucket in Buckets())
        {
            if (bucket.Count == 0) continue;
            var middle = !HasCustomBuckets && IsZero(bucket) ? 0 : Middle(bucket.Lower, bucket.Upper, HasCustomBuckets);
            squares.Add(bucket.Count * (middle - average) * (middle - average));
        }

        return squares.Value / Count;
    }
}
