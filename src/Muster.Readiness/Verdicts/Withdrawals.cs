namespace Muster.Readiness;

/// <summary>
/// Who took back what. Only the author does, with whatever key of theirs. Taking back a rejection gives something, so a key that was revoked or replaced cannot;
/// and where the rejection's own key was revoked, the gate's owner can from then on, or nobody might be left who could. What the owner said before counts for nothing:
/// else a revocation would lift a veto.
/// </summary>
sealed class Withdrawals(Case @case)
{
    readonly ILookup<Digest, Entry> _of = @case.Ledger.All<Fact.Withdrawn>().ToLookup(one => one.Fact.Entry, one => one.Entry);

    /// <summary>When it was first taken back; null if it was not.</summary>
    public DateTimeOffset? At(Entry entry) =>
        _of[entry.Id].Where(by => entry.Fact is Fact.Rejected ? Lifts(by, entry) : SamePerson(by.Signer, entry.Signer)).Min(by => (DateTimeOffset?)by.Time);

    bool Lifts(Entry by, Entry rejection) => @case.SignerOf(by) switch
    {
        Signed.By { Who: var person } => SamePerson(by.Signer, rejection.Signer) || @case.Revocations.Since(rejection.Signer) < by.Index && IsOwner(person, by),
        Signed.ByNobody => by.Signer == rejection.Signer, // whoever was dropped from the document may still withdraw
        _ => false,
    };

    // A person whose key was replaced is still the author of what the old key signed, as long as the document knows both.
    bool SamePerson(string one, string other) =>
        one == other || @case.Document.HolderOf(one) is { } person && @case.Document.HolderOf(other) is { } same && person.Name == same.Name;

    /// <summary>As the last opening's document names them, where there was one: nobody becomes the owner by an edit.</summary>
    bool IsOwner(Person person, Entry by)
    {
        if (@case.LastOpening(@case.Gate.Name) is not { Fact.Document: var opened } || opened == @case.Document.Digest) return person.Is(@case.Document.OwnerOf(@case.Gate));
        return @case.Ledger.Document(opened) is { } before && before.Gate(@case.Gate.Name) is { } was && Signing.Of(before, @case.Ledger, by).Person?.Is(before.OwnerOf(was)) == true;
    }
}
