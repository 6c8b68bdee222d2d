namespace Muster.Readiness;

/// <summary>The foot of the board: how long it may take, what to ask next, and what was decided over.</summary>
static class TextFooter
{
    public static void Write(TextPage page, Decision decision)
    {
        var ready = TimeToReady.Of(decision);
        page.Blank();
        if (ready.Blockers > 0)
        {
            page.Labelled(1, 16, new("Time to ready", Ink.Strong), [ready.Says, new("(estimates of open blockers; owners work in parallel)", Ink.Faint)]);
            page.Labelled(1, 16, new("Next", Ink.Strong), ["muster why " + OpenItems.Blockers(decision)[0].Id]);
        }

        page.Labelled(1, 16, new("Decided over", Ink.Strong),
            [$"{CountWords.Of(decision.Over, "ledger entry", "ledger entries")}, document {decision.Document.Short}, release {decision.Release.Short}"]);
    }
}
