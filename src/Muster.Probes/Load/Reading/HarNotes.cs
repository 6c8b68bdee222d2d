namespace Muster.Probes.Load;

/// <summary>What is said of a recording: names and counts, never values.</summary>
sealed class HarNotes
{
    const int Most = 500;
    readonly List<string> _said = [];
    readonly SortedDictionary<string, int> _left = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, SortedSet<string>> _removed = new(StringComparer.Ordinal);

    public void Add(string note)
    {
        if (_said.Count < Most && !_said.Contains(note)) _said.Add(note);
    }

    public void Left(string what) => _left[what] = _left.GetValueOrDefault(what) + 1;

    public void Removed(string where, string name)
    {
        if (!_removed.TryGetValue(where, out var names)) _removed[where] = names = new(StringComparer.Ordinal);
        if (names.Count < Most) names.Add(K6Options.Clean(name));
    }

    public IEnumerable<string> All() =>
    [
        .. _removed.Select(removed => $"Removed, {removed.Key}: {string.Join(", ", removed.Value)}."),
        .. _left.Select(left => $"Left out: {left.Value} {left.Key}."),
        .. _said,
    ];
}
