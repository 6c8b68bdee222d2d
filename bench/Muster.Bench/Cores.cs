namespace Muster.Bench;

/// <summary>Where things run: what is measured on the last core, what it looks at on the first.</summary>
static class Cores
{
    public const int Target = 0;

    public static int Measured { get; } = Environment.GetEnvironmentVariable("MUSTER_BENCH_CORE") is { } core ? int.Parse(core, System.Globalization.CultureInfo.InvariantCulture) : Environment.ProcessorCount - 1;
}
