using System.Runtime.CompilerServices;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>A step at which a series has no value. The stale marker stands for it: no value of a query has those bits.</summary>
static class Absent
{
    public static readonly double Value = StaleMarker.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(double value) => BitConverter.DoubleToInt64Bits(value) == StaleMarker.Bits;
}
