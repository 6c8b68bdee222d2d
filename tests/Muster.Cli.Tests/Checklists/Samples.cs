using Muster.Cli.Checklists;
using Muster.Readiness;

namespace Muster.Cli.Tests;

/// <summary>Checklists of different shapes, written for these tests; beside each the controls that come of it.</summary>
static class Samples
{
    public static readonly string[] Names = ["headings", "hostile", "nested", "numbered", "table", "tasks", "wiki"];

    static readonly string Folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(JsonSchema.Folder)))!, "tests/Muster.Cli.Tests/Checklists/samples");

    public static byte[] Bytes(string name) => File.ReadAllBytes(PathOf(name + ".md"));

    public static string PathOf(string file) => Path.Combine(Folder, file);

    public static Checklist Read(string text) => Assert.IsType<ChecklistReading.Read>(ChecklistReader.Read("READINESS.md", System.Text.Encoding.UTF8.GetBytes(text))).Checklist;

    /// <summary>Every line that is not blank is in exactly one place.</summary>
    public static void NoLineIsLost(Checklist checklist, string text)
    {
        var spoken = new SourceText(text).Spoken;
        Assert.Equal(spoken.Length, checklist.Lines);
        Assert.Equal(spoken, checklist.Items.SelectMany(item => item.Lines).Concat(checklist.Others.Select(other => other.Line)).Order());
        Assert.All(checklist.Others, other => Assert.NotEqual("", other.Because));
        Assert.All(checklist.Items, item => Assert.True(item.Words.Length > 0 && item.Title.Length > 0 && item.Lines.Length > 0));
    }

    /// <summary>The document that an import of this text into an empty folder would make.</summary>
    public static (Imported Imported, DocumentDesk Desk) Import(string folder, byte[] checklist, string file = "READINESS.md")
    {
        var desk = new DocumentDesk(folder, "muster.yaml");
        desk.Put(file, checklist);
        return (new ChecklistImport(desk, file, null, []).Prepare(), desk);
    }

    public static string Sound(DocumentDesk desk)
    {
        var reading = desk.Read();
        Assert.True(reading.Document is not null, ProblemText.Render(reading.Problems));
        return reading.Document!.Digest.ToString();
    }
}
