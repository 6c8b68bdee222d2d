using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What tells one certificate from the next: itself, its serial number, its key and its time.</summary>
sealed record ServedLeaf(string Sha256, string Serial, string Key, DateTimeOffset From, DateTimeOffset Until, bool Trusted)
{
    public static ServedLeaf Of(X509Certificate2 leaf, bool trusted) => new(Digest.Of(leaf.RawDataMemory.Span).ToString(), leaf.SerialNumber.ToLowerInvariant(), Digest.Of(leaf.PublicKey.ExportSubjectPublicKeyInfo()).ToString(),
        Instant.Cut(leaf.NotBefore.ToUniversalTime()), Instant.Cut(leaf.NotAfter.ToUniversalTime()), trusted);

    public Value.Fields Seen => Value.Of(("sha256", Sha256), ("serial", Serial), ("key", Key), ("not_before", Instant.Write(From)), ("not_after", Instant.Write(Until)));

    public static ServedLeaf? Read(Value? seen) =>
        seen.Text("sha256") is { } digest && seen.Text("serial") is { } serial && seen.Text("key") is { } key && Instant.TryRead(seen.Text("not_before") ?? "", out var from) && Instant.TryRead(seen.Text("not_after") ?? "", out var until)
            ? new(digest, serial, key, from, until, true) : null;
}
