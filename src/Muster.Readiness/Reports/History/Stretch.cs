using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>A verdict as the ledger's entry has it, without its statement.</summary>
/// <param name="Entry">The entry's id.</param>
/// <param name="BreakGlass">It was opened by break-glass when it was given.</param>
/// <param name="Imported">It was given elsewhere, and brought here.</param>
public sealed record VerdictMark(Digest Entry, Fact.Decided Fact, bool BreakGlass, bool Imported)
{
    internal (Verdict, bool, bool) Same => (Fact.Verdict, Fact.Standing, BreakGlass);
}

/// <summary>The same verdict, given again and again: one line of a gate's history.</summary>
/// <param name="Before">The verdict that stood until then; null at the beginning.</param>
/// <param name="Because">Why it changed, the weightiest first; empty where only the question went from opening to standing.</param>
public sealed record Stretch(VerdictMark First, VerdictMark Last, int Count, VerdictMark? Before, ImmutableArray<string> Because)
{
    public Verdict Verdict => First.Fact.Verdict;

    public bool Standing => First.Fact.Standing;

    /// <summary>Folds what was given in this order; no statement is read, so that thousands cost little.</summary>
    public static IEnumerable<Stretch> Of(IEnumerable<VerdictMark> marks)
    {
        Stretch? open = null;
        foreach (var mark in marks)
        {
            if (open is null || open.First.Same != mark.Same)
            {
                if (open is not null) yield return open;
                open = new(mark, mark, 1, open?.Last, []);
            }
            else
            {
                open = open with { Last = mark, Count = open.Count + 1 };
            }
        }

        if (open is not null) yield return open;
    }

    /// <summary>With its cause, from the two statements on either side of the change; null where one is gone.</summary>
    public Stretch Explained(Func<VerdictMark, Decision?> statement, Func<VerdictMark, Inputs> inputs)
    {
        if (statement(First) is not { } now) return this with { Because = ["its statement is not here any more, so the cause cannot be told"] };
        if (Before is null) return this with { Because = now.Verdict == Verdict.Go ? [] : Causes.Of(now) };
        if (statement(Before) is not { } was) return this with { Because = ["the statement before it is not here any more; it says:", .. Causes.Of(now)] };
        if (was.Verdict == now.Verdict && Before.BreakGlass == First.BreakGlass) return this;
        return this with { Because = Difference.Between(was with { Standing = now.Standing }, now, inputs(Before), inputs(First)).Because };
    }
}
