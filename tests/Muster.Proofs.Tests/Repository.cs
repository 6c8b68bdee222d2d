namespace Muster.Proofs.Tests;

static class Repository
{
    public static string Folder { get; } = Find();

    static string Find()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Muster.slnx"))) at = at.Parent ?? throw new InvalidOperationException("no repository above the tests");
        return at.FullName;
    }
}
