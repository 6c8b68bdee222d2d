using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>A map as it is being read: each key that is asked for is known from then on, and <see cref="Done"/> complains of all others.</summary>
sealed class Keys(YamlNode.Map map, string path, Problems problems)
{
    readonly HashSet<string> _known = [];

    public YamlNode.Map Map => map;
    public string Path => path;
    public Place Place => map.Place;
    public Problems Problems => problems;

    public string At(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>True also for a key whose value could not be read.</summary>
    public bool Has(string name) => map.Find(name) is not null;

    /// <summary>The value, or null if the key is not there or was unreadable.</summary>
    public YamlNode? Take(string name)
    {
        _known.Add(name);
        return map.Find(name)?.Value is { } value and not YamlNode.Broken ? value : null;
    }

    /// <summary>Says what is missing when it is; an unreadable value is not missing.</summary>
    public YamlNode? Require(string name, string fix)
    {
        var value = Take(name);
        if (value is null && !Has(name)) problems.Error(map.Place, path, $"\"{name}\" is missing.", fix);
        return value;
    }

    public string? Text(string name) => Take(name) is { } node ? Typed.Text(node, At(name), problems) : null;

    public bool Truth(string name) => Take(name) is { } node && Typed.Truth(node, At(name), problems) == true;

    public TimeSpan? Duration(string name) => Take(name) is { } node ? Typed.Duration(node, At(name), problems) : null;

    public DateTimeOffset? Date(string name) => Take(name) is { } node ? Typed.Date(node, At(name), problems) : null;

    public ImmutableArray<string> Texts(string name) => Take(name) is { } node ? Typed.Texts(node, At(name), problems) : [];

    /// <summary>One of these words, or null if the key is absent or says something else, which is reported.</summary>
    public string? Word(string name, params ReadOnlySpan<string> words) =>
        Take(name) is { } node ? Typed.Word(node, At(name), problems, words) : null;

    public Keys? Inner(string name) => Take(name) is { } node && Typed.Map(node, At(name), problems) is { } inner ? new(inner, At(name), problems) : null;

    /// <summary>The entries that nobody asked for by name: parameters, or the names of a map of named things.</summary>
    public IEnumerable<YamlEntry> Rest() => map.Entries.Where(entry => !_known.Contains(entry.Key.Text));

    public void Done(string noun)
    {
        foreach (var entry in Rest())
            problems.Error(entry.Key.Place, At(entry.Key.Text), $"There is no key \"{entry.Key.Text}\" in {noun}.", DidYouMean.Among(_known, entry.Key.Text, "keys"));
    }
}
