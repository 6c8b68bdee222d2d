using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Ledger;

/// <summary>A P-256 public key, known by the lower-case hex SHA-256 of its SubjectPublicKeyInfo.</summary>
public sealed class PublicKey
{
    /// <summary>What the SubjectPublicKeyInfo of every uncompressed P-256 point begins with; the 64 bytes of the point follow.</summary>
    static readonly byte[] SpkiStart = Convert.FromHexString("3059301306072a8648ce3d020106082a8648ce3d03010703420004");

    readonly ECDsa _key;
    readonly byte[] _spki;

    PublicKey(ECDsa key, byte[] spki)
    {
        _key = key;
        _spki = spki;
        KeyId = Convert.ToHexStringLower(SHA256.HashData(spki));
    }

    /// <summary>64 lower-case hex digits; what <c>Person.KeyId</c> holds.</summary>
    public string KeyId { get; }

    /// <summary>For people: the key id in groups of four digits, the first 32 of them.</summary>
    public string Fingerprint => string.Join(' ', KeyId[..32].Chunk(4).Select(group => new string(group)));

    public ReadOnlySpan<byte> SubjectPublicKeyInfo => _spki;

    public string Pem => PemEncoding.WriteString("PUBLIC KEY", _spki) + "\n";

    /// <summary>True for our one spelling of a signature by this key; see docs/formats/ledger.md.</summary>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        lock (_key) return LowS.Verify(_key, message, signature);
    }

    /// <summary>For signatures that are not ours: any DER, or r and s of 32 bytes each.</summary>
    internal bool VerifiesLeniently(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        lock (_key)
        {
            return _key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
                || _key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }

    internal static PublicKey Of(ECDsa key) => FromSpki(key.ExportSubjectPublicKeyInfo()) ?? throw new ArgumentException("not a P-256 key");

    /// <summary>Null unless the bytes are exactly the SubjectPublicKeyInfo of a P-256 key as we would write it.</summary>
    public static PublicKey? FromSpki(ReadOnlySpan<byte> spki)
    {
        if (spki.Length != SpkiStart.Length + 64 || !spki.StartsWith(SpkiStart)) return null;
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out _);
            return new(key, spki.ToArray());
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null; // the point is not on the curve
        }
    }

    /// <summary>Null unless the text holds one PEM "PUBLIC KEY" of a P-256 key.</summary>
    public static PublicKey? FromPem(string pem) => pem.Contains("-----BEGIN", StringComparison.Ordinal) ? FromText(pem) : null;

    /// <summary>Null unless the text is a public key file of a P-256 key: PEM, or a line as OpenSSH writes it. <see cref="KeyText.WhyNot"/> says what it is instead.</summary>
    public static PublicKey? FromText(string text) => KeyText.SubjectPublicKeyInfo(text) is { } spki ? FromSpki(spki) : null;
}
