using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Which findings stay open, once what others say of them and the document's dated exceptions have been heard.</summary>
sealed class Excusing(ImmutableArray<VexStatement> statements, ImmutableArray<DatedException> exceptions, ImmutableArray<string> subjects, DateTimeOffset now)
{
    /// <summary>By what they call the vulnerability: a file may hold as many statements as a scan has findings.</summary>
    readonly ILookup<string, VexStatement> _statements = statements.SelectMany(one => one.Ids.Distinct(), (one, id) => (id, one)).ToLookup(said => said.id, said => said.one, StringComparer.Ordinal);
    readonly HashSet<VexStatement> _used = new(ReferenceEqualityComparer.Instance);
    readonly HashSet<string> _needed = new(StringComparer.Ordinal);

    public List<Finding> Open { get; } = [];

    public List<(Finding Finding, Value.Fields Excuse)> Excused { get; } = [];

    public void Add(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
            if (Excuse(finding) is { } excuse) Excused.Add((finding, excuse));
            else Open.Add(finding);
    }

    Value.Fields? Excuse(Finding finding)
    {
        // The last word counts: who first said that it does no harm, and then that it does, has taken the first back. Of two words of one moment the worse counts.
        var last = finding.Ids.SelectMany(id => _statements[id]).Where(one => one.IsAbout(finding, subjects)).Aggregate((VexStatement?)null, (before, one) => before is null || one.At > before.At || one.At == before.At && !one.Excuses ? one : before);
        if (last is not null) _used.Add(last);
        if (last is { Excuses: true }) return Value.Of(("by", "vex"), ("because", Bounded.Start(last.Why is null ? last.Status : $"{last.Status}: {last.Why}", 300)));
        foreach (var one in exceptions)
        {
            if (!one.IsFor(finding)) continue;
            _needed.Add(one.Id);
            if (one.Ends > now) return Value.Of(("by", "exception"), ("because", Bounded.Start(one.Because, 300)), ("owner", Bounded.Start(one.Owner, 100)), ("until", one.Until));
        }

        return null;
    }

    public IEnumerable<string> Expired => exceptions.Where(one => one.Ends <= now).Select(one => one.Id);

    /// <summary>Exceptions for what was not found.</summary>
    public IEnumerable<string> Unneeded => exceptions.Where(one => !_needed.Contains(one.Id) && !Excused.Exists(excused => one.IsFor(excused.Finding))).Select(one => one.Id);

    public int Unmatched => statements.Count(one => !_used.Contains(one));
}
