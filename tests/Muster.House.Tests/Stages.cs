using System.Text.RegularExpressions;

namespace Muster.House.Tests;

/// <summary>
/// The order of the judge's stages: a file may use what stands before it in this list, never what stands after. First the words that every
/// stage shares, from small to large; then the work, in the order of the flow. Within one stage files may use each other.
/// </summary>
static partial class Stages
{
    public static readonly string[] InOrder =
    [
        "Values/", "Kinds/", "Evidence/Run.cs", "Evidence/Question.cs", "Controls/", "Gates/Gate.cs", "Documents/Document.cs", "Documents/Problem.cs",
        "Verdicts/Verdict.cs", "Ledgers/Fact.cs", "Verdicts/Decision.cs",
        "Documents/", "Evidence/", "Ledgers/", "Verdicts/", "Gates/", "Requirements/", "Reports/", "",
    ];

    /// <summary>The generated serialiser names every record that is written down; nothing is decided in it.</summary>
    public const string Serialiser = "Values/Statements.cs";

    /// <param name="Type">An outermost type's name.</param>
    /// <param name="File">Relative to the room's folder.</param>
    /// <param name="Uses">Names of the outermost types of the room that it uses.</param>
    public sealed record Placed(string Type, string File, IReadOnlyList<string> Uses);

    public static IEnumerable<string> Broken(IReadOnlyList<Placed> types)
    {
        var fileOf = types.GroupBy(placed => placed.Type).ToDictionary(group => group.Key, group => group.MaxBy(placed => StageOf(placed.File))!.File);
        return from placed in types
               where placed.File != Serialiser
               from used in placed.Uses.Where(fileOf.ContainsKey)
               where StageOf(placed.File) < StageOf(fileOf[used])
               select $"{placed.File}: {placed.Type} uses {used} of {fileOf[used]}, which comes after it";
    }

    /// <summary>The names of the types that stand at the outermost level of a file.</summary>
    public static IEnumerable<string> Declared(SourceFile file) => Declaration().Matches(file.Code).Select(match => match.Groups[1].Value);

    /// <summary>The longest entry of the order that the path begins with.</summary>
    static int StageOf(string file) => Array.IndexOf(InOrder, InOrder.Where(entry => entry.Contains('/', StringComparison.Ordinal) || !file.Contains('/', StringComparison.Ordinal))
        .Where(entry => file.StartsWith(entry, StringComparison.Ordinal)).MaxBy(entry => entry.Length)
        ?? throw new InvalidOperationException($"{file} lies in no stage; add its folder to Stages.cs, in its place"));

    [GeneratedRegex(@"^(?:(?:public|internal|sealed|abstract|static|readonly|partial|file|ref|unsafe)\s+)*(?:record\s+struct|record\s+class|record|class|struct|enum|interface|delegate\s+[\w.<>?,()\[\] ]+?)\s+(\w+)\s*(?=[<({;:\r\n]|$)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
