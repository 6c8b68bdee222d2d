namespace Muster.Readiness;

/// <summary>Whose word an entry is, or why it is nobody's any more.</summary>
abstract record Signed
{
    Signed() { }

    public sealed record By(Person Who) : Signed;

    public sealed record ByNobody : Signed;

    /// <summary>By a key that had been replaced when it signed, or when it arrived.</summary>
    public sealed record TooLate(Person Who, DateTimeOffset Until) : Signed;

    public sealed record ByRevoked : Signed;

    /// <summary>Who answers for it; null if it counts for nothing.</summary>
    public Person? Person => (this as By)?.Who;

    /// <summary>Why it counts for nothing; null if somebody answers for it.</summary>
    public string? WhyNot(string key) => this switch
    {
        By => null,
        TooLate late => $"{key} stopped being {late.Who.Name}'s at {Instant.Write(late.Until)}",
        ByRevoked => $"{key} was revoked",
        _ => $"{key} belongs to nobody in the document",
    };
}

/// <summary>
/// The one place that says whose signature an entry bears. Every line that lets a person give something asks here, so that no line forgets a key that was replaced or revoked.
/// What only takes away (a rejection, a revocation, a withdrawal of what was given) asks less: a lost key must not lift a veto.
/// </summary>
static class Signing
{
    public static Signed SignerOf(this Case @case, Entry entry) =>
        @case.Revocations.Has(entry.Signer) ? new Signed.ByRevoked() : Of(@case.Document, @case.Ledger, entry);

    /// <summary>By that document alone, whatever was revoked since.</summary>
    public static Signed Of(Document document, Folded ledger, Entry entry)
    {
        if (document.PersonByKey(entry.Signer) is { } person) return new Signed.By(person);
        if (document.HolderOf(entry.Signer) is not { } holder || holder.WasTheirs(entry.Signer) is not { } former) return new Signed.ByNobody();
        var late = entry.Time >= former.Until || ledger.ArrivedAt(entry) >= former.Until;
        return late ? new Signed.TooLate(holder, former.Until) : new Signed.By(holder);
    }

    /// <summary>Whether the person is the one, or holds the role, that this owner's name says.</summary>
    public static bool Is(this Person person, string owner) => owner.Length > 0 && (person.Name == owner || person.Roles.Contains(owner));
}
