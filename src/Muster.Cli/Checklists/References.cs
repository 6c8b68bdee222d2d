using System.Text.RegularExpressions;

namespace Muster.Cli.Checklists;

/// <summary>A name that a checklist gives to one of its sentences: <c>SEC-12: …</c>, <c>[OPS-3] …</c>, or a column of ids.</summary>
static partial class References
{
    public static string? Of(string words) => InFront().Match(words) is { Success: true } match ? match.Groups["name"].Value : null;

    /// <summary>What stands in a column of ids; numbers alone are no names, since rows are renumbered.</summary>
    public static string? OfCell(string words) => Whole().IsMatch(words) && words.Any(char.IsAsciiLetter) ? words : null;

    [GeneratedRegex(@"^(\[(?<name>[A-Z][A-Z0-9]{0,11}[-_][0-9]{1,6})\]|\((?<name>[A-Z][A-Z0-9]{0,11}[-_][0-9]{1,6})\)|(?<name>[A-Z][A-Z0-9]{0,11}[-_][0-9]{1,6})(:|\s[-–—])) ", RegexOptions.ExplicitCapture)]
    private static partial Regex InFront();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$", RegexOptions.NonBacktracking)]
    private static partial Regex Whole();
}
