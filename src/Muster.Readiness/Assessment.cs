using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Appends facts to the ledger and answers with the entries as they stand there, durable.</summary>
public delegate ImmutableArray<Entry> Append(ImmutableArray<Fact> facts);

/// <summary>Keeps bytes beside the ledger and answers with their digest.</summary>
public delegate Digest Keep(ReadOnlyMemory<byte> bytes);

/// <summary>Time as the caller knows it.</summary>
public delegate DateTimeOffset Now();

/// <summary>
/// The main path: a document's questions are looked at, what was seen is recorded, and the ledger is judged.
/// Gathering and judging meet only in the ledger, so that a live run, a replay and an audit are one function: <see cref="Judge.Decide"/>.
/// </summary>
public sealed class Assessment(Document document, Digest release, Folded ledger, Append append, Keep keep, Now now, KindCatalogue kinds)
{
    /// <summary>What would be asked now.</summary>
    public ImmutableArray<Ask> Due(string gate, DueOptions options) => Readiness.Due.Of(document, release, ledger, gate, now(), options, kinds);

    /// <summary>Asks what is due, records each answer as it comes, so that an interrupted check keeps what it saw, then decides.</summary>
    public async Task<Judgement> Check(string gate, ImmutableArray<Ask> due, Look look, CancellationToken cancel)
    {
        await Gather(due, look, cancel);
        return Decide(gate);
    }

    /// <summary>The same, again and again: once the gate has opened for this document and release, the question is whether that still holds, and before, whether it may open.</summary>
    public async Task<Judgement> Watch(string gate, ImmutableArray<Ask> due, Look look, CancellationToken cancel)
    {
        await Gather(due, look, cancel);
        return Judge.Stand(document, release, ledger, gate, now(), kinds) is Judgement.Given stands ? Recorded(stands) : Decide(gate);
    }

    async Task Gather(ImmutableArray<Ask> due, Look look, CancellationToken cancel)
    {
        await foreach (var runs in look(due, cancel)) Add([.. runs.Select(run => (Fact)new Fact.Ran(run))]);
    }

    /// <summary>Decides from the evidence that is there, and records the verdict. Probes nothing.</summary>
    public Judgement Decide(string gate) => Recorded(Judge.Decide(document, release, ledger, gate, now(), kinds));

    /// <summary>Does what was opened still hold? Records the answer; it opens nothing.</summary>
    public Judgement Stand(string gate) => Recorded(Judge.Stand(document, release, ledger, gate, now(), kinds));

    Judgement Recorded(Judgement judgement)
    {
        if (judgement is not Judgement.Given { Decision: var decision }) return judgement;
        keep(Statements.ToBytes(document));
        var statement = keep(Statements.ToBytes(decision));
        Add([Entered(decision, statement)]);
        return judgement;
    }

    void Add(ImmutableArray<Fact> facts)
    {
        foreach (var entry in append(facts)) ledger.Add(entry);
    }

    /// <summary>A verdict as it enters the ledger: what later deadlines, soaks and openings are read from.</summary>
    /// <param name="statement">The digest of the decision's bytes.</param>
    public static Fact.Decided Entered(Decision decision, Digest statement) =>
        new(decision.Gate, decision.Environment, decision.Release, decision.Document, statement, decision.Verdict, decision.At)
        {
            Open = [.. decision.Conditions.Select(Conditions.Written)],
            Standing = decision.Standing,
            Over = decision.Over,
        };
}
