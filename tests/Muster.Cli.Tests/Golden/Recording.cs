using System.Collections.Immutable;

namespace Muster.Cli.Tests;

/// <summary>
/// A workspace while its story is told: document, facts and ledger in a folder, under a clock that the story moves. The keys of its people are made for it and thrown away.
/// </summary>
sealed class Recording : IDisposable
{
    static readonly DateTimeOffset Begins = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    static readonly string[] NotKept = ["lock", "writer", "mia.key", "jon.key", "kai.key"];
    readonly SetClock _clock = new(Begins);

    public Scratch Folder { get; } = new();

    public static async Task<Recording> Begin(string document)
    {
        var recording = new Recording();
        recording.Folder.Write("muster.yaml", document);
        await Keys.PutInto(recording.Folder);
        return recording;
    }

    /// <summary>Runs a command, two seconds after the one before.</summary>
    public async Task<Ran> Run(int exit, params string[] words)
    {
        _clock.Move(TimeSpan.FromSeconds(2));
        var ran = await InProcess.Run(Folder.Folder, host => host with { Clock = _clock }, words);
        Assert.True(ran.Exit == exit, $"muster {string.Join(' ', words)} came to {ran.Exit}, not {exit}: {ran.Talk}{ran.Data}");
        return ran;
    }

    public void Later(TimeSpan by) => _clock.Move(by);

    public void Change(string from, string to)
    {
        var text = File.ReadAllText(Folder.PathOf("muster.yaml"));
        Assert.Contains(from, text, StringComparison.Ordinal);
        Folder.Write("muster.yaml", text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>Everything but locks and the private keys of people, the ledger's folder under a name that version control does not leave out.</summary>
    public void CopyTo(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(Folder.Folder, "*", SearchOption.AllDirectories).Where(file => !NotKept.Contains(Path.GetFileName(file))))
        {
            var to = Path.Combine(folder, Path.GetRelativePath(Folder.Folder, file).Replace(".muster", GoldenWorkspace.State, StringComparison.Ordinal));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    public void Dispose() => Folder.Dispose();
}
