namespace Muster.Readiness.Tests;

public class QuantityTests
{
    [Theory]
    [InlineData(93600, Shape.Duration, "26h")]
    [InlineData(86400, Shape.Duration, "24h")]
    [InlineData(2678400, Shape.Duration, "31d")]
    [InlineData(5400, Shape.Duration, "1.5h")]
    [InlineData(100, Shape.Duration, "100s")]
    [InlineData(0.2, Shape.Duration, "200 ms")]
    [InlineData(0.2004, Shape.Duration, "200.4 ms")]
    [InlineData(0, Shape.Duration, "0s")]
    [InlineData(-5, Shape.Duration, "-5s")]
    [InlineData(0.33, Shape.Percentage, "33%")]
    [InlineData(1, Shape.Percentage, "100%")]
    [InlineData(2147483648, Shape.Size, "2 GiB")]
    [InlineData(2000000, Shape.Size, "2 MB")]
    [InlineData(1000, Shape.Size, "1 kB")]
    [InlineData(1023, Shape.Size, "1023 B")]
    [InlineData(10, Shape.Rate, "10/s")]
    [InlineData(200, Shape.Number, "200")]
    [InlineData(0.5, Shape.Any, "0.5")]
    public void A_number_is_shown_in_its_shape(double number, Shape shape, string shown) => Assert.Equal(shown, Quantity.Show(number, shape));

    [Fact]
    public void Whatever_was_observed_can_be_shown()
    {
        foreach (var shape in Enum.GetValues<Shape>())
            foreach (var number in (ReadOnlySpan<double>)[double.NaN, double.PositiveInfinity, double.MaxValue, -double.MaxValue, double.Epsilon, 0.1 + 0.2, -0.0, 1e15, 123456.789])
                Assert.NotEmpty(Quantity.Show(number, shape));
    }

    [Theory]
    [InlineData("26h", Shape.Duration, 93600)]
    [InlineData("2 GiB", Shape.Size, 2147483648)]
    [InlineData("2Gi", Shape.Size, 2147483648)]
    [InlineData("33%", Shape.Percentage, 0.33)]
    [InlineData("0.1%", Shape.Percentage, 0.001)]
    [InlineData("0", Shape.Duration, 0)]
    [InlineData("60/m", Shape.Rate, 1)]
    [InlineData("-1.5e3", Shape.Number, -1500)]
    public void A_text_is_read_in_its_shape(string text, Shape shape, double number)
    {
        Assert.True(Quantity.TryRead(text, shape, out var read, out var found));
        Assert.Equal((number, shape), (read, found));
    }

    [Theory]
    [InlineData("26", Shape.Duration)]
    [InlineData("26H", Shape.Duration)]
    [InlineData("26h", Shape.Size)]
    [InlineData("26h", Shape.Number)]
    [InlineData("1.", Shape.Number)]
    [InlineData(".5", Shape.Number)]
    [InlineData("NaN", Shape.Number)]
    [InlineData("1e999", Shape.Number)]
    [InlineData("", Shape.Any)]
    [InlineData("h", Shape.Any)]
    [InlineData("1", Shape.Text)]
    public void What_is_no_quantity_of_the_shape_is_refused(string text, Shape shape) => Assert.False(Quantity.TryRead(text, shape, out _, out _));

    [Fact]
    public void What_is_shown_of_a_limit_reads_back_as_the_same()
    {
        foreach (var (text, shape) in (ReadOnlySpan<(string, Shape)>)[("26h", Shape.Duration), ("90m", Shape.Duration), ("7w", Shape.Duration), ("250ms", Shape.Duration), ("33%", Shape.Percentage), ("512 KiB", Shape.Size), ("5 MB", Shape.Size)])
        {
            Assert.True(Quantity.TryRead(text, shape, out var first, out _));
            Assert.True(Quantity.TryRead(Quantity.Show(first, shape), shape, out var again, out _));
            Assert.Equal(first, again, 12);
        }
    }
}
