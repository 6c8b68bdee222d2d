using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What certificates must lead to: this machine's roots, or only those of a PEM file. Intermediates are taken from the server alone, never downloaded.</summary>
sealed class TrustAnchors
{
    const long Most = 4 * 1024 * 1024;
    public static readonly TrustAnchors System = new(Digest.Of("system"u8), null);
    const int MostKept = 64;
    static readonly ConcurrentDictionary<string, (DateTime Written, long Length, TrustAnchors Anchors)> Kept = new(StringComparer.Ordinal);
    readonly X509Certificate2Collection? _roots;

    TrustAnchors(Digest id, X509Certificate2Collection? roots)
    {
        Id = id;
        _roots = roots;
    }

    public Digest Id { get; }

    /// <summary>Null for this machine's own roots, which its updates change.</summary>
    public Digest? Named => _roots is null ? null : Id;

    public static async Task<TrustAnchors> Read(string? path, string folder, CancellationToken cancel)
    {
        if (path is null) return System;
        FolderWall.NoAddress(path);
        var file = new FileInfo(Path.Combine(folder, path));
        if (!file.Exists) throw new Unseen(Blind.NotCapable, $"the file of trusted roots is not there: {path}");
        if (file.Length > Most) throw new Unseen(Blind.TooLarge, $"the file of trusted roots is larger than {Most} bytes: {path}");
        // Read once for each state of the file: parsing roots costs as much as a handshake.
        if (Kept.TryGetValue(file.FullName, out var kept) && kept.Written == file.LastWriteTimeUtc && kept.Length == file.Length) return kept.Anchors;
        var anchors = Of(await File.ReadAllTextAsync(file.FullName, cancel));
        if (Kept.Count >= MostKept) Kept.Clear();
        Kept[file.FullName] = (file.LastWriteTimeUtc, file.Length, anchors);
        return anchors;
    }

    public static TrustAnchors Of(string pem)
    {
        var roots = new X509Certificate2Collection();
        try { roots.ImportFromPem(pem); }
        catch (global::System.Security.Cryptography.CryptographicException unread) { throw new Unseen(Blind.Unreadable, $"trusted roots are not PEM certificates: {unread.Message}"); }
        if (roots.Count == 0) throw new Unseen(Blind.Unreadable, "the file of trusted roots holds no certificate");
        return new(Digest.Of(Encoding.UTF8.GetBytes(pem)), roots);
    }

    /// <summary>Revocation is a question of its own: without a published list the platform can only say "unknown".</summary>
    public X509ChainPolicy Policy(DateTimeOffset? at = null)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (at is { } time) (policy.VerificationTime, policy.VerificationTimeIgnored) = (time.UtcDateTime, false);
        if (_roots is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(_roots);
        return policy;
    }
}
