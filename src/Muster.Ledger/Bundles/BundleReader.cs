using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>Reads a bundle from the front, and ends at the first thing that is not as its manifest says.</summary>
sealed class BundleReader(Stream from)
{
    readonly BoundedLines _lines = new(from, BundleFile.LongestLine, BundleFile.Largest);
    readonly Dictionary<string, PublicKey> _keys = [];
    readonly Dictionary<Digest, ImmutableArray<byte>> _blobs = [];
    readonly Dictionary<Digest, int> _seen = [];

    public BundleReading Read()
    {
        if (_lines.Next() is not { } first) return Whole("The file is empty.");
        ImmutableArray<byte> line = [.. first.Span];
        if (Envelope.Read(first.Span) is not { } envelope) return Bad("The first line is not a signed envelope as Muster writes it.");
        if (BundleManifest.Read(envelope.Payload, out var whyNot) is not { } manifest) return Bad($"The first line is not the manifest of a bundle: {whyNot}.");
        foreach (var pem in manifest.Keys)
            if (PublicKey.FromPem(pem) is not { } key || key.Pem != pem || !_keys.TryAdd(key.KeyId, key)) return Bad("The manifest carries something that is no P-256 public key, or one twice.");
        if (!_keys.TryGetValue(manifest.Ledger, out var exporter) || envelope.KeyId != manifest.Ledger)
            return Forged("The manifest is not signed by the key of the ledger that it speaks of.");
        if (!envelope.IsBy(exporter)) return Forged("The manifest's signature does not hold: it was altered.");
        if (!manifest.Head!.IsBy(exporter)) return Forged("The manifest's checkpoint is not signed by the key of its ledger.");

        foreach (var listed in manifest.Blobs)
            if (Blob(manifest, listed, exporter) is { } bad) return bad;
        var entries = ImmutableArray.CreateBuilder<SealedEntry>(manifest.Entries.Length);
        foreach (var listed in manifest.Entries)
        {
            var (entry, bad) = Entry(manifest, listed);
            if (bad is not null) return bad;
            entries.Add(entry!);
        }

        if (_lines.Next() is { } more) return Extra(manifest, more.Span);
        return _lines.Says.Length > 0 ? Bad($"Something stands behind the last line that the manifest lists. {_lines.Says}") : new BundleReading.Good(
            new(manifest, line, exporter, entries.MoveToImmutable(), _blobs.ToImmutableDictionary(), _keys.ToImmutableDictionary()));
    }

    BundleReading.Bad? Blob(BundleManifest manifest, ListedBlob listed, PublicKey exporter)
    {
        if (_lines.Next() is not { } line) return Whole($"The file ends here; its manifest lists {manifest.Blobs.Length - _blobs.Count} more blobs and {manifest.Entries.Length} entries.");
        if (Envelope.Read(line.Span) is not { } envelope || BlobStatement.Read(envelope.Payload) is not { } blob)
            return Elsewhere(manifest, Digest.Of(line.Span)) ?? Forged($"It is not the blob {listed.Digest.Short} that the manifest lists here: it was altered, or put in.");
        if (blob.Digest != listed.Digest || blob.Bytes.Length != listed.Size)
            return Elsewhere(manifest, blob.Digest) ?? Forged($"It is not the blob {listed.Digest.Short} that the manifest lists here: it was altered, or put in.");
        if (!envelope.IsBy(exporter)) return Forged($"The blob {listed.Digest.Short} is not signed by the manifest's key: it was altered.");
        _blobs.Add(listed.Digest, [.. blob.Bytes]);
        _seen.Add(listed.Digest, _lines.Number);
        return null;
    }

    (SealedEntry? Entry, BundleReading.Bad? Bad) Entry(BundleManifest manifest, ListedEntry listed)
    {
        if (_lines.Next() is not { } line) return (null, Whole($"The file ends here; its manifest lists {manifest.Entries.Count(entry => !_seen.ContainsKey(entry.Id))} more entries."));
        var id = Digest.Of(line.Span);
        if (id != listed.Id)
            return (null, Elsewhere(manifest, id) ?? Forged($"It is not the entry {listed.Index} ({listed.Id.Short}) that the manifest lists here: it was altered, or put in."));
        _seen.Add(id, _lines.Number);
        var reading = SealedEntry.Read(line.Span, key => _keys.GetValueOrDefault(key), digest => _blobs.TryGetValue(digest, out var bytes) ? bytes : null);
        return reading switch
        {
            SealedReading.Good { Entry.Entry.Fact: Fact.Arrived } => (null, Bad("It is the record of an arrival, which speaks of one ledger alone and does not travel.")),
            SealedReading.Good good => (good.Entry with { Entry = good.Entry.Entry with { Index = listed.Index } }, null),
            SealedReading.Bad { Fault: LedgerFault.UnknownFact } newer => (null, Bad("The entry " + newer.Says)),
            SealedReading.Bad bad => (null, Forged("The entry " + bad.Says)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>A line that the manifest lists, and not here.</summary>
    BundleReading.Bad? Elsewhere(BundleManifest manifest, Digest id)
    {
        if (_seen.TryGetValue(id, out var line)) return Bad($"It repeats line {line}.");
        return manifest.Entries.Any(entry => entry.Id == id) || manifest.Blobs.Any(blob => blob.Digest == id)
            ? Bad($"It ({id.Short}) stands before what the manifest lists in its place: lines were left out, or put into another order.") : null;
    }

    BundleReading.Bad Extra(BundleManifest manifest, ReadOnlySpan<byte> line) =>
        Elsewhere(manifest, Digest.Of(line)) ?? Bad("Something stands behind the last line that the manifest lists.");

    BundleReading.Bad Whole(string atEnd) => _lines.Says.Length > 0 ? Bad(_lines.Says) : new(false, _lines.Number, atEnd);

    BundleReading.Bad Bad(string says) => new(false, _lines.Number, says);

    BundleReading.Bad Forged(string says) => new(true, _lines.Number, says);
}
