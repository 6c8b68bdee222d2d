using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// Line 11. A condition is a control's: neither a second waiver, a later verdict, another release nor an edit moves its deadline or removes it.
/// It begins at the first opening that left it open, and ends when a verdict that had seen that opening no longer finds it open, or now, if the control is met.
/// </summary>
static class Conditions
{
    const string Due = " due ";

    /// <summary>How a verdict's entry carries a condition: the deadline with it, so that no document or statement is needed to find it again.</summary>
    public static string Written(ConditionShown condition) => condition.Id + Due + Instant.Write(condition.Due);

    public static ImmutableArray<ConditionShown> Of(Case @case, ImmutableArray<ControlJudged> judged, ImmutableArray<WaiverShown> waivers)
    {
        var open = Open(@case);
        var shown = new SortedDictionary<string, ConditionShown>(StringComparer.Ordinal);
        foreach (var (id, due) in open)
            if (!IsMet(@case, judged, id)) shown[id] = Shown(@case, id, due, @case.Document.Control(id) is null ? "left open by an earlier opening; its control is gone from the document" : "left open by an earlier opening", waivers);
        foreach (var one in judged)
        {
            if (!one.InSet || one.Met || !(one.Waived || one.Mode == Mode.Warn)) continue;
            var id = one.Control.Id;
            var says = one.Waived ? "waived" : $"a warning: {one.Worst.Because}";
            shown[id] = Shown(@case, id, open.TryGetValue(id, out var due) ? due : First(@case, id, waivers), says, waivers);
        }

        if (BreakingGlass.FollowUp(@case, judged) is { } followUp) shown[followUp.Id] = open.TryGetValue(followUp.Id, out var fixedAt) ? followUp with { Due = fixedAt, Overdue = @case.At > fixedAt } : followUp;
        return [.. shown.Values];
    }

    static DateTimeOffset First(Case @case, string control, ImmutableArray<WaiverShown> waivers)
    {
        var limit = @case.At + @case.Gate.ConditionsDue;
        var expires = waivers.Where(waiver => waiver.Counts && waiver.Control == control).Select(waiver => (DateTimeOffset?)waiver.Expires).Max();
        return Instant.Earlier(expires ?? limit, limit);
    }

    static ConditionShown Shown(Case @case, string id, DateTimeOffset due, string says, ImmutableArray<WaiverShown> waivers)
    {
        var named = waivers.LastOrDefault(waiver => waiver.Control == id && waiver.Counts && waiver.Owner is not null)?.Owner;
        var owner = named ?? @case.Document.Control(id)?.Owner ?? @case.Document.OwnerOf(@case.Gate);
        return new(id, id, owner, says, due, @case.At > due);
    }

    static bool IsMet(Case @case, ImmutableArray<ControlJudged> judged, string id)
    {
        if (id == BreakingGlass.Condition(@case.Gate)) return BreakingGlass.IsFollowedUp(judged);
        if (judged.FirstOrDefault(one => one.Control.Id == id) is { } inGate) return inGate.Met;
        return @case.Document.Control(id) is { } elsewhere && @case.Environments.All(environment => @case.Found(elsewhere, environment)?.State == State.Met);
    }

    /// <summary>What the openings so far left open and no verdict since found met, with its deadline.</summary>
    static SortedDictionary<string, DateTimeOffset> Open(Case @case)
    {
        var open = new SortedDictionary<string, (DateTimeOffset Due, long Since, Digest Under)>(StringComparer.Ordinal);
        foreach (var (entry, decided) in @case.Decided(@case.Gate.Name))
        {
            var listed = decided.Open.Select(item => Read(item, decided.At + @case.Gate.ConditionsDue)).ToList();
            foreach (var closed in open.Where(one => IsOurs(@case, entry) && !@case.Revocations.Has(entry.Signer) && Closes(decided, one.Value.Since, one.Value.Under) && !listed.Exists(item => item.Id == one.Key)).Select(one => one.Key).ToList()) open.Remove(closed);
            if (!decided.Opened()) continue;
            foreach (var (id, due) in listed) open.TryAdd(id, (due, entry.Index, decided.Document));
        }

        return new(open.ToDictionary(one => one.Key, one => one.Value.Due), StringComparer.Ordinal);
    }

    // What a verdict from another ledger had seen is counted in that ledger's entries, not in ours.
    static bool IsOurs(Case @case, Entry entry) => @case.Ledger.Home is null || @case.Ledger.Home == entry.Signer;

    // A verdict that had not seen the opening knows nothing of its conditions. One under another document that did not open may owe "met" to an edit
    // that nobody accepted: believing it would let a check be emptied for a minute to start the clock anew.
    static bool Closes(Fact.Decided decided, long since, Digest under) => decided.Over > since && (decided.Document == under || decided.Verdict.Opens());

    static (string Id, DateTimeOffset Due) Read(string item, DateTimeOffset otherwise) =>
        item.Split(Due) is [var id, var written] && Instant.TryRead(written, out var due) ? (id, due) : (item, otherwise);
}
