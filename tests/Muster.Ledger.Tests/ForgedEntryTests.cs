using Muster.Readiness;

namespace Muster.Ledger.Tests;

/// <summary>Whoever holds the runner's key can write the log; a person's word in it still needs that person's signature.</summary>
public class ForgedEntryTests
{
    static readonly Fact SignOff = new Fact.SignedOff("go-live", "architect", new() { Document = default, Release = default, Controls = [] }, Scratch.Now);

    static byte[] Forged(Fact fact, Signer by, string keyId)
    {
        var honest = Envelope.Read(EntryBytes.Seal(fact, Scratch.Now, by))!;
        return new Envelope(honest.Payload, keyId, honest.Signature).Bytes();
    }

    [Fact]
    public void A_sign_off_in_the_name_of_a_person_who_did_not_sign_it_is_not_read()
    {
        using var scratch = new Scratch();
        using var ledger = scratch.Open();
        using var mia = Assert.IsType<KeyOutcome.Ready>(ledger.Keys.New("mia", "a long passphrase")).Signer;
        ledger.AppendPrepared([EntryBytes.Seal(SignOff, Scratch.Now, mia), Forged(SignOff, ledger.Runner!, mia.KeyId)]);

        var refused = Assert.Throws<LedgerException>(() => ledger.Read().ToList()).Problem;

        Assert.Equal(LedgerFault.Damaged, refused.Fault);
        Assert.Contains("(entry 1)", refused.Place, StringComparison.Ordinal);
        Assert.Contains("signature", refused.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_lie_elsewhere_are_given()
    {
        using var scratch = new Scratch();
        using var elsewhere = new Scratch();
        using var other = elsewhere.Open();
        using var jon = Assert.IsType<KeyOutcome.Ready>(other.Keys.New("jon", "a long passphrase")).Signer;
        using var ledger = scratch.Open();
        ledger.AppendPrepared([EntryBytes.Seal(SignOff, Scratch.Now, jon), Forged(SignOff, ledger.Runner!, jon.KeyId)]);

        Assert.Equal(2, ledger.Read().Count()); // nobody can tell without the key
        Assert.Throws<LedgerException>(() => ledger.Read(known: [jon.Public]).ToList());
        Assert.Single(ledger.Read(known: [jon.Public]).Take(1));
    }

    [Fact]
    public void In_a_long_log_too()
    {
        using var scratch = new Scratch();
        using var ledger = scratch.Open();
        using var mia = Assert.IsType<KeyOutcome.Ready>(ledger.Keys.New("mia", "a long passphrase")).Signer;
        for (var i = 0; i < 2100; i += 100) Scratch.Append(ledger, [.. Enumerable.Range(i, 100).Select(Scratch.Rejection)]);
        ledger.AppendPrepared([Forged(SignOff, ledger.Runner!, mia.KeyId)]);

        Assert.Throws<LedgerException>(() => ledger.Read().ToList());
    }
}
