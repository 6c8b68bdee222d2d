namespace Muster.Readiness;

/// <summary>Line 15 speaks only of what was opened.</summary>
static class Standing
{
    public static Judgement.None? Of(Case @case) =>
        @case.Decided(@case.Gate.Name).Any(one => @case.Opens(one) && one.Fact.Release == @case.Release && one.Fact.Document == @case.Document.Digest) ? null
        : BreakingGlass.EverOpened(@case) ? null
        : new($"{@case.Gate.Name} never opened for this release with this document, so nothing stands");
}
