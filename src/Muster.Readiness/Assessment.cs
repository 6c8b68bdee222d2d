using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Appends facts to the ledger and answers with the entries as they stand there, durable.</summary>
public delegate Task<ImmutableArray<Entry>> Record(ImmutableArray<Fact> facts, CancellationToken cancel);

/// <summary>Keeps bytes beside the ledger and answers with their digest.</summary>
public delegate Task<Digest> Keep(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

/// <summary>Time as the caller knows it.</summary>
public delegate DateTimeOffset Clocked();

/// <summary>
/// The main path: a document's questions are looked at, what was seen is recorded, and the ledger is judged.
/// Gathering and judging meet only in the ledger, so that a live run, a replay and an audit are one function: <see cref="Judge.Decide"/>.
/// </summary>
public sealed class Assessment(Look look, Record record, Keep keep, Clocked now, KindCatalogue kinds)
{
    /// <summary>Asks what is due, records every answer, then decides.</summary>
    public async Task<Judgement> Check(Document document, Digest release, Folded ledger, string gate, DueOptions options, CancellationToken cancel)
    {
        var asks = Due.Of(document, release, ledger, gate, now(), options, kinds);
        var runs = await look(asks, cancel);
        var bound = runs.Select(run => (Fact)new Fact.Ran(run with { Release = release })).ToImmutableArray();
        await Add(ledger, bound, cancel);
        return await Decide(document, release, ledger, gate, cancel);
    }

    /// <summary>Decides from the evidence that is there, and records the verdict. Probes nothing.</summary>
    public async Task<Judgement> Decide(Document document, Digest release, Folded ledger, string gate, CancellationToken cancel)
    {
        var judgement = Judge.Decide(document, release, ledger, gate, now(), kinds);
        if (judgement is Judgement.Given given) await RecordVerdict(document, given.Decision, ledger, cancel);
        return judgement;
    }

    async Task RecordVerdict(Document document, Decision decision, Folded ledger, CancellationToken cancel)
    {
        await keep(Statements.ToBytes(document), cancel);
        var statement = await keep(Statements.ToBytes(decision), cancel);
        await Add(ledger, [Entered(decision, statement)], cancel);
    }

    async Task Add(Folded ledger, ImmutableArray<Fact> facts, CancellationToken cancel)
    {
        if (facts.IsEmpty) return;
        foreach (var entry in await record(facts, cancel)) ledger.Add(entry);
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
