namespace Muster.Bench;

/// <summary>docs/performance.md: what stands between its markers is written by a whole run of the bench and by nothing else.</summary>
static class Performance
{
    const string Begin = "<!-- measured: begin -->";
    const string End = "<!-- measured: end -->";

    public static void Write(string page, string measured)
    {
        var text = File.ReadAllText(page);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from) throw new InvalidOperationException($"{page} has not the markers {Begin} and {End}");
        File.WriteAllText(page, $"{text[..(from + Begin.Length)]}\n\n{measured}\n\n{text[to..]}");
    }
}
