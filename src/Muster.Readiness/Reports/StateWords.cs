using System.Diagnostics;

namespace Muster.Readiness;

/// <summary>States, reasons and modes in the words of the house.</summary>
static class StateWords
{
    public static string Of(State state) => state switch
    {
        State.Failed => "failed",
        State.Unproven => "unproven",
        State.Unmeasured => "unmeasured",
        State.Met => "met",
        _ => throw new UnreachableException(),
    };

    public static string Of(Why why) => why switch
    {
        Why.NeverRun => "never run",
        Why.Stale => "stale",
        Why.Blind => "nothing could be seen",
        Why.NotSeen => "an expected field was not seen",
        Why.TooFew => "too few were looked at",
        Why.TargetChanged => "the target changed while it was looked at",
        Why.OtherRelease => "seen on another release only",
        Why.OtherQuestion => "the question was edited since",
        Why.OriginNotAccepted => "its origin is not accepted",
        Why.Undated => "undated",
        Why.ClockAhead => "dated after its own entry",
        Why.NoReference => "nothing to compare it with",
        Why.NotObservable => "its kind cannot observe that",
        Why.Unreviewed => "a proposal nobody has reviewed",
        Why.Waiting => "waiting",
        Why.SentenceChanged => "its sentence changed",
        _ => throw new UnreachableException(),
    };

    public static string Of(Mode mode) => mode switch
    {
        Mode.Block => "block",
        Mode.Warn => "warn",
        Mode.Observe => "observe",
        _ => throw new UnreachableException(),
    };

    public static string Of(Origin origin) => origin switch
    {
        Origin.Live => "live",
        Origin.Imported => "imported",
        Origin.Attested => "attested",
        Origin.DryRun => "dry-run",
        Origin.Simulated => "simulated",
        _ => throw new UnreachableException(),
    };

    /// <summary>What stands beside the state, never instead of it.</summary>
    public static IEnumerable<string> Beside(ControlShown control)
    {
        if (control.Waived) yield return "waived";
        if (control.Stale) yield return "stale";
        if (control.Why is { } why && !(control.Stale && why == Why.Stale)) yield return Of(why);
        if (control.Mode != Mode.Block) yield return Of(control.Mode) + " only";
    }
}
