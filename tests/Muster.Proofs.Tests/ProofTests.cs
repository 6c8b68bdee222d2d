using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Readiness;

namespace Muster.Proofs.Tests;

/// <summary>
/// Lines of the catalogue proven both ways, each by a control of a model document over a real system: proven while the system is well, and not while its flaw is there.
/// Everything goes the way that it goes for a user: check, ledger, requirements.
/// </summary>
public sealed partial class ProofTests
{
    /// <summary>What this build must be able to prove; a line that is missing here or in the models fails the test.</summary>
    const string Lines = """
        CG-22 CG-25 CG-31 CG-35 CG-42 CG-47 CG-81 CG-87 CG-88
        AI-01 AI-07 AI-26 AI-28 AI-33 AI-36 AI-49 AI-55 AI-57 AI-63
        GR-01 GR-02 GR-03 GR-12 GR-44 GR-53 GR-54 GR-55 GR-56 GR-57 GR-58 GR-59 GR-60 GR-61 GR-63 GR-64 GR-65 GR-66
        SU-02 SU-04 SU-06 SU-07 SU-14 SU-22 SU-23 SU-30 SU-31 SU-44 SU-48 SU-49 SU-57 SU-59 SU-60 SU-65 SU-67 SU-68 SU-69
        PB-01 PB-22 PB-24 PB-57
        """;

    /// <summary>Most of what is asked are commands that start a runtime: on a busy machine more at once would end at their deadline.</summary>
    const string Jobs = "3";

    public static IReadOnlyList<string> Proven { get; } = Lines.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task Each_line_is_proven_while_its_system_is_well_and_is_not_while_its_flaw_is_there()
    {
        Assert.Equal(Proven.Order(StringComparer.Ordinal), Flaw.All.Select(flaw => flaw.Line).Order(StringComparer.Ordinal));
        await using var world = await ModelWorld.Start();
        var controls = new Dictionary<string, string[]>();
        foreach (var model in Flaw.Models)
        {
            var ran = await Run(world, model, "check", "--allow-commands", "--jobs", Jobs);
            Assert.True(ran.Exit == ExitCode.Go, $"{model} came to {ran.Exit}: {ran.Data}{ran.Talk}");
            var lines = ModelWorld.Read(await Run(world, model, "requirements", "--system", model, "--format", "json"));
            var of = Flaw.All.Where(flaw => flaw.Model == model).ToList();
            Assert.Equal(of.Select(flaw => flaw.Line).Order(StringComparer.Ordinal), lines.Where(line => line.Value.State == "proven").Select(line => line.Key).Order(StringComparer.Ordinal));
            foreach (var flaw in of) controls[flaw.Line] = lines[flaw.Line].Controls;
        }

        var wrong = new List<string>();
        foreach (var flaw in Flaw.All)
        {
            string[] asked = [.. controls[flaw.Line], .. flaw.Under is { } under ? [under] : Array.Empty<string>()];
            await world.Plant(flaw);
            if (await StateOf(world, flaw, asked) is var planted && planted != flaw.Becomes) wrong.Add($"{flaw.Line} is {planted} while {flaw.Says}");
            await world.Mend();
            if (await StateOf(world, flaw, asked) is not "proven" and var mended) wrong.Add($"{flaw.Line} is {mended} after this was mended: {flaw.Says}");
        }

        Assert.Empty(wrong);
        await world.Plant(Flaw.All);
        foreach (var model in Flaw.Models)
        {
            Assert.Equal(ExitCode.NoGo, (await Run(world, model, "check", "--allow-commands", "--again", "--jobs", Jobs)).Exit);
            var lines = ModelWorld.Read(await Run(world, model, "requirements", "--system", model, "--format", "json"));
            Assert.DoesNotContain(lines, line => line.Value.State == "proven");
        }
    }

    /// <summary>With MUSTER_WRITE_DOCS=1 the table is written anew.</summary>
    [Fact]
    public void The_page_lists_what_is_proven_and_by_what()
    {
        var page = Path.Combine(Repository.Folder, "docs", "requirements.md");
        var text = File.ReadAllText(page);
        var written = text[..(text.IndexOf(Heading, StringComparison.Ordinal) is >= 0 and var at ? at : text.Length)].TrimEnd() + "\n\n" + Table();
        if (Environment.GetEnvironmentVariable("MUSTER_WRITE_DOCS") == "1") File.WriteAllText(page, written);
        Assert.Equal(written, File.ReadAllText(page));
    }

    /// <summary>With MUSTER_WRITE_DOCS=1 the table of the front page is written anew.</summary>
    [Fact]
    public void The_front_page_says_how_many_lines_are_proven()
    {
        var page = Path.Combine(Repository.Folder, "README.md");
        var text = File.ReadAllText(page);
        var (from, to) = (text.IndexOf(Front, StringComparison.Ordinal), text.IndexOf("\n\n", text.IndexOf(Front, StringComparison.Ordinal), StringComparison.Ordinal));
        var written = text[..from] + Coverage() + text[to..];
        if (Environment.GetEnvironmentVariable("MUSTER_WRITE_DOCS") == "1") File.WriteAllText(page, written);
        Assert.Equal(written, File.ReadAllText(page));
    }

