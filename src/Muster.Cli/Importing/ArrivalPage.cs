using System.Collections.Immutable;
using Muster.Cli.Checklists;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Importing;

/// <summary>What came, from whom, what is new, and what it will count as: for a terminal, and as data.</summary>
sealed class ArrivalPage(Session session, Reception reception, Release? release, string? noRelease, ImmutableArray<Decision> verdicts)
{
    const int MostLines = 20;

    public void Text(TextWriter to, IReadOnlyList<Arriving> lots)
    {
        foreach (var lot in lots)
        {
            to.WriteLine($"{lot.File}: {From(lot)}. {CountOf(lot.Entries.Length)} new, {lot.Known.Length:N0} here already, {lot.Ignored.Length:N0} ignored.");
            if (lot.Selected.Count > 0) to.WriteLine($"  it holds a part of that ledger, selected by {Spoken.Shown(lot.Selected.ToString(), 300)}");
            List(to, [.. Groups(lot).Select(group => $"{group.Count,6:N0} × {group.What,-12} {group.Worth}")]);
            List(to, [.. lot.Ignored.GroupBy(one => (FactName.Of(one.Entry.Entry.Fact), one.Because)).Select(group => $"{group.Count(),6:N0} × {group.Key.Item1,-12} ignored: {group.Key.Because}")]);
            List(to, [.. lot.Conflicts.Select(conflict => $"conflict: {conflict}")]);
        }

        if (reception.Unremembered > 0) to.WriteLine($"  {reception.Unremembered} earlier arrivals cannot be held against these: their manifests are missing. Run: muster ledger verify");
        if (noRelease is not null) to.WriteLine($"What it counts for cannot be told here: {noRelease}. Then: muster gate --release FILE");
        foreach (var decision in verdicts)
        {
            var left = decision.ToSign.IsEmpty ? "" : $"; still to sign: {string.Join(", ", decision.ToSign.Select(role => $"{role.Count} × {role.Role}"))}";
            to.WriteLine($"{decision.Gate} would be {VerdictWords.Of(decision.Verdict)} now{left}. Decide it: muster gate {decision.Gate}");
        }
    }

    public Value.Fields Json(IReadOnlyList<Arriving> lots) => Output.Fields(
        ("new", lots.Sum(lot => lot.Entries.Length)), ("known", lots.Sum(lot => lot.Known.Length)), ("ignored", lots.Sum(lot => lot.Ignored.Length)), ("no_release", noRelease),
        ("files", Output.List(lots, lot => Output.Fields(
            ("file", lot.File), ("ledger", lot.Ledger.Length > 0 ? lot.Ledger : null), ("runner", lot.Ledger.Length > 0 ? reception.RunnerOf(lot.Ledger) : null), ("at", lot.At), ("selected", lot.Selected),
            ("new", lot.Entries.Length), ("known", lot.Known.Length),
            ("taken", Output.List(Groups(lot), group => Output.Fields(("fact", group.What), ("count", group.Count), ("by", group.By), ("worth", group.Worth)))),
            ("ignored", Output.List(lot.Ignored, one => Output.Fields(("entry", one.Entry.Entry.Id), ("fact", FactName.Of(one.Entry.Entry.Fact)), ("because", one.Because)))),
            ("conflicts", Value.Texts(lot.Conflicts))))),
        ("gates", Output.List(verdicts, decision => Output.Fields(("gate", decision.Gate), ("verdict", decision.Verdict.ToString())))));

    string From(Arriving lot) => lot.Ledger.Length == 0
        ? $"a word that {string.Join(", ", lot.Entries.Concat(lot.Known).Select(entry => reception.Named(entry.Entry.Signer)).Distinct())} signed at {Instant.Write(lot.At)}"
        : reception.RunnerOf(lot.Ledger) is { } runner ? $"from the ledger of {runner} ({lot.Ledger[..12]}), exported at {Instant.Write(lot.At)}"
        : $"from the ledger of {lot.Ledger[..12]}, which is no runner of the document; exported at {Instant.Write(lot.At)}";

    sealed record Group(string What, string By, string Worth, int Count);

    List<Group> Groups(Arriving lot) =>
    [
        .. lot.Entries.GroupBy(entry => (What: FactName.Of(entry.Entry.Fact), entry.Entry.Signer, Worth: Worth(entry.Entry)))
            .Select(group => new Group(group.Key.What, reception.Named(group.Key.Signer), group.Key.Worth, group.Count())).OrderBy(group => group.What, StringComparer.Ordinal).ThenBy(group => group.By, StringComparer.Ordinal),
    ];

    string Worth(Entry entry) => entry.Fact switch
    {
        Fact.Ran { Run: { Origin: Origin.DryRun or Origin.Simulated } run } => $"{(run.Origin == Origin.DryRun ? "a dry run" : "simulated")}: counts for nothing",
        Fact.Ran { Run: var run } when OfAnother(run.Release) => "of another release: it counts only where a check outlives releases",
        Fact.Ran => reception.RunnerOf(entry.Signer) is { } runner ? $"counts as looked at by {runner}" : $"its runs are imported: {entry.Signer[..12]} is no runner of the document, and they count only where a control accepts that",
        Fact.SignedOff signed when OfAnother(signed.Shown.Release) => $"by {reception.Named(entry.Signer)} for another release: counts for nothing here",
        Fact.SignedOff signed => SignOff(signed, entry),
        Fact.Rejected rejected when OfAnother(rejected.Release) => $"by {reception.Named(entry.Signer)} of another release: counts for nothing here",
        Fact.Rejected rejected => $"by {reception.Named(entry.Signer)}: {rejected.Gate} stays shut until they withdraw it",
        Fact.Decided => $"by {reception.RunnerOf(entry.Signer)}: opens what comes after that gate, and nothing by itself",
        _ => $"by {reception.Named(entry.Signer)}",
    };

    string SignOff(Fact.SignedOff signed, Entry entry) =>
        verdicts.FirstOrDefault(decision => decision.Gate == signed.Gate)?.SignOffs.FirstOrDefault(shown => shown.Entry == entry.Id) switch
        {
            { Counts: true } shown => $"by {shown.Person} for {signed.Gate} as {shown.Role}: counts",
            { WhyNot: var whyNot } shown => $"by {shown.Person} for {signed.Gate} as {shown.Role}: does not count: {whyNot}",
            null => $"by {reception.Named(entry.Signer)} for {signed.Gate}: not known to count here",
        };

    bool OfAnother(Digest of) => release is not null && of != release.Digest && of != session.Document.Digest;

    static string CountOf(int entries) => entries == 1 ? "1 entry" : $"{entries:N0} entries";

    static void List(TextWriter to, IReadOnlyList<string> lines)
    {
        foreach (var line in lines.Take(MostLines)) to.WriteLine($"  {line}");
        if (lines.Count > MostLines) to.WriteLine($"  and {lines.Count - MostLines:N0} more such lines; --format json has them all");
    }
}
