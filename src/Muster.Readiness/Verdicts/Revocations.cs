using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// Keys that sign nothing any more, whatever the date on it: a thief can write any date. A key is revoked by itself, by another key of its person, or by the owner of the document or the gate.
/// A revocation only takes away, so it is never taken back, and one by a key that was itself revoked still counts while the document names that key.
/// </summary>
public sealed class Revocations
{
    readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>All of them as they were entered, and whether whoever signed may say so.</summary>
    public ImmutableArray<(Entry Entry, Fact.Revoked Fact, bool Counts)> All { get; private init; } = [];

    public bool Has(string keyId) => _keys.Contains(keyId);

    /// <summary>The entry with which the key was first revoked; null if it was not.</summary>
    public long? Since(string keyId) => All.Where(one => one.Counts && one.Fact.KeyId == keyId).Min(one => (long?)one.Entry.Index);

    public static Revocations Of(Document document, Folded ledger, Gate gate)
    {
        var all = ledger.All<Fact.Revoked>().ToList();
        if (all.Count == 0) return new();
        List<Document> documents = [document, .. AsLastOpened(document, ledger, gate)];
        var revocations = new Revocations { All = [.. all.Select(one => (one.Entry, one.Fact, documents.Exists(named => May(named, ledger, gate.Name, one.Entry, one.Fact.KeyId))))] };
        foreach (var (_, fact, counts) in revocations.All)
            if (counts) revocations._keys.Add(fact.KeyId);
        return revocations;
    }

    /// <summary>Whether this key could revoke that one now.</summary>
    public static bool May(Document document, Folded ledger, Gate gate, string signer, string key, DateTimeOffset at)
    {
        var entry = new Entry(ledger.Count, default, at, signer, new Fact.Revoked(key, "", at));
        return May(document, ledger, gate.Name, entry, key) || AsLastOpened(document, ledger, gate).Any(before => May(before, ledger, gate.Name, entry, key));
    }

    /// <summary>Whoever edits the document cannot take from its people the right to say that a key is lost. That a runner's key was revoked plays no part yet.</summary>
    static IEnumerable<Document> AsLastOpened(Document document, Folded ledger, Gate gate) =>
        Openings.Decided(document, ledger, gate.Name).Where(one => one.Fact.Opened()).Select(one => one.Fact.Document).TakeLast(1).Select(ledger.Document).OfType<Document>();

    static bool May(Document document, Folded ledger, string gate, Entry entry, string key)
    {
        if (entry.Signer == key) return true;
        if (Signing.Of(document, ledger, entry).Person is not { } person) return false;
        return document.HolderOf(key)?.Name == person.Name || person.Is(document.Owner) || document.Gate(gate) is { } found && person.Is(document.OwnerOf(found));
    }
}
