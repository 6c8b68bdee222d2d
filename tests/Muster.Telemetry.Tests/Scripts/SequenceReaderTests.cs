using System.Globalization;
using Muster.Conformance.Promql;
using Muster.Telemetry.Histograms;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests.Scripts;

public sealed class SequenceReaderTests
{
    [Theory]
    [InlineData("1 2.5 -3", "1 2.5 -3")]
    [InlineData("1+2x3", "1 3 5 7")]
    [InlineData("10-2x2 9", "10 8 6 9")]
    [InlineData("-5+1x1", "-5 -4")]
    [InlineData("7x2", "7 7 7")]
    [InlineData("0x1", "0 0")]
    [InlineData("1e-2+1e+1x1", "0.01 10.01")]
    [InlineData("_ 1 _x3 2", "_ 1 _ _ _ 2")]
    [InlineData("Inf -inf NaN +Inf", "Infinity -Infinity NaN Infinity")]
    [InlineData("Inf-1x1", "Infinity Infinity")]
    [InlineData("1 # a remark", "1")]
    [InlineData("", "")]
    public void Numbers(string text, string values) => Assert.Equal(values, string.Join(' ', SequenceReader.Read(text, isStart: false).Select(Text)));

    [Theory]
    [InlineData("_ -30s-1mx2", "_ -30000 -90000 -150000")]
    [InlineData("0-1mx1 +1m -0msx1", "0 -60000 60000 0 0")]
    [InlineData("1ms-1m30sx1", "1 -89999")]
    public void When_counters_began(string text, string values) => Assert.Equal(values, string.Join(' ', SequenceReader.Read(text, isStart: true).Select(Text)));

    [Fact]
    public void A_stale_marker_is_no_other_not_a_number()
    {
        var values = SequenceReader.Read("1 stale NaN", isStart: false);
        Assert.Equal([false, true, false], values.Select(value => StaleMarker.Is(value.Number!.Value)));
    }

    [Fact]
    public void Histograms_are_added_up()
    {
        var values = SequenceReader.Read("{{schema:1 sum:-1.5 count:4 z_bucket:1 z_bucket_w:0.5 buckets:[1 2] offset:3 n_buckets:[4] n_offset:-2 counter_reset_hint:gauge}}+{{schema:1 sum:1 count:1}}x2 _ {{}}", isStart: false);

        Assert.Equal([4.0, 5, 6], values[..3].Select(value => value.Histogram!.Count));
        Assert.True(values[3].IsOmitted);
        Assert.Equal((5, true, false), (values.Length, values[0].SaysHint, values[4].SaysHint));
        var first = values[0].Histogram!;
        Assert.Equal((1, -1.5, 1, 0.5, ResetHint.Gauge), (first.Schema, first.Sum, first.ZeroCount, first.ZeroThreshold, first.Hint));
        Assert.Equal([new(3, 2)], first.PositiveSpans);
        Assert.Equal([new(-2, 1)], first.NegativeSpans);
    }

    [Fact]
    public void Own_bounds_and_a_step_down()
    {
        var values = SequenceReader.Read("{{schema:-53 count:9 custom_values:[5 10] buckets:[3 3 3]}}-{{schema:-53 count:3 custom_values:[5 10] buckets:[1 1 1]}}x1", isStart: false);
        Assert.Equal(["{count:9, sum:0, [-Inf,5]:3, (5,10]:3, (10,+Inf]:3}", "{count:6, sum:0, [-Inf,5]:2, (5,10]:2, (10,+Inf]:2}"], values.Select(Text));
    }

    [Theory]
    [InlineData("x3")]
    [InlineData("1x")]
    [InlineData("1x-1")]
    [InlineData("1x99999999")]
    [InlineData("1x1000000 1x1000000")]
    [InlineData("_x2000000000")]
    [InlineData("one")]
    [InlineData("1+x3")]
    [InlineData("{{")]
    [InlineData("{{}}3")]
    [InlineData("{{}}+{{}}")]
    [InlineData("{{}}+{{schema:-53}}x1")]
    [InlineData("{{no:1}}")]
    [InlineData("{{sum}}")]
    [InlineData("{{sum:}}")]
    [InlineData("{{sum:1 sum:2}}")]
    [InlineData("{{buckets:1}}")]
    [InlineData("{{buckets:[1}}")]
    [InlineData("{{buckets:[a]}}")]
    [InlineData("{{schema:1.5}}")]
    [InlineData("{{counter_reset_hint:maybe}}")]
    public void What_is_none_is_told(string text) => Assert.Throws<FormatException>(() => SequenceReader.Read(text, isStart: false));

    static string Text(SequenceValue value) => value.Histogram?.ToString() ?? value.Number?.ToString("R", CultureInfo.InvariantCulture) ?? "_";
}
