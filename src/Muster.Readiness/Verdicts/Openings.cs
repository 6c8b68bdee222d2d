namespace Muster.Readiness;

/// <summary>What the ledger says of a gate's earlier verdicts.</summary>
static class Openings
{
    public static bool Opens(this Verdict verdict) => verdict is Verdict.ConditionalGo or Verdict.Go;

    /// <summary>The verdicts of a gate as they were given, oldest first; of equals the one that was entered first.</summary>
    public static IEnumerable<(Entry Entry, Fact.Decided Fact)> Decided(this Case @case, string gate) => Decided(@case.Document, @case.Ledger, gate);

    public static IEnumerable<(Entry Entry, Fact.Decided Fact)> Decided(Document document, Folded ledger, string gate) =>
        ledger.All<Fact.Decided>().Where(one => one.Fact.Gate == gate && Trusting.Decides(document, ledger, one.Entry.Signer)).OrderBy(one => one.Fact.At);

    /// <summary>A standing verdict never opens.</summary>
    public static bool Opened(this Fact.Decided decided) => decided.Verdict.Opens() && !decided.Standing;

    public static (Entry Entry, Fact.Decided Fact)? LastOpening(this Case @case, string gate) =>
        @case.Decided(gate).Where(@case.Opens).Select(one => ((Entry, Fact.Decided)?)one).LastOrDefault()
        // Better the opening of a revoked key to compare with than none: softenings would be lifted by the revocation.
        ?? @case.Decided(gate).Where(one => one.Fact.Opened()).Select(one => ((Entry, Fact.Decided)?)one).LastOrDefault();
}
