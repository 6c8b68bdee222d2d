namespace Muster.Cli.Tests;

/// <summary>The keys of mia, jon and kai, made once: deriving a key from a passphrase is slow on purpose.</summary>
static class Keys
{
    static readonly Lazy<Task<Scratch>> Made = new(Make);

    /// <param name="below">A folder of it; else the scratch folder itself.</param>
    public static async Task PutInto(Scratch scratch, string below = "")
    {
        var made = await Made.Value;
        foreach (var file in Directory.EnumerateFiles(made.Folder, "*", SearchOption.AllDirectories))
        {
            var to = scratch.PathOf(Path.Combine(below, Path.GetRelativePath(made.Folder, file)));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true); // its mode too
        }
    }

    static async Task<Scratch> Make()
    {
        var scratch = new Scratch();
        foreach (var person in (string[])["mia", "jon", "kai"]) await scratch.Done("key", "new", person);
        return scratch;
    }
}
