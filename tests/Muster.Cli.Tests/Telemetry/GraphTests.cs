using System.Collections.Immutable;
using Muster.Cli.Telemetry;

namespace Muster.Cli.Tests.Telemetry;

public sealed class GraphTests
{
    static readonly GraphStyle Plain = new(40, 5, Colour: false, Unicode: true, Unit.None);

    static PromSeries Series(string name, params double[] values) => new([new("__name__", name)], [.. values.Select((value, at) => (at * 60.0, value, (string?)null))]);

    static string Text(params string[] lines) => string.Concat(lines.Select(line => line + "\n"));

    [Fact]
    public void One_series_is_a_line_of_dots() => Assert.Equal(Text(
        " 40┤                             ⣀⡠⠤⠒⠒⠉",
        " 30┤                      ⣀⡠⠤⠔⠒⠉⠉",
        " 20┤              ⣀⣀⠤⠤⠒⠒⠉⠉",
        " 10┤      ⣀⣀⠤⠤⠒⠒⠉⠉",
        "  0┤⣀⠤⠤⠒⠊⠉",
        "   └───────────────────────────────────",
        "    00:00:00     00:02:00  00:04:00 UTC",
        "  ⠒⠒ a  40"), Graph.Render([Series("a", 0, 10, 20, 30, 40)], 0, 240, Plain));

