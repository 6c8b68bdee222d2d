namespace Muster.Telemetry.Histograms;

/// <summary>One bucket as a reader sees it: where it lies and how many observations are in it.</summary>
public readonly record struct HistogramBucket(double Lower, double Upper, bool LowerIncluded, bool UpperIncluded, double Count)
{
    public override string ToString() => $"{(LowerIncluded ? '[' : '(')}{HistogramText.Of(Lower)},{HistogramText.Of(Upper)}{(UpperIncluded ? ']' : ')')}:{HistogramText.Of(Count)}";
}
