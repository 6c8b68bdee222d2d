using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Muster.Readiness.Tests;

/// <summary>The tags of a page, as a reader of HTML meets them: enough to see that text added none.</summary>
static class HtmlTags
{
    static readonly string[] Void = ["meta", "br"];

    /// <summary>Each tag with the names of its attributes.</summary>
    public static ImmutableArray<string> Of(string html) =>
        [.. Regex.Matches(Unstyled(html), "<(/?[a-zA-Z!][a-zA-Z0-9]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>")
            .Select(tag => tag.Groups[1].Value + " " + string.Join(" ", Regex.Matches(tag.Groups[2].Value, "([a-z-]+)=\"[^\"]*\"").Select(attribute => attribute.Groups[1].Value)))];

    public static string? FirstUnclosed(string html)
    {
        var open = new Stack<string>();
        foreach (var tag in Of(html).Select(tag => tag.Split(' ')[0]))
        {
            if (tag[0] == '!' || Void.Contains(tag)) continue;
            if (tag[0] != '/') open.Push(tag);
            else if (open.Count == 0 || open.Pop() != tag[1..]) return tag;
        }

        return open.Count == 0 ? null : open.Peek();
    }

    static string Unstyled(string html) => Regex.Replace(html, "<style>.*?</style>", "<style></style>", RegexOptions.Singleline);
}
