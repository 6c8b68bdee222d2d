using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Muster.Cli.Telemetry;

/// <param name="Width">Columns of the whole, axis and all.</param>
/// <param name="Height">Rows of the plot.</param>
sealed record GraphStyle(int Width, int Height, bool Colour, bool Unicode, Unit Unit);

/// <summary>
/// Series over time, drawn with characters. One series, or several in colour, are lines of braille dots (two by four to a character); several without colour
/// have a mark each, so that they can be told apart; without Unicode the marks are letters.
/// </summary>
static class Graph
{
    const int Most = 8;
    const string Marks = "●○▲△■□◆◇";
    const string Letters = "abcdefgh";
    static readonly string[] Colours = ["36", "33", "35", "32", "31", "34", "96", "93"];

    /// <param name="from">Seconds since 1970, as <paramref name="to"/>.</param>
    public static string Render(IReadOnlyList<PromSeries> series, double from, double to, GraphStyle style)
    {
        var shown = series.Take(Most).ToList();
        var values = shown.SelectMany(one => one.Samples).Select(sample => sample.Value).Where(double.IsFinite).ToList();
        if (values.Count == 0) return "  No value can be drawn.\n" + Legend(series, shown, style);
        var scale = Scale.Of(values.Min(), values.Max(), style.Unit);
        var labels = Labels(scale, style);
        var margin = labels.Values.Max(label => label.Length);
        var columns = Math.Max(10, style.Width - margin - 3);
        var plot = style.Unicode && (style.Colour || shown.Count == 1) ? Dots(shown, from, to, scale, columns, style) : Points(shown, from, to, scale, columns, style);
        var text = new StringBuilder();
        for (var row = 0; row < style.Height; row++)
        {
            var label = labels.GetValueOrDefault(row, "");
            text.Append(' ').Append(label.PadLeft(margin)).Append(label.Length > 0 ? Axis(style, '┤', '+') : Axis(style, '│', '|')).Append(plot[row]).Append('\n');
        }

        text.Append(' ', margin + 1).Append(Axis(style, '└', '+')).Append(Axis(style, '─', '-'), columns).Append('\n');
        return text.Append(' ', margin + 2).Append(Times(from, to, columns)).Append('\n').Append(Legend(series, shown, style)).ToString();
    }

    /// <summary>By row; where there are fewer rows than ticks, the first stands. As many digits as tell one from the next.</summary>
    static Dictionary<int, string> Labels(Scale scale, GraphStyle style)
    {
        const int MostDigits = 12;
        for (var more = 0; ; more++)
        {
            var labels = new Dictionary<int, string>();
            foreach (var tick in scale.Ticks) labels.TryAdd(Row(scale.Share(tick), style.Height), Figures.Of(tick, style.Unit, more));
            if (more == MostDigits || labels.Values.Distinct(StringComparer.Ordinal).Count() == labels.Count) return labels;
        }
    }

    static char Axis(GraphStyle style, char unicode, char plain) => style.Unicode ? unicode : plain;

    static int Row(double share, int rows) => Math.Clamp((int)Math.Round((1 - share) * (rows - 1)), 0, rows - 1);

    /// <summary>Braille: a line between each sample and the next, none over a gap.</summary>
    static string[] Dots(List<PromSeries> shown, double from, double to, Scale scale, int columns, GraphStyle style)
    {
        var (width, height) = (columns * 2, style.Height * 4);
        var bits = new byte[style.Height, columns];
        var colour = new int[style.Height, columns];
        for (var at = 0; at < shown.Count; at++)
        {
            foreach (var (x0, y0, x1, y1) in Lines(shown[at], from, to, scale, width, height))
            {
                var steps = Math.Max(Math.Abs(x1 - x0), Math.Abs(y1 - y0));
                for (var step = 0; step <= steps; step++)
                {
                    var (x, y) = steps == 0 ? (x0, y0) : (x0 + (int)Math.Round((double)(x1 - x0) * step / steps), y0 + (int)Math.Round((double)(y1 - y0) * step / steps));
                    bits[y / 4, x / 2] |= Bit(x % 2, y % 4);
                    colour[y / 4, x / 2] = at;
                }
            }
        }

        var rows = new string[style.Height];
        for (var row = 0; row < style.Height; row++)
        {
            var text = new StringBuilder();
            for (var column = 0; column < columns; column++)
            {
                var dot = bits[row, column] == 0 ? ' ' : (char)(0x2800 + bits[row, column]);
                if (dot != ' ' && style.Colour) text.Append(CultureInfo.InvariantCulture, $"\u001b[{Colours[colour[row, column]]}m{dot}\u001b[0m");
                else text.Append(dot);
            }

            rows[row] = text.ToString().TrimEnd();
        }

        return rows;
    }

    /// <summary>Dots of a braille character are numbered down the columns, the lowest row last.</summary>
    static byte Bit(int x, int y) => (byte)(y == 3 ? 0x40 << x : 1 << (y + (3 * x)));

    static string[] Points(List<PromSeries> shown, double from, double to, Scale scale, int columns, GraphStyle style)
    {
        var marks = new char[style.Height, columns];
        for (var at = 0; at < shown.Count; at++)
        {
            foreach (var (x, y, _, _) in Lines(shown[at], from, to, scale, columns, style.Height)) marks[y, x] = Mark(at, style);
        }

        return [.. Enumerable.Range(0, style.Height).Select(row => string.Concat(Enumerable.Range(0, columns).Select(column => marks[row, column] is var mark and not '\0' ? mark : ' ')).TrimEnd())];
    }

    static char Mark(int at, GraphStyle style) => (style.Unicode ? Marks : Letters)[at];

