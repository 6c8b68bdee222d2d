using Muster.Telemetry.Histograms;
using Muster.Telemetry.Intake;

namespace Muster.Telemetry.Store.Log;

/// <summary>What a log is read into. Numbers of series are those that were told before.</summary>
interface ILogTarget
{
    void Series(int number, ReadOnlySpan<byte> key);

    /// <summary>False: this number is of no series that was told.</summary>
    bool Sample(int number, long time, double value, NativeHistogram? histogram);

    void Exemplar(int number, long time, double value, ReadOnlySpan<byte> labels);

    void Metadata(MetricMetadata metadata);
}
