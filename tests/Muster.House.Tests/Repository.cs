namespace Muster.House.Tests;

/// <summary>The files of this repository as they lie on disk, built and fetched things left out. Paths are relative to its root, with "/".</summary>
static class Repository
{
    static readonly string[] NotOurs = ["bin", "obj", "artifacts", ".git", ".vs", ".idea", ".muster", "TestResults", "StrykerOutput", "node_modules"];

    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static IReadOnlyList<string> Files { get; } = [.. Walk(Root).Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Has(string path) => Path.Exists(Path.Combine(Root, path));

    public static IEnumerable<string> Under(string folder, string end) =>
        Files.Where(path => path.StartsWith(folder, StringComparison.Ordinal) && path.EndsWith(end, StringComparison.Ordinal));

    public static IEnumerable<SourceFile> Sources(string folder) => Under(folder, ".cs").Select(path => new SourceFile(path, Read(path)));

    static string Find(string from)
    {
        for (var at = new DirectoryInfo(from); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Muster.slnx"))) return at.FullName;
        throw new InvalidOperationException($"no Muster.slnx in {from} or above it: these tests read the repository that they were built from");
    }

    static IEnumerable<string> Walk(string folder)
    {
        // In a linked working tree .git is a file.
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => !NotOurs.Contains(Path.GetFileName(file))))
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var inner in Directory.EnumerateDirectories(folder))
        {
            if (NotOurs.Contains(Path.GetFileName(inner)) || new DirectoryInfo(inner).LinkTarget is not null) continue;
            foreach (var file in Walk(inner)) yield return file;
        }
    }
}
