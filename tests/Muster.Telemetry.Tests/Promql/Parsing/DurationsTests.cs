using Muster.Telemetry.Promql.Parsing;

namespace Muster.Telemetry.Tests.Promql.Parsing;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("0", 0, "0s")]
    [InlineData("1ms", 1, "1ms")]
    [InlineData("1s", 1000, "1s")]
    [InlineData("90s", 90_000, "1m30s")]
    [InlineData("1h30m", 5_400_000, "1h30m")]
    [InlineData("24h", 86_400_000, "1d")]
    [InlineData("7d", 604_800_000, "1w")]
    [InlineData("30d", 2_592_000_000, "30d")]
    [InlineData("365d", 31_536_000_000, "1y")]
    [InlineData("1y1ms", 31_536_000_001, "365d1ms")]
    [InlineData("10m59s999ms", 659_999, "10m59s999ms")]
    public void What_is_written_is_read_and_printed(string text, long milliseconds, string printed)
    {
        Assert.True(Durations.TryRead(text, out var read));
        Assert.Equal(milliseconds, read);
        Assert.Equal(printed, Durations.Text(milliseconds));
        Assert.Equal(milliseconds == 0 ? "0s" : "-" + printed, Durations.Text(-milliseconds));
        Assert.True(Durations.TryRead(printed, out var again));
        Assert.Equal(milliseconds, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("1.5s")]
    [InlineData("-1s")]
    [InlineData("1s ")]
    [InlineData("1S")]
    [InlineData("1m1h")]
    [InlineData("1s1s")]
    [InlineData("1ms1s")]
    [InlineData("99999999999999999999s")]
    [InlineData("999999999999999999y")]
    public void What_is_no_duration_is_none(string text) => Assert.False(Durations.TryRead(text, out _));
}
