using System.Collections.Immutable;

namespace Muster.Telemetry.Scraping;

/// <summary>Files of targets, read again when their time or length changes. One that cannot be read keeps the targets that it had; one that is gone has none.</summary>
/// <param name="list">The files of a folder that a pattern names.</param>
sealed class TargetFiles(string folder, Func<string, string, IEnumerable<string>>? list = null)
{
    readonly Func<string, string, IEnumerable<string>> _list = list ?? Directory.EnumerateFiles;
    readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);
    readonly Dictionary<string, (string[] Files, string? Problem)> _listed = new(StringComparer.Ordinal);

    readonly record struct Seen(DateTime Changed, long Length, ImmutableArray<ScrapeTargets> Targets, string? Problem);

    public IReadOnlyList<string> Problems => [.. _listed.Values.Select(one => one.Problem).Concat(_seen.Values.Select(seen => seen.Problem)).OfType<string>()];

    /// <summary>The targets of each file that these patterns name now, in the order of the files' names.</summary>
    public ImmutableArray<ScrapeTargets> Read(IEnumerable<string> patterns) => [.. patterns.SelectMany(Files).Distinct(StringComparer.Ordinal).SelectMany(path => Read(path))];

    /// <summary>Forgets files that are no longer there, or that nothing names any more.</summary>
    public void Keep(IEnumerable<string> patterns)
    {
        var kept = patterns.ToHashSet(StringComparer.Ordinal);
        foreach (var pattern in _listed.Keys.Where(pattern => !kept.Contains(pattern)).ToList()) _listed.Remove(pattern);
        var named = kept.SelectMany(Files).ToHashSet(StringComparer.Ordinal);
        foreach (var path in _seen.Keys.Where(path => !named.Contains(path)).ToList()) _seen.Remove(path);
    }

    ImmutableArray<ScrapeTargets> Read(string path)
    {
        var before = _seen.GetValueOrDefault(path, new(default, -1, [], null));
        try
        {
            var file = new FileInfo(path);
            if (file.LastWriteTimeUtc == before.Changed && file.Length == before.Length) return before.Targets;
            var read = ScrapeOptionsReader.ReadTargets(File.ReadAllBytes(path), out var problem);
            _seen[path] = before = new(file.LastWriteTimeUtc, file.Length, read ?? before.Targets, problem is null ? null : $"{path}: {problem}");
        }
        catch (Exception barred) when (barred is IOException or UnauthorizedAccessException)
        {
            _seen[path] = before = before with { Length = -1, Problem = $"{path}: {barred.Message}" };
        }

        return before.Targets;
    }

    /// <summary>A folder that cannot be looked into has the files that it had.</summary>
    string[] Files(string pattern)
    {
        var whole = Path.GetFullPath(Path.Combine(folder, pattern));
        if (!pattern.Contains('*', StringComparison.Ordinal)) return File.Exists(whole) ? [whole] : [];
        var there = Path.GetDirectoryName(whole)!;
        try { _listed[pattern] = (Directory.Exists(there) ? [.. _list(there, Path.GetFileName(whole)).Order(StringComparer.Ordinal)] : [], null); }
        catch (Exception barred) when (barred is IOException or UnauthorizedAccessException) { _listed[pattern] = (_listed.GetValueOrDefault(pattern).Files ?? [], $"{whole}: {barred.Message}"); }
        return _listed[pattern].Files;
    }
}
