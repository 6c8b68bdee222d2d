using System.Text;
using Muster.Server.Otlp;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Server.Tests.Otlp;

/// <summary>Stands for the reader of exports: a message is lines, each the name of a series, <c>!</c> for a point that is refused, <c>?</c> for no message at all.</summary>
sealed class LineMetrics : IOtlpMetrics
{
    public OtlpRead Read(string project, ReadOnlySpan<byte> message, bool isJson, SampleBatch into)
    {
        var lines = Encoding.UTF8.GetString(message).Trim('"').Split('|', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Contains("?")) throw IntakeProblem.Malformed("no export: 100 % ü");
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var line in lines.Where(line => line != "!")) into.Add(into.Open(SeriesKey.Of(Labels.Of((Labels.MetricName, line)))), now, 1);
        var rejected = lines.Count(line => line == "!");
        return new(lines.Length - rejected, rejected, rejected > 0 ? ["a point is none"] : []);
    }
}
