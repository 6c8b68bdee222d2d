using Muster.Telemetry.Intake;
using Muster.Telemetry.Series;

namespace Muster.Telemetry.Tests;

public sealed class LabelsTests
{
    [Fact]
    public void A_key_of_labels_reads_back_as_them_in_whatever_order_they_came()
    {
        var labels = Labels.Of(("__name__", "up"), ("job", "api"), ("instance", "ä:1"), ("empty", ""));
        var writer = new SeriesKeyWriter();
        foreach (var label in labels.Reverse()) writer.Add(System.Text.Encoding.UTF8.GetBytes(label.Name), System.Text.Encoding.UTF8.GetBytes(label.Value));

        Assert.True(writer.TryFinish(out var key, out _));
        Assert.Equal(SeriesKey.Of(labels), key.ToArray());
        Assert.Equal(labels, SeriesKey.Read(key));
    }

    [Fact]
    public void A_name_that_stands_twice_is_no_key()
    {
        var writer = new SeriesKeyWriter();
        writer.Add("a"u8, "1"u8);
        writer.Add("a"u8, "2"u8);
        Assert.False(writer.TryFinish(out _, out var problem));
        Assert.Contains("stands twice", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a|b", "a", true)]
    [InlineData("a|b", "ab", false)]
    [InlineData("a.c", "a\nc", true)]
    [InlineData("a", "a\n", false)]
    public void An_expression_holds_for_the_whole_value(string pattern, string value, bool holds) =>
        Assert.Equal(holds, new Matcher("l", MatchKind.Regex, pattern).Matches(value));
}
