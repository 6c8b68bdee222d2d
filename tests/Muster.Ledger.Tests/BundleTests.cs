using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger.Tests;

public class BundleTests
{
    internal static byte[] Bundle(LedgerFolder ledger, params PublicKey[] known)
    {
        using var to = new MemoryStream();
        Assert.IsType<BundleWriting.Written>(BundleFile.Write(to, ledger, [.. ledger.ReadSealed()], Value.Of(("gate", "go-live")), known, Scratch.Now));
        return to.ToArray();
    }

    internal static string Review(Signer runner) => ReviewStatement.Seal(new()
    {
        Decision = new()
        {
            System = "shop", Gate = "go-live", Environment = "production", Release = Digest.Of("r"u8), Document = Digest.Of("d"u8), At = Scratch.Now, Over = 3, Verdict = Verdict.Held,
            ToSign = [new("architect", 1)],
        },
        Asked = ImmutableSortedDictionary<string, Value>.Empty.Add("edge", Value.Of(("target", "https://shop.test"))), Sign = [new("architect", 1)],
        Runner = runner.Public.Pem, Fingerprint = runner.Public.Fingerprint, By = "1.0",
    }, runner);

    static BundleReading.Bad Bad(byte[] bytes) => Assert.IsType<BundleReading.Bad>(BundleFile.Read(new MemoryStream(bytes)));

    [Fact]
    public void Entries_come_out_as_they_went_in()
    {
        using var scratch = new Scratch().Filled(5);
        using var ledger = scratch.Open();
        var bundle = Assert.IsType<BundleReading.Good>(BundleFile.Read(new MemoryStream(Bundle(ledger)))).Bundle;

        Assert.Equal(ledger.ReadSealed().Select(entry => (entry.Entry.Index, entry.Entry.Id)), bundle.Entries.Select(entry => (entry.Entry.Index, entry.Entry.Id)));
        Assert.Equal(ledger.EntryBytesAt(3), bundle.Entries[3].Bytes.ToArray());
        Assert.Equal((ledger.RunnerKey.KeyId, 5L), (bundle.Manifest.Ledger, bundle.Manifest.Head!.Size));
        Assert.Equal("go-live", ((Value.Text)bundle.Manifest.Selected["gate"]!).Is);
        Assert.Equal(bundle.Manifest.Bytes(), BundleFile.Manifest(bundle.ManifestLine.AsSpan())!.Bytes());
    }

    [Fact]
    public void The_record_of_an_arrival_does_not_travel()
    {
        using var mia = Signer.Create();
        using var scratch = new Scratch();
        using var ledger = scratch.Open();
        _ = ledger.Blobs.Put("what arrived"u8, Retention.Record);
        _ = ledger.AppendSealed(new(Digest.Of("what arrived"u8), "", [mia.Public.Pem], 1, 0, Scratch.Now), [SealedEntry.Seal(Scratch.Rejection(1), Scratch.Now, mia)]);
        using var to = new MemoryStream();
        _ = BundleFile.Write(to, ledger, [.. ledger.ReadSealed()], Value.Fields.Empty, [mia.Public], Scratch.Now);

        Assert.Contains("the record of an arrival", Bad(to.ToArray()).Says, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_arrivals_are_one_group_with_each_lot_behind_its_own_record()
    {
        using var mia = Signer.Create();
        using var scratch = new Scratch();
        using var ledger = scratch.Open();
        Arrival Of(int number) => new(new(Digest.Of("what arrived"u8), "", [mia.Public.Pem], 1, 0, Scratch.Now), [SealedEntry.Seal(Scratch.Rejection(number), Scratch.Now, mia)]);
        var taken = Assert.IsType<LedgerAppend.Appended>(ledger.AppendSealed([Of(1), Of(2)])).Entries;

        Assert.Equal([0, 1, 2, 3], taken.Select(entry => entry.Index));
        Assert.IsType<Fact.Arrived>(taken[2].Fact);
        Assert.Equal(ledger.Read().Select(entry => entry.Id), taken.Select(entry => entry.Id));
    }

    [Fact]
    public void A_manifest_by_another_key_than_its_ledgers_is_refused()
    {
        using var eve = Signer.Create();
        using var scratch = new Scratch().Filled(2);
        using var ledger = scratch.Open();
        var bytes = Bundle(ledger);
        var end = bytes.AsSpan().IndexOf((byte)'\n');
        var forged = Envelope.Seal(Envelope.Read(bytes.AsSpan(0, end))!.Payload, eve).Bytes();

        Assert.True(Bad([.. forged, .. bytes.AsSpan(end)]) is { Forged: true, Line: 1 });
    }

    [Fact]
    public void A_line_longer_than_any_may_be_is_refused_and_not_held()
    {
        var endless = new byte[BundleFile.LongestLine + 2];
        Array.Fill(endless, (byte)'a');
        Assert.Contains("longer than a line may be", Bad(endless).Says, StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_whose_signers_key_is_not_known_is_not_exported()
    {
        using var eve = Signer.Create();
        using var scratch = new Scratch();
        using var ledger = scratch.Open();
        _ = ledger.Append([Scratch.Rejection(1)], eve);
        using var to = new MemoryStream();
        Assert.Equal(LedgerFault.UnknownKey, Assert.IsType<BundleWriting.NotWritten>(BundleFile.Write(to, ledger, [.. ledger.ReadSealed()], Value.Fields.Empty, [], Scratch.Now)).Problem.Fault);
    }

    [Fact]
    public void A_review_is_read_with_the_key_that_it_names_and_not_when_another_signed_it()
    {
        using var runner = Signer.Create();
        using var eve = Signer.Create();
        var envelope = Review(runner);
        Assert.Equal("go-live", ReviewStatement.Read(envelope, out var key, out _)!.Decision.Gate);
        Assert.Equal(runner.KeyId, key!.KeyId);
        var forged = System.Text.Encoding.ASCII.GetString(Envelope.Seal(Envelope.Read(System.Text.Encoding.ASCII.GetBytes(envelope))!.Payload, eve).Bytes());
        Assert.Null(ReviewStatement.Read(forged, out _, out var whyNot));
        Assert.Contains("not signed by the key that it names", whyNot, StringComparison.Ordinal);
    }
}