    const string Front = "| requirement lines of |";

    static string Coverage()
    {
        var proven = Flaw.All.Select(flaw => flaw.Line).Concat(BothWays.All().SelectMany(eyes => eyes.Breaks).SelectMany(planted => planted.Lines)).ToHashSet(StringComparer.Ordinal);
        var systems = Catalogue.Systems.Select(system => (Name: system.Name.Replace('-', ' '), Lines: system.Requirements.ToList())).ToList();
        string Row(string name, Func<List<Requirement>, int> count) => $"| {name} | {string.Join(" | ", systems.Select(system => count(system.Lines)))} | {count([.. systems.SelectMany(system => system.Lines)])} |";
        return $"""
            {Front} {string.Join(" | ", systems.Select(system => system.Name))} | all |
            |---|{string.Concat(Enumerable.Repeat("---|", systems.Count + 1))}
            {Row("all lines", lines => lines.Count)}
            {Row("a machine can prove, wholly or with a named human rest", lines => lines.Count(line => line.Class is not RequirementClass.P))}
            {Row("**proven both ways by this build's tests**", lines => lines.Count(line => proven.Contains(line.Id)))}
            """;
    }

    const string Heading = "| line | asks | proven by, in its model | not while |";

    static string Table()
    {
        var rows = from flaw in Flaw.All
                   let controls = Model(flaw.Model).Where(control => control.Proves.Contains(flaw.Line)).Select(control => $"`{control.Id}`")
                   select $"| {flaw.Line} | {Catalogue.Requirements.Single(line => line.Id == flaw.Line).Text} | {string.Join(", ", controls)} | {flaw.Says} |\n";
        var seen = from eyes in BothWays.All()
                   let model = Model($"eyes/{eyes.Name}")
                   from planted in eyes.Breaks
                   from line in planted.Lines
                   let controls = model.Where(control => control.Proves.Contains(line)).Select(control => $"`{control.Id}`")
                   select $"| {line} | {Catalogue.Requirements.Single(one => one.Id == line).Text} | {string.Join(", ", controls)} in `eyes/{eyes.Name}` | {planted.Says} |\n";
        var count = Flaw.All.Select(flaw => flaw.Line).Concat(BothWays.All().SelectMany(eyes => eyes.Breaks).SelectMany(planted => planted.Lines)).Distinct().Count();
        return $"{Heading}\n|---|---|---|---|\n{string.Concat(rows.Concat(seen))}\n{count} of {Catalogue.Requirements.Count()} lines.\n";
    }

    static System.Collections.Immutable.ImmutableArray<Control> Model(string name)
    {
        var text = File.ReadAllText(Path.Combine(ModelWorld.Source, name + ".yaml"));
        using var scratch = new Scratch();
        var path = scratch.Write("muster.yaml", text);
        // What stands in a runbook or a key is not about the line that is proven, and a document without them is none.
        foreach (Match runbook in Runbook().Matches(text)) scratch.Write(runbook.Groups[1].Value, "As it is done.");
        foreach (Match file in KeyFile().Matches(text))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            scratch.Write(file.Groups[1].Value, key.ExportSubjectPublicKeyInfoPem());
        }

        var reading = Workspace.Read(path, out _);
        return reading.Document?.Controls ?? throw new InvalidOperationException($"{name}: {string.Join("; ", reading.Problems)}");
    }

    [GeneratedRegex(@"\brunbook: ([\w./-]+)")]
    private static partial Regex Runbook();

    [GeneratedRegex(@"\bkey: (keys/[\w.-]+)")]
    private static partial Regex KeyFile();

    /// <summary>The real executable; a model's commands start it many times in turn.</summary>
    static Task<Ran> Run(ModelWorld world, string model, params string[] words) => Executable.Finish(Executable.Start(world.Folder(model), words), TimeSpan.FromMinutes(5));

    static async Task<string> StateOf(ModelWorld world, Flaw flaw, string[] asked)
    {
        var ran = await InProcess.Run(world.Folder(flaw.Model), ["check", .. asked, "--again", "--allow-commands", "--jobs", Jobs]);
        if (ran.Exit is not (ExitCode.Go or ExitCode.NoGo or ExitCode.Undecided)) return $"not decided but {ran.Exit} ({ran.Talk}{string.Join("; ", ran.Data.Split('\n').Where(line => line.Contains('?', StringComparison.Ordinal)))})";
        return ModelWorld.Read(await InProcess.Run(world.Folder(flaw.Model), "requirements", "--system", flaw.Model, "-f", "json"))[flaw.Line].State;
    }
}
