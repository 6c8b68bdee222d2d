using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Cli;
using Muster.Cli.Tests;
using Muster.Readiness;

namespace Muster.Proofs.Tests;

/// <summary>
/// The model documents of catalogue/models, each in a folder with its ledger, over systems on loopback that are well, and any flaw that is planted.
/// The launches beside them are told once, by their own steps, as they should be and as their faulty twins.
/// </summary>
sealed class ModelWorld : IAsyncDisposable
{
    public static readonly string Source = Path.Combine(Repository.Folder, "catalogue", "models");
    readonly Scratch _scratch = new();
    readonly HashSet<string> _flaws = [];
    readonly ModelSites _sites;
    string _published = "";

    ModelWorld() => _sites = new(_flaws.Contains);

    public static async Task<ModelWorld> Start()
    {
        var world = new ModelWorld();
        foreach (var launch in Directory.EnumerateDirectories(Path.Combine(Source, "launches")))
            foreach (var twin in Directory.EnumerateDirectories(launch)) await world.Tell(launch, twin);
        var version = await InProcess.Run(world.TwinOf("version", faulty: false), "lint", "-f", "json");
        world._published = ((Value.Text)version.Json["digest"]!).Is;
        foreach (var model in Flaw.Models) world.Furnish(model);
        await world.Follow();
        return world;
    }

    public string Folder(string model) => _scratch.PathOf(model);

    /// <summary>What the model says of the lines of its system: the state and the controls of each.</summary>
    public static Dictionary<string, (string State, string[] Controls)> Read(Ran requirements) => ((Value.Items)requirements.Json["requirements"]!).Are.Cast<Value.Fields>().ToDictionary(
        line => ((Value.Text)line["id"]!).Is,
        line => (((Value.Text)line["state"]!).Is, ((Value.Items)line["controls"]!).Are.Cast<Value.Fields>().Select(control => ((Value.Text)control["id"]!).Is).ToArray()));

    public async Task Plant(params IEnumerable<Flaw> flaws)
    {
        _flaws.UnionWith(flaws.Select(flaw => flaw.Line));
        await Follow();
    }

    public async Task Mend()
    {
        _flaws.Clear();
        await Follow();
    }

    async Task Follow()
    {
        await _sites.Follow();
        foreach (var model in Flaw.Models)
        {
            Copy(Path.Combine(Source, "bin"), Path.Combine(Folder(model), "bin"));
            foreach (var (path, text) in ModelFiles.Of(_flaws.Contains, _sites.Certificate, _published))
            {
                if (text is not null) _scratch.Write(Path.Combine(model, path), text + "\n");
                else if (Path.Combine(Folder(model), path) is var gone && File.Exists(gone)) File.Delete(gone);
            }
        }

        foreach (var flaw in Flaw.All.Where(flaw => flaw.Launch is not null)) Link(flaw.Model, flaw.Launch!, _flaws.Contains(flaw.Line));
    }

    /// <summary>A launch as its steps tell it: each line is a command of muster's, or <c>put FILE TEXT</c>.</summary>
    async Task Tell(string launch, string twin)
    {
        var folder = TwinOf(Path.GetFileName(launch), Path.GetFileName(twin) == "faulty");
        Copy(twin, folder);
        await Keys.PutInto(_scratch, Path.GetRelativePath(_scratch.Folder, folder));
        foreach (var step in await File.ReadAllLinesAsync(Path.Combine(twin, "steps"), TestContext.Current.CancellationToken))
        {
            var words = step.Split(' ');
            if (words[0] == "put") await File.WriteAllTextAsync(Path.Combine(folder, words[1]), string.Join(' ', words[2..]), TestContext.Current.CancellationToken);
            else if (await InProcess.Run(folder, words) is { Exit: ExitCode.BadInput or ExitCode.NotVerified or ExitCode.Internal } ran) Assert.Fail($"{launch}: muster {step} came to {ran.Exit}: {ran.Talk}");
        }
    }

    void Furnish(string model)
    {
        var text = File.ReadAllText(Path.Combine(Source, model + ".yaml"));
        foreach (var (name, port) in _sites.Ports) text = new Regex($@"(?<=\b{name}: )\d{{5}}").Replace(text, port.ToString(CultureInfo.InvariantCulture), 1);
        _scratch.Write(Path.Combine(model, "muster.yaml"), text.Replace("patience: 45", "patience: 1", StringComparison.Ordinal));
        _scratch.Write(Path.Combine(model, "ca.pem"), _sites.Roots);
        var muster = _scratch.Write(Path.Combine(model, "bin/muster"), $"#!/bin/sh\n{(Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root ? $"export DOTNET_ROOT='{root}'\n" : "")}exec '{Executable.Path}' \"$@\"\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(muster, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(Folder(model), "launches"));
        Link(model, "rows", faulty: false);
    }

    void Link(string model, string launch, bool faulty)
    {
        var link = Path.Combine(Folder(model), "launches", launch);
        if (Directory.Exists(link)) Directory.Delete(link);
        Directory.CreateSymbolicLink(link, TwinOf(launch, faulty));
    }

    string TwinOf(string launch, bool faulty) => _scratch.PathOf(Path.Combine("launches", launch, faulty ? "faulty" : "well"));

    static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _sites.DisposeAsync();
        _scratch.Dispose();
    }
}