    [Fact]
    public void Axes_have_times_and_units_and_the_legend_the_last_value()
    {
        var lines = Graph.Render([Series("a_bytes", 0, 1 << 20, 4 << 20)], 0, 120, Plain with { Unit = Unit.Bytes }).Split('\n');
        Assert.Contains(lines, line => line.Contains("MiB┤", StringComparison.Ordinal) || line.Contains(" B┤", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.TrimStart().StartsWith("00:00:00", StringComparison.Ordinal) && line.EndsWith("00:02:00 UTC", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("a_bytes  4 MiB", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a", 1_000_000, 1_000_001)]
    [InlineData("a_bytes", 47_000_000, 47_000_900)]
    [InlineData("a_seconds", 7300, 7300.02)]
    [InlineData("a_ratio", 0.99991, 0.99992)]
    [InlineData("a", 1e-9, 1.00001e-9)]
    [InlineData("a", -1_000_001, -1_000_000)]
    public void Ticks_of_an_axis_are_told_apart(string name, double low, double high)
    {
        var lines = Graph.Render([Series(name, low, high)], 0, 60, Plain with { Width = 80, Height = 16, Unit = Figures.UnitOf(name) }).Split('\n');
        var ticks = lines.Where(line => line.Contains('┤', StringComparison.Ordinal)).Select(line => line[..line.IndexOf('┤', StringComparison.Ordinal)].Trim()).ToList();
        Assert.InRange(ticks.Count, 2, 16);
        Assert.Equal(ticks.Count, ticks.Distinct().Count());
    }

    [Fact]
    public void Several_series_without_colour_have_a_mark_each()
    {
        var drawn = Graph.Render([Series("a", 1, 1, 1), Series("b", 2, 2, 2)], 0, 120, Plain);
        Assert.Equal((4, 4), (drawn.Count(letter => letter == '●'), drawn.Count(letter => letter == '○')));
        var letters = Graph.Render([Series("x", 1, 1, 1), Series("y", 2, 2, 2)], 0, 120, Plain with { Unicode = false });
        Assert.True(letters.All(letter => letter < 128));
        Assert.Equal((4, 4), (letters.Count(letter => letter == 'a'), letters.Count(letter => letter == 'b')));
    }

    [Fact]
    public void In_colour_each_line_and_its_legend_have_the_same_one()
    {
        var drawn = Graph.Render([Series("a", 1, 1), Series("b", 2, 2)], 0, 60, Plain with { Colour = true });
        foreach (var colour in (string[])["36", "33"])
            Assert.True(drawn.Split($"\u001b[{colour}m").Length > 10, drawn);
        Assert.Contains("\u001b[33m━━\u001b[0m b  2", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void A_narrow_legend_still_tells_series_apart_and_shows_each_value()
    {
        PromSeries Bucket(string le, double value) => new([new("__name__", "http_server_request_duration_seconds_bucket"), new("http_route", "/a"), new("job", "cart"), new("le", le)], [(0, value, null), (60, value, null)]);
        string Drawn(int width) => Graph.Render([Bucket("0.25", 1), Bucket("+Inf", 3)], 0, 60, Plain with { Width = width });

        Assert.EndsWith(Text(
            "  http_server_request_duration_seconds_bucket{http_route=\"/a\", job=\"cart\"}",
            "  ● {le=\"0.25\"}  1",
            "  ○ {le=\"+Inf\"}  3"), Drawn(80), StringComparison.Ordinal);
        Assert.EndsWith("  ○ http_server_request_duration_seconds_bucket{http_route=\"/a\", job=\"cart\", le=\"+Inf\"}  3\n", Drawn(120), StringComparison.Ordinal);
        Assert.EndsWith("…  5\n", Graph.Render([new([new("path", new string('x', 100))], [(0, 5, null)])], 0, 60, Plain), StringComparison.Ordinal);
    }

    [Fact]
    public void Over_a_gap_there_is_no_line()
    {
        var whole = Graph.Render([Series("a", 1, 1, 1, 1, 1, 1, 1, 1, 1)], 0, 480, Plain);
        var holed = Graph.Render([Series("a", 1, 1, 1, double.NaN, double.NaN, double.NaN, 1, 1, 1)], 0, 480, Plain);
        Assert.True(holed.Count(IsDots) < whole.Count(IsDots) * 0.7);

        static bool IsDots(char letter) => letter is > '\u2800' and <= '\u28ff';
    }

    [Fact]
    public void More_series_than_can_be_told_apart_are_counted() =>
        Assert.Contains("and 3 more, which are not drawn", Graph.Render([.. Enumerable.Range(0, 11).Select(at => Series($"s{at}", at))], 0, 60, Plain), StringComparison.Ordinal);

    [Fact]
    public void Without_a_number_it_says_so() => Assert.StartsWith("  No value can be drawn.\n", Graph.Render([Series("a", double.NaN, double.PositiveInfinity)], 0, 60, Plain), StringComparison.Ordinal);

    [Fact]
    public void Whatever_the_values_are_it_is_drawn_within_its_width()
    {
        double[] odd = [0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -double.MaxValue, double.Epsilon, 1e-12, 1e300, 5, 5.0000000001];
        var random = new Random(11);
        for (var round = 0; round < 3000; round++)
        {
            var style = new GraphStyle(random.Next(30, 150), random.Next(1, 30), random.Next(2) == 0, random.Next(2) == 0, (Unit)random.Next(4));
            var series = Enumerable.Range(0, random.Next(1, 12)).Select(at => Series($"s{at}", [.. Enumerable.Range(0, random.Next(0, 50)).Select(_ => random.Next(3) == 0 ? odd[random.Next(odd.Length)] : random.NextDouble() * Math.Pow(10, random.Next(-10, 10)))])).ToList();
            foreach (var line in Graph.Render(series, 0, random.Next(0, 5000), style).Split('\n'))
                Assert.True(Seen(line) <= Math.Max(style.Width, 64), line);
        }

        static int Seen(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\u001b\\[[0-9]*m", "").Length;
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234, "1.23k")]
    [InlineData(999.9, "1k")]
    [InlineData(0.5, "0.5")]
    [InlineData(0.00004, "4e-5")]
    [InlineData(-2_000_000, "-2M")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_are_short(double value, string shown) => Assert.Equal(shown, Figures.Of(value));

    [Theory]
    [InlineData(1536, "Bytes", "1.5 KiB")]
    [InlineData(0.0025, "Seconds", "2.5 ms")]
    [InlineData(5400, "Seconds", "90 min")]
    [InlineData(0.125, "Ratio", "12.5 %")]
    public void Units_fit(double value, string unit, string shown) => Assert.Equal(shown, Figures.Of(value, Enum.Parse<Unit>(unit)));
}
