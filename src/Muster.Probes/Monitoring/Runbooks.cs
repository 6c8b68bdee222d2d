using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Alerts beside the folder of their runbooks: what one side has and the other lacks.</summary>
static class Runbooks
{
    const int MostFiles = 10_000;
    const int MostNamed = 50;

    /// <param name="place">The folder.</param>
    /// <param name="name">As the document calls it.</param>
    public static IEnumerable<KeyValuePair<string, Value>> Seen(string place, string name, List<Rule> rules)
    {
        if (!Directory.Exists(place)) throw new Unseen(Blind.Unreadable, $"there is no folder {name} of runbooks");
        var files = Directory.EnumerateFiles(place).Take(MostFiles).Select(Path.GetFileNameWithoutExtension).OfType<string>().Where(file => !file.StartsWith("README", StringComparison.OrdinalIgnoreCase)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var alerts = rules.Where(rule => rule.Alerts).DistinctBy(rule => rule.Name).ToList();
        var missing = alerts.Where(alert => !files.Contains(FileOf(alert))).Select(alert => alert.Name).Order(StringComparer.Ordinal).ToList();
        var orphaned = files.Except(alerts.Select(FileOf), StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal).ToList();
        return
        [
            new("runbooks_missing", Value.Texts(missing.Take(MostNamed))), new("runbooks_orphaned", Value.Texts(orphaned.Take(MostNamed))),
            // Nothing on both sides is in no step.
            .. alerts.Count == 0 ? [] : (KeyValuePair<string, Value>[])[new("in_step", missing.Count + orphaned.Count == 0)],
        ];
    }

    /// <summary>The last part of the address without its ending, as a folder of pages is published.</summary>
    static string FileOf(Rule alert)
    {
        if (alert.Runbook is not { } address) return alert.Name;
        var path = address.Split('#', '?')[0].TrimEnd('/');
        return Path.GetFileNameWithoutExtension(path[(path.LastIndexOf('/') + 1)..]);
    }
}
