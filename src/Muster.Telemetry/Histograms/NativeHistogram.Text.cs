using System.Text;

namespace Muster.Telemetry.Histograms;

public sealed partial class NativeHistogram
{
    /// <summary>As Prometheus writes it, empty buckets left out: <c>{count:4, sum:5, [-1,-0.5):1, [-0.001,0.001]:1, (1,2]:2}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("{count:").Append(HistogramText.Of(Count)).Append(", sum:").Append(HistogramText.Of(Sum));
        foreach (var bucket in Buckets())
        {
            if (bucket.Count != 0) text.Append(", ").Append(bucket);
        }

        return text.Append('}').ToString();
    }
}
