namespace Muster.Bench.Telemetry;

/// <summary>
/// Series as a node exporter has them, from a seed: of each hundred 52 constants, 16 CPU seconds (hundredths), 14 counters of bytes and operations,
/// 8 gauges of whole 4 KiB pages, 4 loads, 4 temperatures, 2 of full precision; every 15 s, and late by nothing or by some milliseconds.
/// </summary>
static class NodeMetrics
{
    public static (long[] Times, double[] Values) Series(int number, int count, int jitter)
    {
        var random = new Random(number);
        var (times, values) = (new long[count], new double[count]);
        var next = Kind(number, random);
        for (var at = 0; at < count; at++)
        {
            times[at] = 1_780_000_000_000 + (at * 15_000L) + (jitter > 0 ? random.Next(-jitter, jitter + 1) : 0);
            values[at] = next();
        }

        return (times, values);
    }

    static Func<double> Kind(int number, Random random)
    {
        var level = Math.Floor(random.NextDouble() * 1e6);
        var rate = Math.Pow(10, random.NextDouble() * 5);
        var busy = (number % 8) switch { 0 => 12, 1 => 1.5, 2 => 0.8, 3 => 0.02, 4 => 0, 5 => 0.1, 6 => 0.3, _ => 0.01 };
        var share = random.NextDouble();
        return (number % 100) switch
        {
            < 52 => () => (number % 3) switch { 0 => 0, 1 => 1, _ => level },
            < 68 => () => Math.Round((level += busy * (0.7 + (0.6 * random.NextDouble()))) * 100) / 100,
            < 82 => () => level += Math.Floor(rate * (0.5 + random.NextDouble())),
            < 90 => () => 4096 * (level += random.Next(3) == 0 ? random.Next(-200, 201) : 0),
            < 94 => () => Math.Round(100 * (share = Math.Max(0, share + ((random.NextDouble() - 0.5) * 0.2)))) / 100,
            < 98 => () => 40 + (level += random.Next(5) == 0 ? random.Next(-1, 2) : 0),
            _ => () => share = (share * 0.99) + (random.NextDouble() * 0.01),
        };
    }
}
