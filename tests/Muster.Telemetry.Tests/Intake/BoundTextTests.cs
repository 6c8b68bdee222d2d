using System.Globalization;
using System.Text;
using Muster.Telemetry.Intake;

namespace Muster.Telemetry.Tests.Intake;

public sealed class BoundTextTests
{
    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(5, "5.0")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(0.005, "0.005")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012, "0.00012")]
    [InlineData(0.000025, "2.5e-05")]
    [InlineData(100000, "100000.0")]
    [InlineData(123456.5, "123456.5")]
    [InlineData(1000000, "1e+06")]
    [InlineData(1234567, "1.234567e+06")]
    [InlineData(1e21, "1e+21")]
    [InlineData(-1e-300, "-1e-300")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    public void Each_number_has_one_spelling(double bound, string text) => Assert.Equal(text, BoundText.Of(bound));

    [Fact]
    public void What_is_taken_as_it_is_is_what_would_be_written_and_means_the_same()
    {
        var random = new Random(6);
        var asItIs = 0;
        for (var n = 0; n < 50_000; n++)
        {
            var text = n % 3 == 0
                ? (random.Next(10_000_000) / Math.Pow(10, random.Next(9))).ToString("R", CultureInfo.InvariantCulture)
                : string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "0015.9"[random.Next(6)]));
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) continue;
            Assert.Equal(number, double.Parse(BoundText.Of(number), CultureInfo.InvariantCulture));
            if (BoundText.Is(Encoding.UTF8.GetBytes(text))) Assert.Equal(text, BoundText.Of(number));
            else continue;
            asItIs++;
        }

        Assert.True(asItIs > 5_000, $"{asItIs}");
    }
}
