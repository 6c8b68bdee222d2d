using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Lines 1–7 and 9–11: all but the opening's own line 8.</summary>
sealed record Ruling(
    Verdict Verdict, ImmutableArray<Because> Reasons, ImmutableArray<ControlJudged> Controls, ImmutableArray<WaiverShown> Waivers,
    ImmutableArray<ConditionShown> Conditions, ImmutableArray<RejectionShown> Rejections)
{
    /// <summary>A chain of gates longer than this is a circle or a mistake; the gate at its end counts as never opened.</summary>
    const int LongestChain = 16;

    public static Ruling Of(Case @case, int chain = 0)
    {
        var all = @case.Ledger.All<Fact.Waived>().ToLookup(one => one.Fact.Waiver.Control, StringComparer.Ordinal);
        var shown = ImmutableArray.CreateBuilder<WaiverShown>();
        var controls = ImmutableArray.CreateBuilder<ControlJudged>(@case.Gate.Controls.Length);
        foreach (var id in @case.Gate.Controls)
        {
            if (@case.Document.Control(id) is not { } control) continue;
            var (judged, waivers) = Waiving.Of(@case, ControlJudged.Of(@case, control), all);
            controls.Add(judged);
            shown.AddRange(waivers);
        }

        var (set, counting) = (controls.ToImmutable(), shown.ToImmutable());
        var conditions = Readiness.Conditions.Of(@case, set, counting);
        var rejections = Rejecting.Of(@case);
        var before = chain < LongestChain && @case.Gate.After is { } after && @case.Document.Gate(after) is { } gate ? Of(@case.Of(gate), chain + 1).Verdict : (Verdict?)null;

        ImmutableArray<Because> no = [.. NoGo(@case, set, conditions, rejections, before)];
        ImmutableArray<Because> undecided = [.. Undecided(@case, set)];
        ImmutableArray<Because> conditional = [.. Conditional(set, counting, conditions)];
        var verdict = no.Length > 0 ? Verdict.NoGo : undecided.Length > 0 ? Verdict.Undecided : conditional.Length > 0 ? Verdict.ConditionalGo : Verdict.Go;
        return new(verdict, [.. no, .. undecided, .. conditional], set, counting, conditions, rejections);
    }

    /// <summary>Line 6.</summary>
    static IEnumerable<Because> NoGo(Case @case, ImmutableArray<ControlJudged> set, ImmutableArray<ConditionShown> conditions, ImmutableArray<RejectionShown> rejections, Verdict? before)
    {
        foreach (var one in set)
            if (one is { Blocks: true, State: State.Failed }) yield return new(6, one.Control.Id, one.Worst.Because);
        foreach (var rejection in rejections) yield return new(6, rejection.Person, $"rejected: {rejection.Because}");
        foreach (var condition in conditions)
            if (condition.Overdue) yield return new(6, condition.Id, $"its condition was due {Instant.Write(condition.Due)}");
        if (before == Verdict.NoGo) yield return new(6, @case.Gate.After!, "the gate before is NO-GO for this release");
    }

    /// <summary>Line 7.</summary>
    static IEnumerable<Because> Undecided(Case @case, ImmutableArray<ControlJudged> set)
    {
        // What is only ever observed never counts; what will block from a date on does not make the gate empty before it, or time alone would open it.
        if (!set.Any(one => !Excusing.IsExcusable(@case, one.Control) && one.Control.Modes.Any(mode => mode.Mode != Mode.Observe))) yield return new(7, @case.Gate.Name, "the gate's set is empty: nothing is left to prove");
        foreach (var id in @case.Gate.Controls)
            if (@case.Document.Control(id) is null) yield return new(7, id, "the gate names it, and the document has no such control");
        foreach (var one in set)
            if (one.Blocks && one.State != State.Failed) yield return new(7, one.Control.Id, one.Worst.Because);
        if (@case.Gate.After is { } after && !@case.Decided(after).Any(decided => @case.Opens(decided) && decided.Fact.Release == @case.Release))
            yield return new(7, after, "the gate before never opened for this release");
    }

    /// <summary>Line 9.</summary>
    static IEnumerable<Because> Conditional(ImmutableArray<ControlJudged> set, ImmutableArray<WaiverShown> waivers, ImmutableArray<ConditionShown> conditions)
    {
        foreach (var waiver in waivers)
            if (waiver.Counts) yield return new(9, waiver.Control, $"waived until {Instant.Write(waiver.Expires)}: {waiver.Because}");
        foreach (var one in set)
            if (one is { InSet: true, Mode: Mode.Warn, Met: false, Waived: false }) yield return new(9, one.Control.Id, one.Worst.Because);
        foreach (var condition in conditions)
            if (!condition.Overdue) yield return new(9, condition.Id, $"a condition is open, due {Instant.Write(condition.Due)}");
    }
}
