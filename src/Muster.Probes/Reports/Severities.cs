using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Findings of a scanner by severity. A severity that is none of the known ones is unknown, which is no small one.</summary>
sealed class Severities
{
    static readonly string[] Known = ["critical", "high", "medium", "low", "negligible", "unknown"];
    readonly int[] _counts = new int[Known.Length];
    readonly List<string> _worst = [];
    readonly List<string> _suppressed = [];

    public int Fixable { get; private set; }

    public int Suppressed { get; private set; }

    public void Found(string? severity, string name, bool fixable)
    {
        var at = Array.IndexOf(Known, severity?.ToLowerInvariant() ?? "");
        if (at < 0) at = Known.Length - 1;
        _counts[at]++;
        if (fixable) Fixable++;
        if (at is 0 or 1 && _worst.Count < 100) _worst.Add(Bounded.Start(name, 200));
    }

    public void Hidden(string name)
    {
        Suppressed++;
        if (_suppressed.Count < 100) _suppressed.Add(Bounded.Start(name, 200));
    }

    public Value.Fields Seen() => new Value.Fields(Known.Select((name, i) => KeyValuePair.Create<string, Value>(name, _counts[i])))
        .With(("fixable", Fixable), ("suppressed", Suppressed), ("worst", ReportWords.Some(_worst)), ("suppressed_findings", ReportWords.Some(_suppressed)));

    public static Field[] Fields =>
    [
        new("critical", Shape.Number, "Findings of the severity critical."),
        new("high", Shape.Number, "Findings of the severity high."),
        new("medium", Shape.Number, "Findings of the severity medium."),
        new("low", Shape.Number, "Findings of the severity low."),
        new("negligible", Shape.Number, "Findings of the severity negligible."),
        new("unknown", Shape.Number, "Findings of a severity that nobody has said yet, or of one that is not known here."),
        new("fixable", Shape.Number, "Vulnerabilities for which there is a fixed version."),
        new("suppressed", Shape.Number, "Findings that an ignore rule or a VEX statement took out; they are not among the counts above."),
        new("suppressed_findings", Shape.List, "The first of them, with what was said."),
        new("worst", Shape.List, "The first that are critical or high."),
        new("database_built", Shape.Instant, "When the database of vulnerabilities was built."),
        new("database_age", Shape.Duration, "How old it was when the scan was made."),
    ];
}
