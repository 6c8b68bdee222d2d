using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Everything that is wrong, each said once, with the source line beside it.</summary>
sealed class Problems
{
    const int Most = 500;
    readonly Dictionary<string, (int Order, string[] Lines)> _sources = [];
    readonly HashSet<(Place, string)> _said = [];
    readonly List<Problem> _all = [];
    int _errors, _warnings;

    public bool HasErrors { get; private set; }

    public int Count => _all.Count;

    public void AddSource(string file, string text) => _sources.TryAdd(file, (_sources.Count, text.Split('\n')));

    public void Error(Place place, string key, string says, string fix) => Add(Gravity.Error, place, key, says, fix);

    public void Warn(Place place, string key, string says, string fix) => Add(Gravity.Warning, place, key, says, fix);

    /// <summary>By file in reading order, then by line and column.</summary>
    public ImmutableArray<Problem> Sorted() =>
    [
        .. _all
            .OrderBy(problem => _sources.TryGetValue(problem.Place.File, out var source) ? source.Order : int.MaxValue)
            .ThenBy(problem => problem.Place.File, StringComparer.Ordinal)
            .ThenBy(problem => problem.Place.Line)
            .ThenBy(problem => problem.Place.Column),
    ];

    void Add(Gravity gravity, Place place, string key, string says, string fix)
    {
        HasErrors |= gravity == Gravity.Error;
        // Counted apart, so that many warnings never hide the one error.
        ref var count = ref gravity == Gravity.Error ? ref _errors : ref _warnings;
        if (count > Most || !_said.Add((place, says))) return;
        _all.Add(count++ == Most
            ? new(gravity, place, "", $"There are more than {Most} {(gravity == Gravity.Error ? "mistakes" : "warnings")}; the rest is not shown.", "Mend these first.", "")
            : new(gravity, place, key, says, fix, Line(place)));
    }

    string Line(Place place) =>
        _sources.TryGetValue(place.File, out var source) && place.Line >= 1 && place.Line <= source.Lines.Length ? source.Lines[place.Line - 1].TrimEnd('\r') : "";
}
