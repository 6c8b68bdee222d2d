using System.Collections.Immutable;
using System.Diagnostics;

namespace Muster.Readiness;

/// <summary>A verdict as people read it. The only spelling of each, in every format.</summary>
public static class VerdictWords
{
    public static string Of(Verdict verdict) => verdict switch
    {
        Verdict.NoGo => "NO-GO",
        Verdict.Undecided => "UNDECIDED",
        Verdict.Held => "HELD",
        Verdict.ConditionalGo => "CONDITIONAL GO",
        Verdict.Go => "GO",
        _ => throw new UnreachableException(),
    };

    /// <summary>What the verdict means for this release, in a sentence.</summary>
    public static string Meaning(Decision decision) => decision.Standing ? Standing(decision) : Opening(decision);

    static string Opening(Decision decision) => decision.Verdict switch
    {
        Verdict.NoGo when decision.OpenedByBreakGlass is not null => "What was seen says that this release may not go.",
        Verdict.NoGo => "This release may not go.",
        Verdict.Undecided when decision.OpenedByBreakGlass is not null => "It is not proven that this release may go.",
        Verdict.Undecided => "It is not proven that this release may go, so it may not.",
        Verdict.Held => "Nothing proven stands against this release, but it may not go yet.",
        Verdict.ConditionalGo => $"This release may go, with {Conditions(decision)}.",
        Verdict.Go => "This release may go.",
        _ => throw new UnreachableException(),
    };

    static string Standing(Decision decision) => decision.Verdict switch
    {
        Verdict.NoGo => "What was opened no longer holds.",
        Verdict.Undecided => "It is no longer proven that what was opened holds.",
        Verdict.Held => "What was opened stands, and is held.",
        Verdict.ConditionalGo => $"What was opened still holds, with {Conditions(decision)}.",
        Verdict.Go => "What was opened still holds.",
        _ => throw new UnreachableException(),
    };

    static string Conditions(Decision decision) =>
        decision.Conditions.IsEmpty ? "conditions" : CountWords.Of(decision.Conditions.Length, "condition");

    /// <summary>While HELD: what it would be, until when, and what else it waits for; null otherwise.</summary>
    public static string? Held(Decision decision)
    {
        if (decision.WouldBe is not { } wouldBe) return null;
        var waits = new List<string>();
        if (decision.HeldUntil is { } until) waits.Add($"until {InstantWords.Of(until)} ({InstantWords.Beside(until, decision.At)})");
        if (!decision.ToSign.IsEmpty) waits.Add($"until signed by {ToSign(decision.ToSign)}");
        if (decision.Softenings.Count(softening => !softening.Accepted) is var open and > 0) waits.Add($"until the gate's owner accepts {CountWords.Of(open, "softening")}");
        return $"It would be {Of(wouldBe)}. Held {(waits.Count == 0 ? "for the reasons below" : Listed.And(waits))}.";
    }

    public static string? BreakGlass(Decision decision) => decision.OpenedByBreakGlass is not { } glass ? null
        : $"Opened by break-glass by {Listed.And(glass.People)}, until {InstantWords.Of(glass.Expires)}: {Sentence.End(glass.Because)} The verdict stays {Of(decision.Verdict)}.";

    /// <summary>Roles still to sign: <c>1 architect, 2 devops-lead</c>; empty text when none is left.</summary>
    public static string ToSign(ImmutableArray<RoleCount> roles) =>
        string.Join(", ", roles.Select(role => $"{CountWords.Number(role.Count)} {role.Role}"));
}
