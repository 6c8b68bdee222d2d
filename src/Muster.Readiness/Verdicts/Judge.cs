using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// The verdict: a pure function of document, release, ledger, gate and time. A live run, a replay and an audit call the same two methods,
/// and the same inputs give the same bytes. Scale: NO-GO &lt; UNDECIDED &lt; HELD &lt; CONDITIONAL GO &lt; GO.
/// </summary>
public static class Judge
{
    /// <summary>May we go now?</summary>
    public static Judgement Decide(Document document, Digest release, Folded ledger, string gate, DateTimeOffset at, KindCatalogue kinds) =>
        Before(document, release, ledger, gate, at, kinds) is { } @case ? new Judgement.Given(Decide(@case)) : NoCase(document, ledger, gate);

    /// <summary>Line 15: does what was opened still hold? Asked of the same document and release as the opening.</summary>
    public static Judgement Stand(Document document, Digest release, Folded ledger, string gate, DateTimeOffset at, KindCatalogue kinds)
    {
        if (Before(document, release, ledger, gate, at, kinds) is not { } @case) return NoCase(document, ledger, gate);
        return Standing.Of(@case) is { } none ? none : new Judgement.Given(Written.Of(@case, Ruling.Of(@case), standing: true));
    }

    static Decision Decide(Case @case)
    {
        var ruling = Ruling.Of(@case);
        var decision = Written.Of(@case, ruling, standing: false);
        var (held, until) = Holding.Of(@case, decision.ToSign, decision.Softenings);
        if (held.IsEmpty) return decision;
        if (!ruling.Verdict.Opens()) return decision with { Reasons = [.. decision.Reasons, .. held] };
        return decision with { Verdict = Verdict.Held, WouldBe = ruling.Verdict, HeldUntil = until, Reasons = [.. held, .. ruling.Reasons] };
    }

    static Case? Before(Document document, Digest release, Folded ledger, string gate, DateTimeOffset at, KindCatalogue kinds) =>
        document.Gate(gate) is { } found && !(ledger.Newest > at + Clock.Slack) ? new(document, release, ledger, found, Instant.Cut(at), kinds) : null;

    static Judgement.None NoCase(Document document, Folded ledger, string gate) => new(document.Gate(gate) is null
        ? $"there is no gate {gate} in the document; it has {string.Join(", ", document.Gates.Select(one => one.Name))}"
        : $"the ledger's newest entry, {Instant.Write(ledger.Newest!.Value)}, is later than the time asked about: there is no verdict on a past that knew less");
}
