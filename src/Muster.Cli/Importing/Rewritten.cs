using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Importing;

/// <summary>
/// A ledger has one past. Two manifests that its runner signed must agree on what stands where, and a later one may not be over fewer entries.
/// </summary>
static class Rewritten
{
    /// <summary>Null, or what they disagree on, continuing "the ledger of … was rewritten:".</summary>
    public static string? Between(BundleManifest one, BundleManifest other)
    {
        var (before, after) = one.At <= other.At ? (one, other) : (other, one);
        var (then, now) = (before.Head!, after.Head!);
        if (now.Size < then.Size && after.At > before.At) return $"it had {then.Size} entries at {Instant.Write(before.At)}, and {now.Size} at {Instant.Write(after.At)}";
        if (now.Size == then.Size && !now.Root.AsSpan().SequenceEqual(then.Root)) return $"its {then.Size} entries had another root at {Instant.Write(before.At)}";
        var known = before.Entries.ToDictionary(entry => entry.Index, entry => entry.Id);
        foreach (var entry in after.Entries)
            if (known.TryGetValue(entry.Index, out var id) && id != entry.Id)
                return $"its entry {entry.Index} was {id.Short} at {Instant.Write(before.At)}, and is {entry.Id.Short} at {Instant.Write(after.At)}";
        return null;
    }

    /// <summary>The same against this ledger itself, when a bundle bears its own runner's key.</summary>
    public static string? Against(IReadOnlyList<Digest> own, BundleManifest manifest)
    {
        if (manifest.Head!.Size > own.Count) return $"it had {manifest.Head.Size} entries at {Instant.Write(manifest.At)}, and here are {own.Count}";
        foreach (var entry in manifest.Entries)
            if (own[(int)entry.Index] != entry.Id) return $"its entry {entry.Index} was {entry.Id.Short} at {Instant.Write(manifest.At)}, and is {own[(int)entry.Index].Short} here";
        return null;
    }
}
