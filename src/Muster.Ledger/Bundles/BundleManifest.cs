using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>An entry that a bundle carries: its place in the ledger that it comes from, and its id.</summary>
public readonly record struct ListedEntry(long Index, Digest Id);

/// <summary>Bytes that a bundle carries because an entry of it names them.</summary>
public readonly record struct ListedBlob(Digest Digest, long Size);

/// <summary>
/// What a bundle's first line says, signed by the runner whose ledger it comes from: everything that follows, in its order, so that nothing can be left out, added or put elsewhere on the way.
/// </summary>
public sealed record BundleManifest
{
    public const string PredicateType = "urn:muster:bundle:v1";

    /// <summary>Entries, and blobs.</summary>
    public const int MostEntries = 100_000;

    public const int MostBlobs = 10_000;
    const int MostKeys = 1_000;

    /// <summary>Key id of the runner whose ledger it is.</summary>
    public required string Ledger { get; init; }

    /// <summary>That ledger's head when it was exported: a signed note. Whoever keeps it can hold the ledger to it.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>What was asked for, in words of the command: nobody shall take a part for the whole.</summary>
    public required Value.Fields Selected { get; init; }

    public required ImmutableArray<ListedBlob> Blobs { get; init; }
    public required ImmutableArray<ListedEntry> Entries { get; init; }

    /// <summary>The public keys (PEM) of everybody who signed an entry, and of the runner.</summary>
    public required ImmutableArray<string> Keys { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The statement's payload. Its subject is the root of the ledger that the checkpoint is over.</summary>
    public byte[] Bytes() => CanonicalJson.Bytes(Value.Of(
        ("_type", "https://in-toto.io/Statement/v1"), ("predicateType", PredicateType),
        ("subject", Value.List([Value.Of(("name", "ledger"), ("digest", Value.Of(("sha256", Convert.ToHexStringLower(Muster.Ledger.Checkpoint.Read(Encoding.UTF8.GetBytes(Checkpoint))?.Root ?? [])))))])),
        ("predicate", Value.Of(
            ("at", At), ("checkpoint", Checkpoint), ("keys", Value.Texts(Keys)), ("ledger", Ledger), ("selected", Selected),
            ("blobs", Value.List(Blobs.Select(blob => (Value)Value.Of(("digest", blob.Digest), ("size", blob.Size))))),
            ("entries", Value.List(Entries.Select(entry => (Value)Value.Of(("id", entry.Id), ("index", entry.Index)))))))));

    /// <summary>Null with the reason unless the payload is exactly what <see cref="Bytes"/> writes and makes sense by itself. Never throws.</summary>
    public static BundleManifest? Read(ReadOnlySpan<byte> payload, out string whyNot)
    {
        whyNot = "";
        try
        {
            if (Value.Parse(payload, 16) is not Value.Fields statement || statement["predicateType"] is not Value.Text type) whyNot = "it holds no statement";
            else if (type.Is != PredicateType) whyNot = $"it says \"{(type.Is.Length > 80 ? type.Is[..80] : type.Is)}\" where {PredicateType} is expected";
            else if (From(statement["predicate"] as Value.Fields) is not { } read) whyNot = "a part of it is missing, of the wrong shape, or more than a bundle may hold";
            else if (read.Unsound() is { } unsound) whyNot = unsound;
            else if (!read.Bytes().AsSpan().SequenceEqual(payload)) whyNot = "its bytes are not those that Muster writes";
            else return read;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            whyNot = "it is not JSON as Muster writes it: " + error.Message.Split('\n')[0];
        }

        return null;
    }

    static BundleManifest? From(Value.Fields? fields)
    {
        if (fields is null || fields["ledger"] is not Value.Text ledger || fields["checkpoint"] is not Value.Text checkpoint || fields["selected"] is not Value.Fields selected
            || fields["at"] is not Value.Text time || !Instant.TryRead(time.Is, out var at)
            || fields["keys"] is not Value.Items { Are.Length: <= MostKeys } keys || fields["blobs"] is not Value.Items { Are.Length: <= MostBlobs } blobs
            || fields["entries"] is not Value.Items { Are.Length: <= MostEntries } entries) return null;
        if (!keys.Are.All(key => key is Value.Text)) return null;
        var listedBlobs = ImmutableArray.CreateBuilder<ListedBlob>(blobs.Are.Length);
        foreach (var one in blobs.Are)
        {
            if (one is not Value.Fields blob || !Digest.TryParse((blob["digest"] as Value.Text)?.Is, out var digest) || Whole(blob["size"]) is not { } size) return null;
            listedBlobs.Add(new(digest, size));
        }

        var listed = ImmutableArray.CreateBuilder<ListedEntry>(entries.Are.Length);
        foreach (var one in entries.Are)
        {
            if (one is not Value.Fields entry || !Digest.TryParse((entry["id"] as Value.Text)?.Is, out var id) || Whole(entry["index"]) is not { } index) return null;
            listed.Add(new(index, id));
        }

        return new()
        {
            Ledger = ledger.Is, Checkpoint = checkpoint.Is, Selected = selected, Blobs = listedBlobs.DrainToImmutable(), Entries = listed.DrainToImmutable(),
            Keys = [.. keys.Are.Select(key => ((Value.Text)key).Is)], At = at,
        };
    }

    string? Unsound()
    {
        if (Head is not { } head) return "its checkpoint is not one as Muster writes it";
        if (Entries.Select(entry => entry.Id).Distinct().Count() != Entries.Length) return "it lists an entry twice";
        if (Blobs.Select(blob => blob.Digest).Distinct().Count() != Blobs.Length) return "it lists a blob twice";
        for (var i = 0; i < Entries.Length; i++)
            if (Entries[i].Index >= head.Size || i > 0 && Entries[i].Index <= Entries[i - 1].Index) return "its entries are not in the order of a ledger of that size";
        return Blobs.Any(blob => blob.Size > BundleFile.LargestBlob) ? "it lists a blob that is too large to travel" : null;
    }

    /// <summary>The checkpoint, read.</summary>
    public Checkpoint? Head => Muster.Ledger.Checkpoint.Read(Encoding.UTF8.GetBytes(Checkpoint));

    static long? Whole(Value? value) => value is Value.Number { Is: >= 0 and <= 9007199254740992d } number && number.Is == Math.Floor(number.Is) ? (long)number.Is : null;
}
