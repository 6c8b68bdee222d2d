using System.Text.RegularExpressions;

namespace Muster.House.Tests;

/// <summary>What does not stand in our source code, and what to write instead.</summary>
static partial class Habits
{
    public const int MostLines = 400;

    public static IEnumerable<string> Broken(SourceFile file)
    {
        foreach (var (found, instead) in Forbidden)
            foreach (Match match in found.Matches(file.Code))
                yield return $"{file.Path}:{file.LineOf(match.Index)}: {instead}";
        foreach (Match match in EmptyCatch().Matches(file.Code))
            if (!Explained(file.Text, match))
                yield return $"{file.Path}:{file.LineOf(match.Index)}: an empty catch swallows what went wrong: turn it into a value, or name the exception and say in a comment why nothing is to be done";
        foreach (Match match in Promises().Matches(file.Text))
            yield return $"{file.Path}:{file.LineOf(match.Index)}: {match.Value} is a promise that nobody keeps: do it, or leave it out";
    }

    /// <summary>Tests wait for what happens, not for time to pass: what is slow today is too slow for the wait tomorrow.</summary>
    public static IEnumerable<string> Sleeps(SourceFile test) =>
        Sleep().Matches(test.Code).Select(match => $"{test.Path}:{test.LineOf(match.Index)}: a sleeping test; wait for a signal, or use a clock that the test moves");

    public static IEnumerable<string> TooLong(IEnumerable<SourceFile> files, IReadOnlyDictionary<string, string> allowed)
    {
        var all = files.ToList();
        foreach (var file in all.Where(file => file.Lines > MostLines && !allowed.ContainsKey(file.Path)))
            yield return $"{file.Path} has {file.Lines} lines: split it by ideas, or say in HabitsTests why it must be one";
        foreach (var idle in allowed.Keys.Except(all.Where(file => file.Lines > MostLines).Select(file => file.Path)))
            yield return $"{idle} is excused for its length but is not too long";
    }

    static bool Explained(string text, Match emptyCatch) =>
        emptyCatch.Groups["type"].Success && text.IndexOf('{', emptyCatch.Index) is var open && text[open..(emptyCatch.Index + emptyCatch.Length)].Any(char.IsLetter);

    static readonly (Regex Found, string Instead)[] Forbidden =
    [
        (NotDone(), "code that is not there: write it, or leave the member out"),
        (Region(), "#region: split the type"),
        (VagueName(), "a type named for no idea of its own: name the noun, or put the method on the type that owns the data"),
        (AsyncVoid(), "async void: nobody sees it fail; return the task"),
    ];

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex Promises();

    [GeneratedRegex(@"\bNotImplementedException\b")]
    private static partial Regex NotDone();

    [GeneratedRegex(@"\bcatch\s*(?<type>\([^)]*\)\s*)?(when\s*\([^{]*\)\s*)?\{\s*\}")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"^[ \t]*#region\b", RegexOptions.Multiline)]
    private static partial Regex Region();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+\w*(Manager|Helper|Helpers|Utils|Util|Utilities|Service|Common)\b")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"\basync\s+void\b")]
    private static partial Regex AsyncVoid();

    [GeneratedRegex(@"\bThread\s*\.\s*Sleep\s*\(|\bTask\s*\.\s*Delay\s*\((?!\s*(Timeout\s*\.\s*Infinite|-1))")]
    private static partial Regex Sleep();
}
