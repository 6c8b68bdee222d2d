using System.Globalization;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>
/// One drawing as SVG in the page: no script, no style attribute, colours by class. Every line has its name beside its end or in the legend, and a dash of its own, so that nothing is said by colour alone.
/// </summary>
sealed class Chart(string name, double height = 220)
{
    public const double Width = 960;
    public const double Left = 74;
    public const double Right = 18;
    public const double Top = 12;
    public const double Bottom = 30;
    readonly List<Html> _parts = [];
    readonly List<Html> _legend = [];

    public double Down => height - Top - Bottom;

    public static double Across => Width - Left - Right;

    public double Foot => height - Bottom;

    public void Grid(Axis x, Axis y, Func<double, string> xText, Func<double, string> yText)
    {
        foreach (var tick in y.Ticks)
            _parts.Add(Html.Of($"""<line class="grid" x1="{N(Left)}" x2="{N(Width - Right)}" y1="{N(y.Of(tick))}" y2="{N(y.Of(tick))}"/><text class="tick end" x="{N(Left - 8)}" y="{N(y.Of(tick) + 4)}">{yText(tick)}</text>"""));
        foreach (var tick in x.Ticks)
            _parts.Add(Html.Of($"""<line class="grid faint" x1="{N(x.Of(tick))}" x2="{N(x.Of(tick))}" y1="{N(Top)}" y2="{N(Foot)}"/><text class="tick mid" x="{N(x.Of(tick))}" y="{N(Foot + 18)}">{xText(tick)}</text>"""));
    }

    public void Shade(double from, double to, string says)
    {
        if (to - from < 0.5) return;
        _parts.Add(Html.Of($"""<rect class="shade" x="{N(from)}" y="{N(Top)}" width="{N(to - from)}" height="{N(Down)}"/><text class="tick" x="{N(from + 5)}" y="{N(Top + 13)}">{says}</text>"""));
    }

    /// <param name="before">Whether its text stands to the left of it; near the right edge it does in any case.</param>
    public void Mark(double x, string says, string ink, bool before = false, int row = 0)
    {
        before |= x > Width * 0.86;
        _parts.Add(Html.Of($"""<line class="mark {ink}" x1="{N(x)}" x2="{N(x)}" y1="{N(Top)}" y2="{N(Foot)}"/><text class="tick {(before ? "end" : "")}" x="{N(before ? x - 5 : x + 5)}" y="{N(Top + 13 + 16 * row)}">{says}</text>"""));
    }

    public void Bar(double x, double width, double y, string ink) =>
        _parts.Add(Html.Of($"""<rect class="bar {ink}" x="{N(x)}" y="{N(y)}" width="{N(Math.Max(0.5, width))}" height="{N(Math.Max(0, Foot - y))}"/>"""));

    public void Dot(double x, double y, string ink, string says) => _parts.Add(Html.Of($"""<circle class="dot {ink}" cx="{N(x)}" cy="{N(y)}" r="4"><title>{says}</title></circle>"""));

    /// <summary>A gap where a point is null. A point alone between gaps is drawn as a short stroke.</summary>
    public void Line(IEnumerable<(double X, double Y)?> points, string ink, string? says = null)
    {
        var path = new StringBuilder();
        var pen = false;
        foreach (var point in points)
        {
            if (point is not var (x, y)) { pen = false; continue; }
            path.Append(CultureInfo.InvariantCulture, $"{(pen ? "L" : "M")}{N(x)} {N(y)}{(pen ? "" : "h0.01")}");
            pen = true;
        }

        if (path.Length > 0) _parts.Add(Html.Of($"""<path class="line {ink}" d="{path.ToString()}"/>"""));
        if (says is not null) Legend(ink, says);
    }

    public void Legend(string ink, string says, bool filled = false) => _legend.Add(filled
        ? Html.Of($"""<li><svg class="key" viewBox="0 0 26 10" aria-hidden="true"><rect class="bar {ink}" x="0" y="1" width="26" height="8"/></svg>{says}</li>""")
        : Html.Of($"""<li><svg class="key" viewBox="0 0 26 10" aria-hidden="true"><path class="line {ink}" d="M0 5h26"/></svg>{says}</li>"""));

    /// <param name="says">What it shows, for who does not see it.</param>
    public Html Drawn(string says) => Html.Of($"""
        <figure>
        <figcaption><b>{name}</b>{(_legend.Count == 0 ? Html.None : Html.Of($"<ul class=\"legend\">{Html.Join(_legend)}</ul>"))}</figcaption>
        <svg class="chart" viewBox="0 0 {N(Width)} {N(height)}" role="img" aria-label="{says}">{Html.Join(_parts)}</svg>
        </figure>

        """);

    static string N(double number) => Math.Round(number, 2).ToString(CultureInfo.InvariantCulture);
}
