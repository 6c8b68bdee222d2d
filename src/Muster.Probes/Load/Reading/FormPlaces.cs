namespace Muster.Probes.Load;

/// <summary>Where each part of a YAML form stands, by its path: <c>scenarios.browse.requests[1].save</c>.</summary>
sealed class FormPlaces
{
    readonly Dictionary<string, (int Line, int Column)> _at = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _written = new(StringComparer.Ordinal);

    public void Add(string path, long line, long column) => _at.TryAdd(path, ((int)line, (int)column));

    public void Wrote(string path, string number) => _written.TryAdd(path, number);

    public (int Line, int Column)? Find(string path) => _at.TryGetValue(path, out var found) ? found : null;

    public string? Written(string path) => _written.GetValueOrDefault(path);

    // Long keys within long keys would else make more of paths than there is of file.
    const int LongestPath = 1000;

    /// <summary>How paths are made, for whoever reads and whoever asks.</summary>
    public static string Within(string path, string key) => path.Length == 0 ? key : path.Length > LongestPath ? path : $"{path}.{key}";

    public static string Within(string path, int index) => path.Length > LongestPath ? path : $"{path}[{index}]";
}
