using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The controls of two verdicts, side by side.</summary>
static class ControlMoves
{
    public static ImmutableArray<ControlMove> Between(Decision before, Decision after)
    {
        var were = Index(before);
        var are = Index(after);
        return
        [
            .. after.Controls.Select(now => Of(were.GetValueOrDefault(now.Id), now)).OfType<ControlMove>().OrderBy(move => Rank(move.After!)).ThenBy(move => move.Id, StringComparer.Ordinal),
            .. before.Controls.Where(was => !are.ContainsKey(was.Id)).Select(was => new ControlMove(was, null, Direction.Went, $"no longer asked; it was {StateWords.Of(was.State)}")),
        ];
    }

    /// <summary>In the same state, seen anew.</summary>
    public static ImmutableArray<string> Renewed(Decision before, Decision after)
    {
        var were = Index(before);
        return
        [
            .. after.Controls.Where(now => were.TryGetValue(now.Id, out var was) && Of(was, now) is null && !Evidence(was).SetEquals(Evidence(now))).Select(now => now.Id),
        ];
    }

    public static HashSet<Digest> Evidence(ControlShown control) => [.. control.Parts.Select(part => part.Evidence).OfType<Digest>()];

    /// <summary>A hostile file may name a control twice; the first is taken.</summary>
    static Dictionary<string, ControlShown> Index(Decision decision) => decision.Controls.DistinctBy(control => control.Id).ToDictionary(control => control.Id, StringComparer.Ordinal);

    static int Rank(ControlShown control) => control.Out is not null ? 4 : control.State switch { State.Failed => 0, State.Unproven => 1, State.Unmeasured => 2, _ => 3 };

    static ControlMove? Of(ControlShown? was, ControlShown now)
    {
        if (was is null) return new(null, now, Direction.Came, $"newly asked: {CauseWords.State(now)}");
        if (was.Out is null != now.Out is null)
            return now.Out is { } left ? new(was, now, Direction.Changed, $"out of the set: {left}") : new(was, now, Direction.Changed, $"in the set again: {CauseWords.State(now)}");
        if (now.Out is not null) return null;
        if (Rank(was) != Rank(now))
            return new(was, now, Rank(was) < 3 && (now.State == State.Met || Rank(now) > Rank(was) && was.State == State.Failed) ? Direction.Better : Direction.Worse, $"was {StateWords.Of(was.State)}, {CauseWords.State(now)}");
        if (was.Waived != now.Waived)
            return now.Waived ? new(was, now, Direction.Better, $"{CauseWords.State(now)}; waived now") : new(was, now, Direction.Worse, $"{CauseWords.State(now)}; no longer waived");
        if (was.Mode != now.Mode) return new(was, now, Direction.Changed, $"was {StateWords.Of(was.Mode)}, is {StateWords.Of(now.Mode)}: {CauseWords.State(now)}");
        if (now.State == State.Failed && CauseWords.State(was) != CauseWords.State(now)) return new(was, now, Direction.Changed, $"still failed, otherwise than before: {CauseWords.Failing(now)}");
        return now.State == State.Unproven && was.Why != now.Why ? new(was, now, Direction.Changed, $"still unproven, for another reason: {now.Because}") : null;
    }
}
