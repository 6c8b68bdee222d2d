namespace Muster.Readiness;

/// <summary>Where the column after some labels begins: two spaces past the longest, but no further than a bound.</summary>
static class TextColumn
{
    public static int After(int indent, IEnumerable<string> labels, int atMost) =>
        indent + 2 + labels.Select(label => DisplayWidth.Of(PlainText.Of(label))).DefaultIfEmpty(0).Where(width => width <= atMost).DefaultIfEmpty(atMost).Max();
}
