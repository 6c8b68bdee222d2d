using Muster.Ledger;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What deciding a past verdict again came to. <see cref="Again"/> is null where there is no verdict any more, and <see cref="Because"/> then says why.</summary>
sealed record Replayed(Entry Entry, Fact.Decided Decided, Decision? Again, bool Same, string? Because = null);

/// <summary>Past verdicts, decided again from the ledger alone as of their own instants.</summary>
static class Replaying
{
    /// <summary>One verdict, over the entries that it was decided over.</summary>
    public static Replayed One(Session session, Entry entry, Fact.Decided decided)
    {
        var folded = session.Fold();
        foreach (var before in session.Ledger.Read(known: session.Workspace.PublishedKeys).Take((int)decided.Over)) folded.Add(before);
        return Again(session, entry, decided, folded);
    }

    /// <summary>Every verdict of this ledger in its order. The entries are folded once: a verdict stands right behind what it was decided over.</summary>
    /// <param name="ofOthers">Verdicts that were given over another ledger, which cannot be decided again over this one.</param>
    public static IEnumerable<Replayed> All(Session session, ICollection<Entry> ofOthers)
    {
        var folded = session.Fold();
        foreach (var entry in session.Ledger.Read(known: session.Workspace.PublishedKeys))
        {
            if (entry.Fact is Fact.Decided decided)
            {
                if (entry.Signer != session.Ledger.RunnerKey.KeyId) ofOthers.Add(entry);
                else yield return decided.Over == folded.Count ? Again(session, entry, decided, folded) : One(session, entry, decided);
            }

            folded.Add(entry);
        }
    }

    static Replayed Again(Session session, Entry entry, Fact.Decided decided, Folded folded)
    {
        // From the blob, though the document that lies here now may be the same: a replay rests on the ledger alone.
        if (Bytes(session, decided.Document, "the document", out var lost) is not { } judged || Bytes(session, decided.Statement, "the statement", out lost) is not { } stored)
            return new(entry, decided, null, false, lost);
        var document = Statements.Read<Document>(judged);
        var judgement = decided.Standing
            ? Judge.Stand(document, decided.Release, folded, decided.Gate, decided.At, ProbeKinds.Catalogue)
            : Judge.Decide(document, decided.Release, folded, decided.Gate, decided.At, ProbeKinds.Catalogue);
        return judgement switch
        {
            Judgement.Given { Decision: var decision } => new(entry, decided, decision, Statements.ToBytes(decision).AsSpan().SequenceEqual(stored)),
            Judgement.None { Because: var because } => new(entry, decided, null, false, because),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    static byte[]? Bytes(Session session, Digest digest, string what, out string? lost)
    {
        var reading = session.Ledger.Blobs.Get(digest);
        lost = reading switch
        {
            BlobReading.Found => null,
            BlobReading.Corrupt => $"{what} {digest.Short} is not what its digest says",
            BlobReading.Expired => $"{what} {digest.Short} has expired",
            _ => $"{what} {digest.Short} is missing",
        };
        return reading is BlobReading.Found { Bytes: var bytes } ? [.. bytes] : null;
    }
}
