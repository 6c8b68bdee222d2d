namespace Muster.Readiness;

/// <summary>
/// Who is believed to have looked, and who to have decided. An entry is in the ledger once it arrived; that alone gives it no weight.
/// </summary>
static class Trusting
{
    /// <summary>What a run counts as: one that says "live" and whose signer is no runner of this document was made elsewhere, by who knows whom.</summary>
    public static Origin OriginOf(this Case @case, Series series) =>
        series.Origin == Origin.Live && !Looks(@case.Document, @case.Ledger, series.Signer) ? Origin.Imported : series.Origin;

    /// <summary>
    /// Dry runs and simulations never count, whatever a check says. A kind that reads reports is accepted as imported by itself, but only from who is believed to have looked.
    /// </summary>
    public static bool Accepts(this Case @case, Part part, Series series) => @case.OriginOf(series) switch
    {
        Origin.Imported when part.Accepts.Contains(Origin.Imported) => true,
        Origin.Imported => part.Steps.All(step => step.ReadsReport == true) && Looks(@case.Document, @case.Ledger, series.Signer),
        Origin.Live => part.Accepts.Contains(Origin.Live),
        Origin.Attested => part.Accepts.Contains(Origin.Attested) && Looks(@case.Document, @case.Ledger, series.Signer),
        _ => false,
    };

    /// <summary>The document's runners look; if it names none, the runner of this ledger alone.</summary>
    static bool Looks(Document document, Folded ledger, string signer) =>
        document.Runners is { } runners ? runners.Any(runner => runner.KeyId == signer) : ledger.Home is null || ledger.Home == signer;

    /// <summary>Verdicts are given by this ledger's own runner and by the document's. Anybody else's opens nothing and closes nothing.</summary>
    public static bool Decides(Document document, Folded ledger, string signer) =>
        ledger.Home is null || ledger.Home == signer || document.Runners is { } runners && runners.Any(runner => runner.KeyId == signer);
}
