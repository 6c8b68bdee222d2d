using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>What reading an entry's bytes gives.</summary>
abstract record EntryReading
{
    EntryReading() { }

    public sealed record Good(Entry Entry, Envelope Envelope, EntryStatement Statement) : EntryReading;

    public sealed record Bad(LedgerFault Fault, string Says) : EntryReading;
}

/// <summary>An entry of the log: a statement in a signed envelope. Its id is the digest of these bytes.</summary>
static class EntryBytes
{
    /// <summary>Anything larger is a blob.</summary>
    public const int Largest = 32 * 1024;

    public static byte[] Seal(Fact fact, DateTimeOffset appended, Signer signer) => Envelope.Seal(EntryStatement.Of(fact, appended).Bytes(), signer).Bytes();

    /// <summary>
    /// A run whose observation is too large for an entry goes into a blob, and the entry names its digest. Nothing else may be so large: for other facts it is the caller's error.
    /// </summary>
    public static byte[] SealOrSpill(Fact fact, DateTimeOffset appended, Signer signer, BlobFolder blobs)
    {
        var sealedEntry = Seal(fact, appended, signer);
        if (sealedEntry.Length <= Largest || fact is not Fact.Ran) return sealedEntry;
        var statement = EntryStatement.Of(fact, appended);
        return Envelope.Seal(statement.Spilled(blobs.Put(statement.FactBytes, Retention.Record)).Bytes(), signer).Bytes();
    }

    /// <summary>Never throws, whatever the bytes. Signatures are not verified here. Without the blobs, a fact that lies in one cannot be read.</summary>
    /// <param name="brought">Blobs that came with the entry and lie in no folder yet.</param>
    public static EntryReading Read(ReadOnlySpan<byte> bytes, long index, BlobFolder? blobs = null, Func<Digest, ImmutableArray<byte>?>? brought = null)
    {
        if (bytes.Length > Largest) return new EntryReading.Bad(LedgerFault.TooLarge, $"has {bytes.Length} bytes; an entry has at most {Largest}.");
        if (Envelope.Read(bytes) is not { } envelope) return new EntryReading.Bad(LedgerFault.Damaged, "is not an envelope as Muster writes it.");
        if (EntryStatement.Read(envelope.Payload) is not { } statement) return new EntryReading.Bad(LedgerFault.Damaged, "holds no statement as Muster writes it.");
        if (!FactName.Known.Contains(statement.Name))
            return new EntryReading.Bad(LedgerFault.UnknownFact, $"says \"{statement.Name}\", which this version does not know; a newer Muster wrote it.");
        var name = "";
        if (statement.InBlob is { } digest)
        {
            if ((brought?.Invoke(digest) ?? (blobs?.Get(digest) as BlobReading.Found)?.Bytes) is not { } found) return new EntryReading.Bad(LedgerFault.Missing, $"has its fact in the blob {digest}, whose bytes are missing or damaged.");
            name = $" (in the blob {digest.Short})";
            statement = statement with { FactBytes = [.. found] };
        }

        return statement.Fact(out var whyNot) is { } fact
            ? new EntryReading.Good(new Entry(index, Digest.Of(bytes), statement.Appended, envelope.KeyId, fact), envelope, statement)
            : new EntryReading.Bad(LedgerFault.Damaged, whyNot + name + ".");
    }
}
