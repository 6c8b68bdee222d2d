namespace Muster.Readiness;

/// <summary>
/// Who is believed to have looked, and who to have decided. An entry is in the ledger once it arrived; that alone gives it no weight.
/// </summary>
static class Trusting
{
    /// <summary>What a run counts as: one that says "live" and whose signer is no runner of this document was made elsewhere, by who knows whom.</summary>
    public static Origin OriginOf(this Case @case, Series series) =>
        series.Origin == Origin.Live && !@case.Believes(series.Signer) ? Origin.Imported : series.Origin;

    /// <summary>Who made these runs in another ledger, by the name of the document's runner or else by the key; null for what this ledger's own runner saw.</summary>
    public static string? LookedElsewhere(this Case @case, Series series) =>
        @case.Ledger.Home is null || @case.Ledger.Home == series.Signer ? null : @case.Document.Runners?.FirstOrDefault(runner => runner.KeyId == series.Signer)?.Name ?? series.Signer;

    /// <summary>
    /// Runs of a revoked key that the check does not accept as imported. None of them passes any more; but what failed, or was not seen, stays so until somebody else sees better:
    /// a revocation must not lift what the gate was shut for.
    /// </summary>
    public static bool OnlyTakesAway(this Case @case, Part part, Series series) =>
        series.Origin == Origin.Live && @case.Revocations.Has(series.Signer) && !part.Accepts.Contains(Origin.Imported) && part.Accepts.Contains(Origin.Live) && Looks(@case.Document, @case.Ledger, series.Signer);

    /// <summary>
    /// Dry runs and simulations never count, whatever a check says. A kind that reads reports is accepted as imported by itself, but only from who is believed to have looked.
    /// </summary>
    public static bool Accepts(this Case @case, Part part, Series series) => @case.OriginOf(series) switch
    {
        Origin.Imported when part.Accepts.Contains(Origin.Imported) => true,
        Origin.Imported => part.Steps.All(step => step.ReadsReport == true) && @case.Believes(series.Signer),
        Origin.Live => part.Accepts.Contains(Origin.Live),
        Origin.Attested => part.Accepts.Contains(Origin.Attested) && @case.Believes(series.Signer),
        _ => false,
    };

    static bool Believes(this Case @case, string signer) => Looks(@case.Document, @case.Ledger, signer) && !@case.Revocations.Has(signer);

    /// <summary>The document's runners look; if it names none, the runner of this ledger alone.</summary>
    static bool Looks(Document document, Folded ledger, string signer) =>
        document.Runners is { } runners ? runners.Any(runner => runner.KeyId == signer) : ledger.Home is null || ledger.Home == signer;

    /// <summary>Verdicts are given by this ledger's own runner and by the document's. Anybody else's opens nothing and closes nothing; see <see cref="Opens"/> for a revoked key's.</summary>
    public static bool Decides(Document document, Folded ledger, string signer) =>
        ledger.Home is null || ledger.Home == signer || document.Runners is { } runners && runners.Any(runner => runner.KeyId == signer);

    /// <summary>A verdict by a revoked key opens nothing and closes no condition. The conditions that it left, and what was softened since, are remembered all the same.</summary>
    public static bool Opens(this Case @case, (Entry Entry, Fact.Decided Fact) decided) => decided.Fact.Opened() && !@case.Revocations.Has(decided.Entry.Signer);
}
