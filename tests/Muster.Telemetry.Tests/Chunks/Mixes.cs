using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Chunks;

/// <summary>Columns of times and of values of every kind that a series may be, from a seed.</summary>
static class Mixes
{
    public const long Start = 1_780_000_000_000;

    public static readonly string[] TimeKinds = ["even", "jitter", "gaps", "seconds", "irregular", "zero", "year 2500", "before 1970", "extremes"];

    public static readonly string[] ValueKinds =
        ["constant", "counter", "cpu seconds", "resets", "pages", "load", "temperature", "full precision", "random bits", "specials", "stale among decimals", "subnormals", "huge", "steps", "line", "alternating", "accelerating"];

    public static long[] Times(string kind, int count, Random random)
    {
        var times = new long[count];
        var next = kind switch { "zero" => 0, "year 2500" => 16_725_225_600_000, "before 1970" => -1_000_000, "extremes" => long.MinValue, _ => Start };
        for (var at = 0; at < count; at++)
        {
            times[at] = kind == "jitter" ? next + random.Next(-3, 4) : next;
            next += kind switch
            {
                "gaps" => random.Next(50) == 0 ? 15_000 * random.Next(2, 100) : 15_000,
                "seconds" => 1000 * random.Next(1, 4),
                "irregular" => random.Next(8) switch { 0 => random.NextInt64(1, 1L << 36), 1 => 1, _ => random.Next(1, 100_000) },
                "extremes" => long.MaxValue / Math.Max(1, (count + 1) / 2),
                _ => 15_000,
            };
        }

        return times;
    }

    public static double[] Values(string kind, int count, Random random)
    {
        var values = new double[count];
        var (whole, level) = ((double)random.Next(1_000_000), random.NextDouble() * 100);
        for (var at = 0; at < count; at++)
        {
            whole += kind switch { "steps" => random.Next(20) == 0 ? random.Next(5) : 0, "line" => 7, "accelerating" => at * 3, _ => random.Next(100_000) };
            level += random.NextDouble() - 0.5;
            if (kind == "resets" && random.Next(100) == 0) whole = 0;
            values[at] = kind switch
            {
                "constant" => 42.5,
                "cpu seconds" => Math.Round(whole) / 100,
                "pages" => 4096.0 * random.Next(1000, 1200),
                "load" => Math.Round(level, 2),
                "temperature" => 40 + (random.Next(10) / 2.0),
                "full precision" => Math.Sin(level) * level,
                "random bits" => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
                "specials" => Special(random),
                "stale among decimals" => random.Next(30) == 0 ? Special(random) : Math.Round(whole) / 1000,
                "subnormals" => BitConverter.Int64BitsToDouble(random.NextInt64(1, 1000)) * (random.Next(2) * 2 - 1),
                "huge" => Math.Round(whole * 1e14),
                "alternating" => at % 2 == 0 ? long.MaxValue : -1e18,
                _ => whole,
            };
        }

        return values;
    }

    static double Special(Random random) => random.Next(8) switch
    {
        0 => StaleMarker.Value,
        1 => double.NaN,
        2 => BitConverter.Int64BitsToDouble(0x7ff8_0000_0000_0000 | random.NextInt64(1L << 50)),
        3 => double.PositiveInfinity,
        4 => double.NegativeInfinity,
        5 => -0.0,
        6 => double.MaxValue,
        _ => BitConverter.Int64BitsToDouble(-1),
    };

    /// <summary>Changes some bytes, cuts, or lengthens.</summary>
    public static byte[] Mutated(ReadOnlySpan<byte> bytes, Random random)
    {
        var mutated = bytes.ToArray();
        switch (random.Next(6))
        {
            case 0:
                return mutated[..random.Next(mutated.Length)];
            case 1:
                Array.Resize(ref mutated, mutated.Length + random.Next(1, 20));
                return mutated;
            case 2:
                random.NextBytes(mutated.AsSpan(random.Next(mutated.Length)));
                return mutated;
            default:
                for (var left = random.Next(1, 5); left > 0; left--) mutated[random.Next(Math.Min(mutated.Length, random.Next(2) == 0 ? 24 : 1 << 20))] = (byte)random.Next(256);
                return mutated;
        }
    }

    /// <summary>By bits: a not-a-number is equal to itself and to no other, and zero is not minus zero.</summary>
    public static void AssertSame(ReadOnlySpan<long> times, ReadOnlySpan<double> values, SampleBuffer found)
    {
        Assert.Equal(times.ToArray(), found.Times.ToArray());
        Assert.Equal(Array.ConvertAll(values.ToArray(), BitConverter.DoubleToInt64Bits), Array.ConvertAll(found.Values.ToArray(), BitConverter.DoubleToInt64Bits));
    }
}
