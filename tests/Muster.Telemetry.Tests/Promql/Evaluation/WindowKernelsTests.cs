using Muster.Telemetry.Promql;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Promql.Evaluation;

/// <summary>A range query sees all windows at once, an instant one a single window: to the bit they come to the same.</summary>
public sealed class WindowKernelsTests
{
    static readonly QueryOptions Options = new();

    [Theory]
    [InlineData("sum_over_time(x[2m])")]
    [InlineData("sum_over_time(x[17s])")]
    [InlineData("avg_over_time(x[5m])")]
    [InlineData("avg_over_time(x[1m] offset 33s)")]
    [InlineData("changes(x[3m])")]
    [InlineData("changes(x[15s])")]
    [InlineData("deriv(x[4m])")]
    [InlineData("sum_over_time(x[2m] @ 1000)")]
    public void All_windows_at_once_come_to_what_each_comes_to_alone(string query)
    {
        var random = new Random(5);
        for (var round = 0; round < 12; round++)
        {
            var series = Series(random, round);
            var source = new HeldSource([series]);
            var step = 1000L * random.Next(1, 40);
            var (start, end) = (700_000L, 1_500_000L);
            var range = (MatrixValue)QueryEngine.Range(source, query, start, end, step, Options, CancellationToken.None).Value;
            var together = range.Series.SelectMany(one => one.Times.Zip(one.Values)).ToDictionary(point => point.First, point => BitConverter.DoubleToInt64Bits(point.Second));
            for (var time = start; time <= end; time += step)
            {
                var alone = ((VectorValue)QueryEngine.Instant(source, query, time, Options, CancellationToken.None).Value).Samples;
                Assert.Equal(alone.Length == 0 ? null : BitConverter.DoubleToInt64Bits(alone[0].Value), together.TryGetValue(time, out var bits) ? bits : (long?)null);
            }
        }
    }

    /// <summary>Every 15 s for the most part; with gaps, repeated values, numbers of very different size, infinities and what is none.</summary>
    static HeldSeries Series(Random random, int round)
    {
        var series = new HeldSeries(Labels.Of(("__name__", "x")));
        var value = 1.0;
        for (var time = 600_000L; time < 1_500_000L; time += 15_000)
        {
            if (round % 3 == 1 && random.Next(6) == 0) continue;
            value = random.Next(3) == 0 ? value : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-6, 18));
            var odd = round > 8 && random.Next(20) == 0;
            series.Samples.Add((time + (round % 2 == 0 ? 0 : random.Next(-3, 4)), odd ? random.Next(3) switch { 0 => double.NaN, 1 => double.PositiveInfinity, _ => double.NegativeInfinity } : value));
        }

        return series;
    }
}
