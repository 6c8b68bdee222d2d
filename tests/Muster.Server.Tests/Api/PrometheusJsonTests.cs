using System.Globalization;
using System.Text;
using Muster.Server.Api;

namespace Muster.Server.Tests.Api;

public sealed class PrometheusJsonTests
{
    static string Text(double value)
    {
        Span<byte> into = stackalloc byte[32];
        return Encoding.ASCII.GetString(into[..PrometheusJson.Number(value, into)]);
    }

    [Fact]
    public void Every_number_reads_back_as_it_was()
    {
        var random = new Random(11);
        for (var turn = 0; turn < 30_000; turn++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsNaN(value)) Same(value);
            Same(Math.Pow(10, random.Next(-12, 25)) * (turn % 2 == 0 ? 1 : -1));
            Same(Math.Round(random.NextDouble() * 1000, 3) * Math.Pow(10, random.Next(-10, 22)));
            var few = random.NextInt64(-1L << random.Next(1, 50), 1L << random.Next(1, 50)) / (turn % 3 == 0 ? 1000.0 : turn % 3 == 1 ? 100.0 : 10.0);
            Same(few);
            if (Math.Abs(few) is 0 or >= 1e-4) Assert.Equal(few.ToString("R", CultureInfo.InvariantCulture), Text(few));
        }

        static void Same(double value)
        {
            var text = Text(value);
            Assert.Equal(value, text switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.Parse(text, CultureInfo.InvariantCulture) });
            var size = Math.Abs(value);
            Assert.Equal(double.IsFinite(value) && size != 0 && size is < 1e-6 or >= 1e21 && double.IsFinite(value), text.Contains('e', StringComparison.Ordinal));
            Assert.DoesNotContain('E', text);
        }
    }

    [Theory]
    [InlineData(-0.0, "-0")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(1234567890123456789, "1234567890123456800")]
    [InlineData(1.5e-6, "0.0000015")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    public void Numbers_are_those_of_go(double value, string text) => Assert.Equal(text, Text(value));
}
