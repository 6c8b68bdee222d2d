namespace Muster.Telemetry.Intake.RemoteWrite;

/// <summary>The kinds of metrics by the numbers that both protocols give them.</summary>
static class MetricKind
{
    static readonly string[] Kinds = ["unknown", "counter", "gauge", "histogram", "gaugehistogram", "summary", "info", "stateset"];

    public static string Name(long number) => number >= 0 && number < Kinds.Length ? Kinds[number] : "unknown";

    public static ulong Number(string kind) => (ulong)Math.Max(0, Array.IndexOf(Kinds, kind));
}
