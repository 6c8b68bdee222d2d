using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

public class SealedEntryTests
{
    static readonly Digest Manifest = Digest.Of("what arrived"u8);

    [Fact]
    public void What_a_person_sealed_elsewhere_keeps_its_id_signature_and_time()
    {
        using var mia = Signer.Create();
        using var scratch = new Scratch();
        using var ledger = scratch.Open();
        _ = ledger.Blobs.Put("what arrived"u8, Retention.Record);
        var said = SealedEntry.Seal(Scratch.Rejection(1), Scratch.Now.AddMinutes(-5), mia);
        var taken = Assert.IsType<LedgerAppend.Appended>(ledger.AppendSealed(new(Manifest, "", [mia.Public.Pem], 1, 0, Scratch.Now), [said])).Entries;

        Assert.IsType<Fact.Arrived>(taken[0].Fact);
        Assert.Equal((1, said.Entry.Id, said.Entry.Time, mia.KeyId), (taken[1].Index, taken[1].Id, taken[1].Time, taken[1].Signer));
        var back = ledger.ReadSealed().Last();
        Assert.Equal(said.Bytes, back.Bytes);
        Assert.Equal(said.Entry.Id, back.Entry.Id);
    }

    [Fact]
    public void The_ledger_is_verified_with_the_keys_that_arrived()
    {
        using var mia = Signer.Create();
        using var scratch = new Scratch();
        using (var ledger = scratch.Open())
        {
            _ = ledger.Blobs.Put("what arrived"u8, Retention.Record);
            _ = ledger.AppendSealed(new(Manifest, "", [mia.Public.Pem], 1, 0, Scratch.Now), [SealedEntry.Seal(Scratch.Rejection(1), Scratch.Now, mia)]);
        }

        Assert.Empty(LedgerVerifier.Verify(scratch.Muster, []).Findings);
    }

    [Fact]
    public void Without_them_it_is_not()
    {
        using var mia = Signer.Create();
        using var scratch = new Scratch();
        using (var ledger = scratch.Open())
        {
            _ = ledger.Blobs.Put("what arrived"u8, Retention.Record);
            _ = ledger.AppendSealed(new(Manifest, "", [], 1, 0, Scratch.Now), [SealedEntry.Seal(Scratch.Rejection(1), Scratch.Now, mia)]);
        }

        Assert.Equal(LedgerFault.UnknownKey, Assert.Single(LedgerVerifier.Verify(scratch.Muster, []).Findings).Fault);
    }

    [Fact]
    public void A_sealed_entry_is_read_with_its_signers_key_only()
    {
        using var mia = Signer.Create();
        using var eve = Signer.Create();
        var bytes = SealedEntry.Seal(Scratch.Rejection(1), Scratch.Now, mia).Bytes.ToArray();

        Assert.IsType<SealedReading.Good>(SealedEntry.Read(bytes, id => id == mia.KeyId ? mia.Public : null));
        Assert.Equal(LedgerFault.UnknownKey, Assert.IsType<SealedReading.Bad>(SealedEntry.Read(bytes, _ => null)).Fault);
        Assert.Equal(LedgerFault.Damaged, Assert.IsType<SealedReading.Bad>(SealedEntry.Read(bytes, _ => eve.Public)).Fault);
        bytes[^20] ^= 1;
        Assert.IsType<SealedReading.Bad>(SealedEntry.Read(bytes, _ => mia.Public));
    }

    [Fact]
    public void A_reader_takes_nothing_in()
    {
        using var mia = Signer.Create();
        using var scratch = new Scratch().Filled(2);
        using var ledger = scratch.Open(LedgerMode.Read);

        Assert.IsType<LedgerAppend.NotAppended>(ledger.AppendSealed(new(Manifest, "", [], 1, 0, Scratch.Now), [SealedEntry.Seal(Scratch.Rejection(1), Scratch.Now, mia)]));
    }
}
