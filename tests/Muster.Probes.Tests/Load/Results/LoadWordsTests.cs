using Muster.Probes.Load;

namespace Muster.Probes.Tests.Load;

public class LoadWordsTests
{
    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.0000005, "0.5 ns")]
    [InlineData(0.061, "61 µs")]
    [InlineData(1.2349, "1.23 ms")]
    [InlineData(183.4, "183 ms")]
    [InlineData(999.4, "999 ms")]
    [InlineData(1_240, "1.24 s")]
    [InlineData(59_999, "60 s")]
    [InlineData(3_600_000, "60 min")]
    public void Times_have_three_digits_and_a_unit(double milliseconds, string words) => Assert.Equal(words, LoadWords.Milliseconds(milliseconds));

    [Theory]
    [InlineData(0.25, "0.25s")]
    [InlineData(30, "30s")]
    [InlineData(110, "1m 50s")]
    [InlineData(120.25, "2m")]
    [InlineData(7_500, "2h 5m")]
    [InlineData(86_400, "24h")]
    [InlineData(273_600, "3d 4h")]
    public void Durations_have_two_units(double seconds, string words) => Assert.Equal(words, LoadWords.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(12.345, "12.3")]
    [InlineData(1234.5, "1,234")]
    [InlineData(1_000_000, "1,000,000")]
    [InlineData(double.NaN, "not a number")]
    public void Numbers_are_grouped_and_short(double number, string words) => Assert.Equal(words, LoadWords.Number(number));
}
