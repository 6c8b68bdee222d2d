using System.Collections.Concurrent;

[assembly: AssemblyFixture(typeof(Muster.FalseGreen.Tests.Tally))]

namespace Muster.FalseGreen.Tests;

/// <summary>Counts the traps that were sprung in this run and prints what came of them, once, at its end: the line that the build shows.</summary>
public sealed class Tally : IDisposable
{
    readonly ConcurrentDictionary<string, bool> _opened = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> _honest = new(StringComparer.Ordinal);

    internal void Sprang(Trap trap, bool opened) => _opened[trap.Name] = opened;

    internal void Twin(Trap trap, bool opened) => _honest[trap.Name] = opened;

    public void Dispose()
    {
        if (_opened.IsEmpty && _honest.IsEmpty) return;
        Console.WriteLine($"{_opened.Count} traps, {_opened.Count(one => one.Value)} false greens; {_honest.Count(one => one.Value)} of {_honest.Count} honest twins open");
    }
}
