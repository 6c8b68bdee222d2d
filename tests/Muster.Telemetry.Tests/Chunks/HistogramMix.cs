using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Chunks;

/// <summary>A series of native histograms from a seed: its buckets change now and then, stale markers and other floats stand between.</summary>
sealed record HistogramMix(long[] Times, NativeHistogram?[] Histograms, double[] Values)
{
    public static readonly string[] Kinds = ["whole", "fractions", "changing", "custom bounds", "gauge", "odd numbers", "wide", "only floats"];

    public static HistogramMix Of(string kind, int count, Random random)
    {
        var times = Mixes.Times(random.Next(2) == 0 ? "even" : "gaps", count, random);
        var (histograms, values) = (new NativeHistogram?[count], new double[count]);
        var (positive, negative) = (Spans(kind, random), random.Next(2) == 0 ? [] : Spans(kind, random));
        var (up, down) = (Counts(positive), Counts(negative));
        var (sum, schema, threshold, bound) = (0.0, 3, 1e-128, 10.0);
        for (var at = 0; at < count; at++)
        {
            if (kind == "only floats" || random.Next(40) == 0)
            {
                values[at] = random.Next(3) switch { 0 => -0.0, 1 => random.NextDouble(), _ => StaleMarker.Value };
                continue;
            }

            if (random.Next(kind == "changing" ? 3 : 60) == 0) up = Counts(positive = Spans(kind, random));
            if (kind == "changing" && random.Next(4) == 0)
            {
                down = Counts(negative = [.. negative.Select(span => span with { Offset = span.Offset + 1 })]);
                (schema, threshold, bound) = random.Next(3) switch { 0 => (random.Next(-4, 9), threshold, bound), 1 => (schema, threshold * 2, bound), _ => (schema, threshold, bound + 1) };
            }

            Step(up, kind, random);
            Step(down, kind, random);
            sum += random.NextDouble() * 10;
            histograms[at] = new()
            {
                Schema = kind == "custom bounds" ? NativeHistogram.CustomBuckets : schema,
                ZeroThreshold = threshold, ZeroCount = kind == "fractions" ? sum / 3 : at, Sum = sum, Count = up.Sum() + down.Sum() + at,
                PositiveSpans = positive, NegativeSpans = negative, PositiveBuckets = [.. up], NegativeBuckets = [.. down],
                CustomBounds = kind is "custom bounds" or "changing" ? [0.1, 1, bound, double.MaxValue] : [],
                Hint = kind == "gauge" ? ResetHint.Gauge : (ResetHint)random.Next(3),
            };
        }

        return new(times, histograms, values);
    }

    static ImmutableArray<BucketSpan> Spans(string kind, Random random) =>
        [.. Enumerable.Range(0, random.Next(4)).Select(_ => new BucketSpan(random.Next(-3, 5), (uint)random.Next(kind == "wide" ? 300 : 8)))];

    static double[] Counts(ImmutableArray<BucketSpan> spans) => new double[spans.Sum(span => span.Length)];

    static void Step(double[] counts, string kind, Random random)
    {
        foreach (ref var count in counts.AsSpan())
        {
            count += kind switch { "fractions" => random.NextDouble(), "gauge" => random.Next(-5, 6), _ => random.Next(3) == 0 ? random.Next(100) : 0 };
            if (kind == "odd numbers" && random.Next(10) == 0) count = Mixes.Values("random bits", 1, random)[0];
        }
    }

    public void AssertIs(SampleBuffer found)
    {
        Mixes.AssertSame(Times, Values, found);
        for (var at = 0; at < Times.Length; at++)
        {
            var (expected, actual) = (Histograms[at], found.HasHistograms ? found.Histograms[at] : null);
            Assert.Equal(expected is null, actual is null);
            if (expected is not null) AssertSame(expected, actual!);
        }
    }

    /// <summary>All of it, numbers by their bits.</summary>
    static void AssertSame(NativeHistogram expected, NativeHistogram actual)
    {
        Assert.Equal((expected.Schema, expected.Hint), (actual.Schema, actual.Hint));
        AssertSame([expected.ZeroThreshold, expected.ZeroCount, expected.Count, expected.Sum], [actual.ZeroThreshold, actual.ZeroCount, actual.Count, actual.Sum]);
        Assert.Equal(expected.PositiveSpans.AsSpan(), actual.PositiveSpans.AsSpan());
        Assert.Equal(expected.NegativeSpans.AsSpan(), actual.NegativeSpans.AsSpan());
        AssertSame(expected.PositiveBuckets.AsSpan(), actual.PositiveBuckets.AsSpan());
        AssertSame(expected.NegativeBuckets.AsSpan(), actual.NegativeBuckets.AsSpan());
        AssertSame(expected.CustomBounds.AsSpan(), actual.CustomBounds.AsSpan());
    }

    static void AssertSame(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual) =>
        Assert.Equal(MemoryMarshal.Cast<double, long>(expected), MemoryMarshal.Cast<double, long>(actual));
}
