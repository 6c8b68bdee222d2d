using System.Collections.Immutable;
using System.Text.Json;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>What is judged: the digest over its artifacts' digests, or the document's own when it has no release.</summary>
/// <param name="Digest">SHA-256 of the canonical JSON map from artifact name to digest.</param>
/// <param name="Artifacts">Empty when only the digest is known, or when it is the document's.</param>
sealed record Release(Digest Digest, ImmutableSortedDictionary<string, Digest> Artifacts)
{
    const int LargestManifest = 1 << 20;

    /// <exception cref="Refusal">The manifest is not there, or is not one.</exception>
    public static Release Of(Workspace workspace, Host host, string? named)
    {
        if (named is not null && Readiness.Digest.TryParse(named, out var digest)) return new(digest, ImmutableSortedDictionary<string, Digest>.Empty);
        if (named?.StartsWith("sha256:", StringComparison.Ordinal) == true) throw Refusal.Usage($"--release {named}: not a digest", "sha256: and 64 hexadecimal digits, or a manifest file");
        if (named is not null) return FromManifest(Path.GetFullPath(named, host.Folder), named);
        return workspace.Document.Release switch
        {
            { Manifest: { } manifest } => FromManifest(Path.Combine(workspace.Folder, manifest), manifest),
            { Artifacts: { IsEmpty: false } artifacts } => From(artifacts),
            _ => new(workspace.Document.Digest, ImmutableSortedDictionary<string, Digest>.Empty),
        };
    }

    static Release From(ImmutableSortedDictionary<string, Digest> artifacts) => new(Readiness.Digest.Of(Map(artifacts)), artifacts);

    static Value.Fields Map(ImmutableSortedDictionary<string, Digest> artifacts) => new(artifacts.Select(artifact => KeyValuePair.Create(artifact.Key, (Value)artifact.Value)));

    /// <summary>The bytes whose digest is the release's; null when only the digest is known. Kept beside the ledger, they tell later which artifacts a release was.</summary>
    public byte[]? Bytes => Artifacts.IsEmpty ? null : CanonicalJson.Bytes(Map(Artifacts));

    /// <summary>The artifacts of a release from the bytes that were kept of it; null if they are none.</summary>
    public static ImmutableSortedDictionary<string, Digest>? ArtifactsOf(ReadOnlySpan<byte> kept)
    {
        try
        {
            if (Value.Parse(kept) is not Value.Fields fields) return null;
            var named = fields.Select(field => (field.Key, Digest: field.Value is Value.Text { Is: var text } && Readiness.Digest.TryParse(text, out var digest) ? digest : (Digest?)null)).ToList();
            return named.TrueForAll(one => one.Digest is not null) ? named.ToImmutableSortedDictionary(one => one.Key, one => one.Digest!.Value, StringComparer.Ordinal) : null;
        }
        catch (JsonException)
        {
            return null; // a digest of something else
        }
    }

    /// <summary>A manifest is JSON with a map <c>artifacts</c> (or <c>images</c>) from name to digest, or to a map with a <c>digest</c>.</summary>
    static Release FromManifest(string path, string named)
    {
        try
        {
            if (!File.Exists(path)) throw Refusal.Usage($"the release manifest {named} is not there", "build it, or name a release: --release FILE|DIGEST");
            if (new FileInfo(path).Length > LargestManifest) throw Refusal.Usage($"{named} is larger than a release manifest may be (1 MiB)");
            var root = Value.Parse(File.ReadAllBytes(path)) as Value.Fields;
            if ((root?["artifacts"] ?? root?["images"]) is not Value.Fields { Count: > 0 } artifacts)
                throw Refusal.Usage($"{named} names no artifacts", "it needs a map `artifacts` from name to sha256:… digest");
            var found = ImmutableSortedDictionary.CreateBuilder<string, Digest>(StringComparer.Ordinal);
            foreach (var (name, value) in artifacts)
            {
                var text = value is Value.Text plain ? plain.Is : ((value as Value.Fields)?["digest"] as Value.Text)?.Is;
                if (!Readiness.Digest.TryParse(text, out var digest)) throw Refusal.Usage($"{named}: artifacts.{name} is not a sha256:… digest", "a tag can move; write the digest");
                found.Add(name, digest);
            }

            return From(found.ToImmutable());
        }
        catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException)
        {
            throw Refusal.Usage($"the release manifest {named} cannot be read: {cannot.Message}", "name a file that this user may read");
        }
        catch (JsonException broken)
        {
            throw Refusal.Usage($"{named} is not JSON: {broken.Message}", "a release manifest is { \"artifacts\": { \"NAME\": \"sha256:…\" } }");
        }
    }
}
