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

    /// <summary>Never throws, whatever the bytes. Signatures are not verified here.</summary>
    public static EntryReading Read(ReadOnlySpan<byte> bytes, long index)
    {
        if (bytes.Length > Largest) return new EntryReading.Bad(LedgerFault.TooLarge, $"has {bytes.Length} bytes; an entry has at most {Largest}.");
        if (Envelope.Read(bytes) is not { } envelope) return new EntryReading.Bad(LedgerFault.Damaged, "is not an envelope as Muster writes it.");
        if (EntryStatement.Read(envelope.Payload) is not { } statement) return new EntryReading.Bad(LedgerFault.Damaged, "holds no statement as Muster writes it.");
        if (!FactName.Known.Contains(statement.Name))
            return new EntryReading.Bad(LedgerFault.UnknownFact, $"says \"{statement.Name}\", which this version does not know; a newer Muster wrote it.");
        return statement.Fact(out var whyNot) is { } fact
            ? new EntryReading.Good(new Entry(index, Digest.Of(bytes), statement.Appended, envelope.KeyId, fact), envelope, statement)
            : new EntryReading.Bad(LedgerFault.Damaged, whyNot + ".");
    }
}
