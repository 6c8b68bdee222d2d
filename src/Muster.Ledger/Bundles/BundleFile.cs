using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>
/// Entries of one ledger as a file for another: JSON lines, each a signed envelope around an in-toto statement. The manifest first, then the blobs, then the entries byte for byte as they were signed.
/// See docs/formats/bundle.md.
/// </summary>
public static class BundleFile
{
    /// <summary>256 MiB.</summary>
    public const long Largest = 256L * 1024 * 1024;

    /// <summary>16 MiB: a manifest that lists as much as it may, or the largest blob, base64 twice.</summary>
    public const int LongestLine = 16 * 1024 * 1024;

    /// <summary>8 MiB, as the largest document.</summary>
    public const int LargestBlob = 8 * 1024 * 1024;

    /// <summary>Writes the entries with the blobs that they name.</summary>
    /// <param name="selected">What was asked for, in words of the command.</param>
    /// <param name="known">Keys of signers, from the document; those in the ledger's folder and those that arrived are known anyway.</param>
    public static BundleWriting Write(Stream to, LedgerFolder ledger, IReadOnlyList<SealedEntry> entries, Value.Fields selected, IEnumerable<PublicKey> known, DateTimeOffset at)
    {
        if (ledger.Runner is not { } runner || ledger.Head is not { } head) return No(LedgerFault.Missing, "The ledger is empty, or open for reading only.", "Look first: muster check.");
        if (entries.Count > BundleManifest.MostEntries) return No(LedgerFault.TooLarge, $"{entries.Count} entries are more than a bundle holds ({BundleManifest.MostEntries}).", "Select fewer: --gate, --since, --only.");
        var keys = known.Concat(ledger.Keys.List().Keys.Select(key => key.Key)).Append(runner.Public).DistinctBy(key => key.KeyId).ToDictionary(key => key.KeyId);
        var signers = entries.Select(entry => entry.Entry.Signer).Append(runner.KeyId).Distinct().ToList();
        if (signers.Find(id => !keys.ContainsKey(id)) is { } unknown) return No(LedgerFault.UnknownKey, $"The public key {unknown[..12]} of a signer is not known here.", "Publish it in the document, or leave that entry out.");
        var blobs = new List<(ListedBlob Listed, ImmutableArray<byte> Bytes)>();
        foreach (var digest in entries.SelectMany(Named).Distinct())
        {
            if (ledger.Blobs.Get(digest) is not BlobReading.Found { Bytes: var bytes }) return No(LedgerFault.Missing, $"The blob {digest.Short}, which an entry names, is missing or damaged.", "Run: muster ledger verify; then restore it from a copy.");
            if (bytes.Length > LargestBlob) return No(LedgerFault.TooLarge, $"The blob {digest.Short} has {bytes.Length} bytes; one of at most {LargestBlob} travels.", "Leave the entry that names it out.");
            blobs.Add((new(digest, bytes.Length), bytes));
        }

        var manifest = new BundleManifest
        {
            Ledger = runner.KeyId, Checkpoint = System.Text.Encoding.UTF8.GetString(head.Note), Selected = selected, At = Instant.Cut(at),
            Blobs = [.. blobs.Select(blob => blob.Listed)], Entries = [.. entries.Select(entry => new ListedEntry(entry.Entry.Index, entry.Entry.Id))],
            Keys = [.. signers.Order(StringComparer.Ordinal).Select(id => keys[id].Pem)],
        };
        if (blobs.Count > BundleManifest.MostBlobs || blobs.Sum(blob => 2 * blob.Listed.Size) + entries.Sum(entry => (long)entry.Bytes.Length) + 200L * entries.Count > Largest)
            return No(LedgerFault.TooLarge, "It would be larger than a bundle may be (256 MiB).", "Select less: --gate, --since, --only.");
        var written = 0L;
        Line(Envelope.Seal(manifest.Bytes(), runner).Bytes());
        foreach (var (listed, bytes) in blobs) Line(Envelope.Seal(BlobStatement.Of(listed.Digest, bytes.AsSpan()), runner).Bytes());
        foreach (var entry in entries) Line(entry.Bytes.AsSpan());
        return new BundleWriting.Written(manifest, written);

        void Line(ReadOnlySpan<byte> line)
        {
            to.Write(line);
            to.Write("\n"u8);
            written += line.Length + 1;
        }
    }

    /// <summary>Takes a bundle apart and holds every line against its manifest and its signature. Never throws but for the stream's own faults.</summary>
    public static BundleReading Read(Stream from) => new BundleReader(from).Read();

    /// <summary>The manifest of a bundle that was taken in before, from the bytes that were kept; null if they are none.</summary>
    public static BundleManifest? Manifest(ReadOnlySpan<byte> line) => Envelope.Read(line) is { } envelope ? BundleManifest.Read(envelope.Payload, out _) : null;

    /// <summary>The blobs without which an entry says nothing.</summary>
    public static IEnumerable<Digest> Named(SealedEntry entry)
    {
        if (entry.Entry.Fact is Fact.Decided decided) return [decided.Document, decided.Statement];
        return Envelope.Read(entry.Bytes.AsSpan()) is { } envelope && EntryStatement.Read(envelope.Payload)?.InBlob is { } spilled ? [spilled] : [];
    }

    static BundleWriting.NotWritten No(LedgerFault fault, string says, string fix) => new(new(fault, "bundle", says, fix));
}
