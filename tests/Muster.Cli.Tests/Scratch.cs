namespace Muster.Cli.Tests;

/// <summary>A folder of the test's own, gone with it, and the command line in it.</summary>
sealed class Scratch : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("muster-test-").FullName;

    public string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public Task<Ran> Run(params string[] words) => InProcess.Run(Folder, words);

    public Task<Ran> Start(params string[] words) => Executable.Run(Folder, words);

    /// <summary>Runs what must succeed on the way to what is tested.</summary>
    public async Task<Ran> Done(params string[] words)
    {
        var ran = await Run(words);
        Assert.True(ran.Exit == ExitCode.Done, $"muster {string.Join(' ', words)} came to {ran.Exit}: {ran.Talk}{ran.Data}");
        return ran;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
