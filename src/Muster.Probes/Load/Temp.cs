using System.Collections.Immutable;
namespace Muster.Probes.Load;
static class ThresholdJudge
{
    public static ThresholdResult Of(Threshold threshold, Measured measured, bool exact) => new(threshold, ThresholdState.Unproven, null, null, 0, "");
    public static double? LatencyLimit(Threshold threshold) => null;
}
static class DriftX { }
