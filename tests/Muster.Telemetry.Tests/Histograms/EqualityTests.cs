using Muster.Telemetry.Histograms;
using static Muster.Telemetry.Tests.Histograms.AddTests;

namespace Muster.Telemetry.Tests.Histograms;

public sealed class EqualityTests
{
    readonly NativeHistogram _one = new()
    {
        Schema = 1, ZeroThreshold = 0.1, ZeroCount = 1, Count = 7, Sum = double.NaN, PositiveSpans = [new(0, 2)], PositiveBuckets = [1, 2], NegativeSpans = [new(0, 1)], NegativeBuckets = [3],
    };

    [Fact]
    public void Hints_and_the_cut_of_the_spans_do_not_matter()
    {
        Assert.True(_one.SameAs(_one.Copy(new([new(0, 1), new(0, 0), new(0, 1)], [1, 2]), _one.Negative, hint: ResetHint.Gauge)));
    }

    [Fact]
    public void Anything_else_does()
    {
        NativeHistogram[] others =
        [
            _one.Copy(_one.Positive, _one.Negative, schema: 2), _one.Copy(_one.Positive, _one.Negative, zeroThreshold: 0.2), _one.Copy(_one.Positive, _one.Negative, zeroCount: 2),
            _one.Copy(_one.Positive, _one.Negative, count: 8), _one.Copy(_one.Positive, _one.Negative, sum: 1), _one.Copy(new([new(1, 2)], [1, 2]), _one.Negative),
            _one.Copy(new([new(0, 2)], [1, 3]), _one.Negative), _one.Copy(_one.Positive, SparseBuckets.None), _one.Copy(new([new(0, 3)], [1, 2, 0]), _one.Negative),
        ];
        Assert.All(others, other => Assert.False(_one.SameAs(other, 1e-6), other.ToString()));
        Assert.False(Custom([1, 2], 1, 1, 1).SameAs(Custom([1, 3], 1, 1, 1), 1));
    }

    [Fact]
    public void Counts_may_differ_by_the_tolerance()
    {
        var (a, b) = (Histogram(0, 0, 1), Histogram(0, 0, 1 + 1e-9));
        Assert.False(a.SameAs(b));
        Assert.True(a.SameAs(b, 1e-6));
        Assert.False(a.SameAs(Histogram(0, 0, 1.1), 1e-6));
    }

    [Theory]
    [InlineData(0.25, "0.25")]
    [InlineData(123456, "123456")]
    [InlineData(2349209.324, "2.349209324e+06")]
    [InlineData(1e21, "1e+21")]
    [InlineData(-0.00001, "-1e-05")]
    [InlineData(1.5e-300, "1.5e-300")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_as_Go_writes_them(double value, string text) => Assert.Equal(text, HistogramText.Of(value));

    [Fact]
    public void A_histogram_as_Prometheus_writes_it()
    {
        Assert.Equal("{count:7, sum:NaN, [-1,-0.7071067811865476):3, [-0.1,0.1]:1, (0.7071067811865476,1]:1, (1,1.4142135623730951]:2}", _one.ToString());
        Assert.Equal("{count:3, sum:0, [-Inf,1]:1, (2,+Inf]:2}", Custom([1, 2], 1, 0, 2).ToString());
    }
}
