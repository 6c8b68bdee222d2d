using System.Text;
using Muster.Telemetry.Intake;
using Muster.Telemetry.Intake.Exposition;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Intake.Exposition;

/// <summary>What was read of a text, in a form that can be compared.</summary>
static class Reading
{
    /// <summary>The time of samples without one.</summary>
    public const long Unsaid = -1;

    public static SampleBatch Of(string text, ExpositionFormat format = ExpositionFormat.Text, ExpositionLimits? limits = null)
    {
        var batch = new SampleBatch();
        new ExpositionParser(limits).Read(Encoding.UTF8.GetBytes(text), format, Unsaid, batch);
        return batch;
    }

    public static List<(string Series, double Value, long Time)> Samples(this SampleBatch batch)
    {
        var samples = new List<(string, double, long)>();
        for (var at = 0; at < batch.Count; at++) samples.Add((SeriesKey.Read(batch.KeyOf(batch.Series[at])).ToString(), batch.Values[at], batch.Times[at]));
        return samples;
    }

    public static Labels Only(this SampleBatch batch)
    {
        Assert.Equal((1, 1), (batch.SeriesCount, batch.Count));
        return SeriesKey.Read(batch.KeyOf(0));
    }

    public static string Problem(string text, ExpositionFormat format) => Assert.Throws<IntakeProblem>(() => Of(text, format)).Message;
}
