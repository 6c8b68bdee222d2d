using System.Globalization;
using System.Text.RegularExpressions;
using Muster.Proofs.Tests;

namespace Muster.DataPlane;

/// <summary>One part of the plane: its servers, and the document that is held against them in a folder of its own.</summary>
sealed class Part(IEyes eyes) : IAsyncDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-data-plane-");
    ILookup<string, string> _byLine = Array.Empty<string>().ToLookup(line => line);

    public string Name => eyes.Name;

    public IReadOnlyList<Break> Breaks => eyes.Breaks;

    public async Task Start(CancellationToken cancel)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "parts", Name + ".yaml"), cancel);
        foreach (var (value, port) in await eyes.Start(_folder.FullName, cancel))
            text = new Regex($@"(?<=\b{value}: )\d{{5}}").Replace(text, port.ToString(CultureInfo.InvariantCulture), 1);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "muster.yaml"), text, cancel);
        _byLine = Proving(text).ToLookup(pair => pair.Line, pair => pair.Control);
    }

    public Task<Board> Look(CancellationToken cancel) => Board.Look(_folder.FullName, cancel);

    /// <summary>The controls that must say that this is broken, by the lines that they prove or by their own names.</summary>
    public IEnumerable<string> Catching(Break planted) => ByLine(planted).SelectMany(controls => controls).Distinct();

    /// <summary>The controls of each line that the break must cost its proof; one of them is enough for a line.</summary>
    public IEnumerable<string[]> ByLine(Break planted) => planted.Lines.Select(line => _byLine.Contains(line) ? _byLine[line].ToArray() : [line]);

    /// <summary>Each line with the control that says it proves it, by the layout of the models: an id stands two blanks in, what it proves four.</summary>
    static IEnumerable<(string Line, string Control)> Proving(string text)
    {
        var control = "";
        foreach (var line in text.Split('\n'))
            if (Regex.Match(line, @"^  (?<id>[a-z][\w.-]*):\s*$") is { Success: true } id) control = id.Groups["id"].Value;
            else if (Regex.Match(line, @"^    proves: \[(?<lines>[^]]*)\]") is { Success: true } proves)
                foreach (var one in proves.Groups["lines"].Value.Split(',')) yield return (one.Trim(), control);
    }

    public async ValueTask DisposeAsync()
    {
        await eyes.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
