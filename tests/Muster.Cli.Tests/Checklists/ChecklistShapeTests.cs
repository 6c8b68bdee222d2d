using System.Text;

namespace Muster.Cli.Tests;

/// <summary>Each shape of checklist, end to end: no line lost, the controls as they were reviewed, sound YAML, and nothing to do the second time.</summary>
public sealed class ChecklistShapeTests
{
    public static TheoryData<string> Shapes => [.. Samples.Names];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void No_line_is_lost(string name)
    {
        var text = Encoding.UTF8.GetString(Samples.Bytes(name)).TrimStart('\uFEFF');
        Samples.NoLineIsLost(Samples.Read(text), text);
    }

    /// <summary>Golden: the digests in it are what evidence hangs on, so a new version of the parser must come to the same. MUSTER_ACCEPT=1 writes what came instead.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task The_controls_are_those_that_were_reviewed(string name)
    {
        using var folder = await Imported(name);
        var golden = Samples.PathOf(name + ".yaml");
        var came = File.ReadAllText(folder.PathOf("controls/READINESS.yaml"));
        if (Environment.GetEnvironmentVariable("MUSTER_ACCEPT") == "1") File.WriteAllText(golden, came);
        Assert.Equal(File.ReadAllText(golden), came);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task The_document_is_sound_and_every_control_is_unmeasured_or_unreviewed(string name)
    {
        using var folder = await Imported(name);
        Assert.Equal("sound", (await folder.Done("lint")).Data.Split(": ")[1][..5]);
        var report = await folder.Run("report", "-f", "json");
        Assert.Equal(2, report.Exit);
        var states = ((Readiness.Value.Items)report.Json["controls"]!).Are.Cast<Readiness.Value.Fields>().Select(control => ((Readiness.Value.Text)control["state"]!).Is).Distinct();
        Assert.Empty(states.Except(["unmeasured", "unproven", "Unmeasured", "Unproven"]));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_second_import_changes_no_byte_and_a_check_finds_nothing(string name)
    {
        using var folder = await Imported(name);
        var before = Bytes(folder);
        var again = await folder.Done("import", "READINESS.md");
        Assert.Contains("Nothing to write", again.Data, StringComparison.Ordinal);
        Assert.Equal(before, Bytes(folder));
        await folder.Done("import", "--check");
        await folder.Done("import", "READINESS.md", "--check");
        Assert.Equal(before, Bytes(folder));
    }

    static async Task<Scratch> Imported(string name)
    {
        var folder = new Scratch();
        File.WriteAllBytes(folder.PathOf("READINESS.md"), Samples.Bytes(name));
        await folder.Done("import", "READINESS.md");
        return folder;
    }

    static SortedDictionary<string, string> Bytes(Scratch folder) =>
        new(Directory.EnumerateFiles(folder.Folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, path => Convert.ToHexString(File.ReadAllBytes(path))), StringComparer.Ordinal);
}
