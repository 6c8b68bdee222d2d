namespace Muster.Conformance;

/// <summary>The outcome of one set of vectors.</summary>
sealed record Suite(string Name, int Passed, IReadOnlyList<string> Misses)
{
    /// <summary>A line for each part of the set, where it has parts.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    public static Suite Run(string name, string folder, string pattern, Func<string, bool> holds)
    {
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray() : [];
        var misses = files.Where(file => !holds(file)).Select(file => Path.GetRelativePath(folder, file)).ToArray();
        return new(name, files.Length - misses.Length, misses);
    }
}
