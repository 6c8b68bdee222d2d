namespace Muster.Readiness;

/// <summary>
/// Keys that sign nothing any more, whatever the date on it: a thief can write any date. A key is revoked by itself, by another key of its person, or by the owner of the document or the gate.
/// A revocation only takes away, so it is never taken back, and one by a key that was itself revoked still counts while the document names that key.
/// </summary>
sealed class Revocations
{
    readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Revocations by somebody who may not: they count for nothing, and are told.</summary>
    public int Unentitled { get; private init; }

    public bool Has(string keyId) => _keys.Contains(keyId);

    public static Revocations Of(Case @case)
    {
        var all = @case.Ledger.All<Fact.Revoked>().ToList();
        if (all.Count == 0) return new();
        List<Document> documents = [@case.Document, .. AsLastOpened(@case)];
        var entitled = all.Where(one => documents.Exists(document => May(document, @case, one.Entry, one.Fact.KeyId))).ToList();
        var revocations = new Revocations { Unentitled = all.Count - entitled.Count };
        foreach (var (_, fact) in entitled) revocations._keys.Add(fact.KeyId);
        return revocations;
    }

    /// <summary>Whoever edits the document cannot take from its people the right to say that a key is lost. No word of a revoked runner is believed here or disbelieved: this is before it.</summary>
    static IEnumerable<Document> AsLastOpened(Case @case) =>
        @case.Decided(@case.Gate.Name).Where(one => one.Fact.Opened()).Select(one => one.Fact.Document).TakeLast(1).Select(@case.Ledger.Document).OfType<Document>();

    static bool May(Document document, Case @case, Entry entry, string key)
    {
        if (entry.Signer == key) return true;
        if (Signing.Of(document, @case.Ledger, entry).Person is not { } person) return false;
        return document.HolderOf(key)?.Name == person.Name || person.Is(document.Owner) || document.Gate(@case.Gate.Name) is { } gate && person.Is(document.OwnerOf(gate));
    }
}
