using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Cli;
using Muster.Cli.Tests;

namespace Muster.Proofs.Tests;

/// <summary>Lines of the catalogue proven both ways over real servers: proven while they are well, not while one of them is really broken, and proven again once it is mended.</summary>
static class BothWays
{
    public static IReadOnlyList<IEyes> All() =>
        [.. typeof(IEyes).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IEyes))).OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (IEyes)Activator.CreateInstance(type)!)];

    /// <summary>The models of a lane. MUSTER_EYES names the only one that is run, while one works at it.</summary>
    public static TheoryData<string> Of(Lane lane) =>
        new(All().Where(eyes => eyes.Lane == lane).Select(eyes => eyes.Name).Where(name => Environment.GetEnvironmentVariable("MUSTER_EYES") is not { } only || only == name));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task Hold(string name)
    {
        await using var eyes = All().Single(eyes => eyes.Name == name);
        using var scratch = new Scratch();
        await Furnish(eyes, scratch);

        var ran = await Check(scratch);
        Assert.True(ran.Exit is ExitCode.Go, $"{name} came to {ran.Exit}: {ran.Data}{ran.Talk}");
        var lines = await Requirements(scratch);
        Assert.Equal(eyes.Breaks.SelectMany(planted => planted.Lines).Distinct().Order(StringComparer.Ordinal), lines.Where(line => line.Value.State == "proven").Select(line => line.Key).Order(StringComparer.Ordinal));

        var wrong = new List<string>();
        foreach (var planted in eyes.Breaks)
        {
            string[] asked = [.. planted.Lines.SelectMany(line => lines[line].Controls).Distinct()];
            await planted.Plant(Cancel);
            wrong.AddRange(await Unlike(scratch, planted, asked, planted.Becomes, $"while {planted.Says}"));
            await planted.Mend(Cancel);
            wrong.AddRange(await Unlike(scratch, planted with { Later = default }, asked, "proven", $"after this was mended: {planted.Says}"));
        }

        Assert.True(wrong.Count == 0, string.Join("\n\n", wrong));
    }

    static async Task Furnish(IEyes eyes, Scratch scratch)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ModelWorld.Source, "eyes", eyes.Name + ".yaml"), Cancel);
        foreach (var (value, port) in await eyes.Start(scratch.Folder, Cancel))
        {
            var place = new Regex($@"(?<=\b{value}: )\d{{5}}");
            Assert.Matches(place, text);
            text = place.Replace(text, port.ToString(CultureInfo.InvariantCulture), 1);
        }

        scratch.Write("muster.yaml", text);
    }

    static async Task<IEnumerable<string>> Unlike(Scratch scratch, Break planted, string[] asked, string state, string when)
    {
        var ran = planted.Later == default ? await Check(scratch, [.. asked, "--again"]) : null;
        var lines = await Requirements(scratch, planted.Later);
        return from line in planted.Lines where lines[line].State != state select $"{line} is {lines[line].State} and not {state} {when} ({(ran is null ? $"{planted.Later} later" : $"exit {ran.Exit}; {ran.Data}{ran.Talk}")})";
    }

    static Task<Ran> Check(Scratch scratch, params string[] words) => InProcess.Run(scratch.Folder, ["check", .. words, "--allow-commands"]);

    static async Task<Dictionary<string, (string State, string[] Controls)>> Requirements(Scratch scratch, TimeSpan later = default) => ModelWorld.Read(await InProcess.Run(scratch.Folder, host => host with { Clock = later == default ? host.Clock : new Earlier(-later) }, "requirements", "--format", "json"));
}