    /// <summary>From each sample that is a number to the next, or to itself before a gap, which is more than one and a half of the usual distances.</summary>
    static IEnumerable<(int X0, int Y0, int X1, int Y1)> Lines(PromSeries series, double from, double to, Scale scale, int width, int height)
    {
        var samples = series.Samples.Where(sample => sample.Time >= from && sample.Time <= to).ToList();
        var gaps = samples.Zip(samples.Skip(1), (a, b) => b.Time - a.Time).Order().ToList();
        var usual = gaps.Count == 0 ? 0 : gaps[gaps.Count / 2] * 1.5;
        for (var at = 0; at < samples.Count; at++)
        {
            if (!double.IsFinite(samples[at].Value)) continue;
            var (x, y) = Place(samples[at]);
            var (nextX, nextY) = at + 1 < samples.Count && double.IsFinite(samples[at + 1].Value) && samples[at + 1].Time - samples[at].Time <= usual ? Place(samples[at + 1]) : (x, y);
            yield return (x, y, nextX, nextY);
        }

        (int, int) Place((double Time, double Value, string?) sample) =>
            (Math.Clamp((int)Math.Round((sample.Time - from) / Math.Max(to - from, 1e-9) * (width - 1)), 0, width - 1), Row(scale.Share(sample.Value), height));
    }

    static string Times(double from, double to, int columns)
    {
        var pattern = to - from > 86_400 ? "MM-dd HH:mm" : to - from > 300 ? "HH:mm" : "HH:mm:ss";
        var (start, end) = (Clock(from, pattern), Clock(to, pattern) + " UTC");
        var middle = Clock((from + to) / 2, pattern);
        var room = columns - start.Length - end.Length;
        if (room < middle.Length + 4) return start + new string(' ', Math.Max(1, room)) + end;
        var before = Math.Max(2, (columns / 2) - start.Length - (middle.Length / 2));
        return start + new string(' ', before) + middle + new string(' ', Math.Max(2, columns - start.Length - before - middle.Length - end.Length)) + end;
    }

    static string Clock(double seconds, string pattern) => DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(seconds, -6e10, 2.5e11)).ToString(pattern, CultureInfo.InvariantCulture);

    /// <summary>A line for each series. Where one does not fit, what all of them share stands above them once, so that what tells them apart is seen; the value is never cut.</summary>
    static string Legend(IReadOnlyList<PromSeries> all, List<PromSeries> shown, GraphStyle style)
    {
        var text = new StringBuilder();
        var lasts = shown.Select(one => one.Samples is [.., var sample] ? Figures.Of(sample.Value, style.Unit) : "nothing").ToList();
        var names = shown.Select(one => one.Name).ToList();
        if (shown.Count > 1 && names.Zip(lasts).Any(one => Room(one.Second) < one.First.Length) && shown[0].Labels.Where(label => shown.All(one => one.Labels.Contains(label))).ToImmutableArray() is { IsEmpty: false } shared)
        {
            text.Append(Load.TerminalLine.Cut($"  {new PromSeries(shared, []).Name}", style.Width)).Append('\n');
            names = [.. shown.Select(one => new PromSeries([.. one.Labels.Except(shared)], []).Name)];
        }

        for (var at = 0; at < shown.Count; at++)
        {
            var mark = style.Colour ? $"\u001b[{Colours[at]}m{(style.Unicode ? "━━" : "--")}\u001b[0m" : shown.Count == 1 ? (style.Unicode ? "⠒⠒" : "a") : Mark(at, style).ToString();
            var name = names[at].Length <= Room(lasts[at]) ? names[at] : names[at][..(Room(lasts[at]) - 1)] + (style.Unicode ? "…" : "~");
            text.Append(CultureInfo.InvariantCulture, $"  {mark} {name}  {lasts[at]}\n");
        }

        if (all.Count > shown.Count) text.Append(CultureInfo.InvariantCulture, $"  and {all.Count - shown.Count} more, which are not drawn: topk({Most}, …) chooses\n");
        return text.ToString();

        // Beside the longest mark, its margins and the value.
        int Room(string last) => Math.Max(10, style.Width - 7 - last.Length);
    }

    /// <summary>From the lowest to the highest value that the axis shows, with ticks at round numbers.</summary>
    sealed record Scale(double Low, double High, ImmutableArray<double> Ticks)
    {
        const int Wanted = 4;

        public double Share(double value) => (value - Low) / (High - Low);

        public static Scale Of(double low, double high, Unit unit)
        {
            if (low > 0 && low < high / 2) low = 0;
            if (high < 0 && high > low / 2) high = 0;
            // A flat line, or values so large that their difference is none, stands in the middle.
            if (high - low <= Math.Abs(high) * 1e-9 || !double.IsFinite(high - low)) (low, high) = (low / 2 - (low == 0 ? 1 : Math.Abs(low) / 4), high / 2 + (high == 0 ? 1 : Math.Abs(high) * 0.75));
            if (!(high > low)) (low, high) = (low - 1, low + 1);
            var step = Round((high - low) / Wanted, unit);
            var ticks = ImmutableArray.CreateBuilder<double>();
            for (var at = Math.Ceiling(low / step); at * step <= high + (step / 1e6) && ticks.Count < 4 * Wanted; at++) ticks.Add(at * step);
            return new(low, high, ticks.Count > 0 ? ticks.ToImmutable() : [low, high]);
        }

        static double Round(double step, Unit unit)
        {
            var power = Math.Pow(10, Math.Floor(Math.Log10(step)));
            if (unit == Unit.Bytes) power = Math.Max(1, Math.Pow(2, Math.Floor(Math.Log2(step) / 10) * 10));
            if (unit == Unit.Bytes && step / power > 1) power *= Math.Pow(2, Math.Floor(Math.Log2(step / power)));
            return (step / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
        }
    }
}
