using System.Text.RegularExpressions;

namespace Muster.House.Tests;

/// <summary>Paths that our pages name, and paths that no file of ours may name.</summary>
static partial class Paths
{
    /// <summary>What a page names in backticks or links to and is not there. Written from the root in backticks, from the page in links; <c>*</c> stands for any one part.</summary>
    public static IEnumerable<string> Missing(string page, string text, IReadOnlyList<string> files)
    {
        var folder = page.Contains('/', StringComparison.Ordinal) ? page[..(page.LastIndexOf('/') + 1)] : "";
        var named = Quoted().Matches(text).Select(match => match.Groups[1].Value).Concat(
            Linked().Matches(text).Select(match => Straight(folder + match.Groups[1].Value)));
        return named.Select(path => path.TrimEnd('/')).Distinct().Where(path => !Exists(path, files)).Select(path => $"{page} names {path}, which is not there");
    }

    /// <summary>Absolute paths of somebody's machine.</summary>
    public static IEnumerable<string> OfAMachine(string path, string text) =>
        Machine().Matches(text).Select(match => $"{path}:{text.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value.Trim()} is a path of one machine");

    static bool Exists(string path, IReadOnlyList<string> files)
    {
        var pattern = new Regex($"^{Regex.Escape(path).Replace("\\*", "[^/]*", StringComparison.Ordinal)}(/|$)", RegexOptions.CultureInvariant);
        return files.Any(pattern.IsMatch);
    }

    static string Straight(string path)
    {
        var parts = new Stack<string>();
        foreach (var part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0) parts.Pop();
            else if (part != ".") parts.Push(part);
        }

        return string.Join('/', parts.Reverse());
    }

    [GeneratedRegex(@"`((?:src|tests|docs|bench|samples|packs|catalogue|scenarios|[.]ci|[.]config)/[\w./*-]*|[\w.-]+[.](?:cs|md|slnx|props|targets)|[.]editorconfig|global[.]json)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\]\((?![a-z]+:|#)([^)#\s]+)[^)]*\)")]
    private static partial Regex Linked();

    [GeneratedRegex(@"(?<=^|[\s""'`(=:>,\[])/(?:work|root|home|Users)/[\w.-]+", RegexOptions.Multiline)]
    private static partial Regex Machine();
}
