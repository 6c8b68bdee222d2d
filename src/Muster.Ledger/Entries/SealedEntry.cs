using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>What reading a sealed entry gives.</summary>
public abstract record SealedReading
{
    SealedReading() { }

    public sealed record Good(SealedEntry Entry) : SealedReading;

    /// <param name="Says">Continues "the entry …".</param>
    public sealed record Bad(LedgerFault Fault, string Says) : SealedReading;
}

/// <summary>
/// An entry as its signer sealed it. It moves between ledgers byte for byte, so that its id and its signature stay what they were; its index is the place in the ledger it was read from, or -1.
/// </summary>
public sealed record SealedEntry(Entry Entry, ImmutableArray<byte> Bytes)
{
    /// <summary>Seals what a person says, away from any ledger.</summary>
    /// <exception cref="ArgumentException">It is larger than an entry may be.</exception>
    public static SealedEntry Seal(Fact fact, DateTimeOffset at, Signer signer)
    {
        var bytes = EntryBytes.Seal(fact, at, signer);
        if (bytes.Length > EntryBytes.Largest) throw new ArgumentException($"an entry has at most {EntryBytes.Largest} bytes, and this one {bytes.Length}", nameof(fact));
        return new(new(-1, Digest.Of(bytes), Instant.Cut(at), signer.KeyId, fact), [.. bytes]);
    }

    /// <summary>Never throws, whatever the bytes. Without the blobs, a fact that lies in one cannot be read.</summary>
    /// <param name="keyOf">The public key of a key id; an entry by a key that is not known is not read.</param>
    /// <param name="blobs">What came with the entry; without it, a fact that lies in a blob cannot be read.</param>
    public static SealedReading Read(ReadOnlySpan<byte> bytes, Func<string, PublicKey?> keyOf, Func<Digest, ImmutableArray<byte>?>? blobs = null)
    {
        var reading = EntryBytes.Read(bytes, -1, brought: blobs);
        if (reading is not EntryReading.Good good)
        {
            var bad = (EntryReading.Bad)reading;
            return new SealedReading.Bad(bad.Fault, bad.Says);
        }

        if (!good.Statement.IsCanonical()) return new SealedReading.Bad(LedgerFault.Damaged, "holds a fact that is not canonical JSON.");
        if (keyOf(good.Envelope.KeyId) is not { } key) return new SealedReading.Bad(LedgerFault.UnknownKey, $"is signed by the key {good.Envelope.KeyId[..12]}, which is not known.");
        if (!good.Envelope.IsBy(key)) return new SealedReading.Bad(LedgerFault.Damaged, $"bears the key {good.Envelope.KeyId[..12]}, and its signature is not of that key.");
        return new SealedReading.Good(new(good.Entry, [.. bytes]));
    }
}

/// <summary>What came from elsewhere at once, and the record of it that stands before it.</summary>
public sealed record Arrival(Fact.Arrived Fact, ImmutableArray<SealedEntry> Entries);
