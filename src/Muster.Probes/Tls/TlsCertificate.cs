using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A certificate's own words.</summary>
static class TlsCertificate
{
    const int MostNames = 200;
    const int MostKept = 256;
    static readonly ConcurrentDictionary<Digest, Value.Fields> Kept = new();

    /// <summary>The same bytes always say the same, so that they are read once.</summary>
    public static Value.Fields Fields(Digest digest, X509Certificate2 leaf)
    {
        if (Kept.TryGetValue(digest, out var kept)) return kept;
        if (Kept.Count >= MostKept) Kept.Clear();
        return Kept[digest] = Read(leaf);
    }

    static Value.Fields Read(X509Certificate2 leaf)
    {
        var (algorithm, bits) = Key(leaf);
        var fields = Value.Of(
            ("not_before", new DateTimeOffset(leaf.NotBefore.ToUniversalTime())), ("not_after", new DateTimeOffset(leaf.NotAfter.ToUniversalTime())),
            ("subject", leaf.Subject), ("issuer", leaf.Issuer), ("serial", leaf.SerialNumber.ToLowerInvariant()),
            ("key_algorithm", algorithm), ("signature_algorithm", Signature(leaf)));
        if (bits is { } known) fields = fields.With("key_bits", known);
        var names = Names(leaf);
        return names.Length <= MostNames ? fields.With("names", Value.Texts(names)) : fields;
    }

    static string[] Names(X509Certificate2 leaf)
    {
        if (leaf.Extensions["2.5.29.17"] is not { } raw) return [];
        try
        {
            var names = new X509SubjectAlternativeNameExtension(raw.RawData);
            return [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())];
        }
        catch (CryptographicException) { return []; } // Not a list of names, then it names nothing; the host name does not match either.
    }

    static (string Algorithm, int? Bits) Key(X509Certificate2 leaf)
    {
        try
        {
            using var ec = leaf.GetECDsaPublicKey();
            if (ec is not null) return ("ECDSA", ec.KeySize);
            using var rsa = leaf.GetRSAPublicKey();
            if (rsa is not null) return ("RSA", rsa.KeySize);
        }
        catch (CryptographicException) { return (leaf.GetKeyAlgorithm(), null); } // A key that this machine cannot read has no size that was seen.

        return (leaf.PublicKey.Oid.FriendlyName ?? leaf.GetKeyAlgorithm(), null);
    }

    /// <summary>The platform names what it knows ("sha256RSA", "sha256ECDSA"); else the number.</summary>
    static string Signature(X509Certificate2 leaf) => leaf.SignatureAlgorithm.FriendlyName is { Length: > 0 } name ? name : leaf.SignatureAlgorithm.Value ?? "";
}
