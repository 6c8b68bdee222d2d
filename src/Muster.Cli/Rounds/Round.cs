using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>Looks, decides and records, in a session that it is given; the verdict is in the ledger when it ends.</summary>
delegate Task<(Session Session, Decision Decision)> LookOnce(Host host, CancellationToken cancel);

/// <summary>One round: what was decided, beside what was last told.</summary>
static class Round
{
    /// <summary>The message of a verdict that is another than was told last; null while it is the same. What is told is remembered once the message waits, so that a crash in between tells it twice and never not at all.</summary>
    public static Message? Tell(Session session, Decision decision, Outbox outbox, bool keep)
    {
        var statement = Digest.Of(Statements.ToBytes(decision));
        var entry = session.Kept.Last(one => one.Fact is Fact.Decided decided && decided.Statement == statement).Id;
        var state = outbox.Rounds;
        var before = state.Told.GetValueOrDefault(decision.Gate);
        var told = new Told(entry, statement, decision.Verdict, decision.Standing, decision.OpenedByBreakGlass is not null, decision.At);
        if (before is not null && (before.Verdict, before.BreakGlass) == (told.Verdict, told.BreakGlass)) return null;
        var message = News.Of(decision, entry, before, Because(session, decision, before), outbox.Dropped);
        var dropped = keep ? outbox.Put(message) : 0;
        outbox.Remember(state with { About = new(decision.System, decision.Gate, decision.Environment), Told = state.Told.SetItem(decision.Gate, told), Dropped = state.Dropped + dropped });
        return message;
    }

    static ImmutableArray<string> Because(Session session, Decision decision, Told? before)
    {
        if (before is null || session.StatementOf(before.Statement) is not { } was) return new Stretch(Mark(decision), Mark(decision), 1, null, []).Explained(_ => decision, _ => new()).Because;
        return Difference.Between(was with { Standing = decision.Standing }, decision, new(session.DocumentOf(was.Document)), new(session.Document)).Because;
    }

    static VerdictMark Mark(Decision decision) => new(default, Assessment.Entered(decision, default), decision.OpenedByBreakGlass is not null, Imported: false);
}
