using System.Collections.Immutable;

namespace Muster.FalseGreen.Tests;

/// <summary>All traps, by name.</summary>
static class Corpus
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static ImmutableArray<Trap> All { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Root, "tests", "FalseGreen")).Order(StringComparer.Ordinal).Select(TrapReader.Read)];

    public static TheoryData<string> Names => [.. All.Select(trap => trap.Name)];

    public static Trap Named(string name) => All.Single(trap => trap.Name == name);

    static string Find(string from)
    {
        for (var at = new DirectoryInfo(from); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Muster.slnx"))) return at.FullName;
        throw new InvalidOperationException($"no Muster.slnx in {from} or above it: the corpus lies in the repository");
    }
}
