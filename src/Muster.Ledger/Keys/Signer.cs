using System.Security.Cryptography;

namespace Muster.Ledger;

/// <summary>A private key that can sign; the key itself never leaves it.</summary>
public sealed class Signer : IDisposable
{
    readonly ECDsa _key;

    Signer(ECDsa key)
    {
        _key = key;
        Public = PublicKey.Of(key);
    }

    public PublicKey Public { get; }

    public string KeyId => Public.KeyId;

    /// <summary>ASN.1 DER with the lower s.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        lock (_key) return LowS.Sign(_key, message);
    }

    /// <summary>A fresh P-256 key.</summary>
    public static Signer Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Null unless the key is P-256.</summary>
    internal static Signer? Over(ECDsa key)
    {
        if (key.KeySize == 256 && key.ExportParameters(false).Curve.Oid.Value == "1.2.840.10045.3.1.7") return new(key);
        key.Dispose();
        return null;
    }

    internal string Pem() => _key.ExportPkcs8PrivateKeyPem() + "\n";

    internal string EncryptedPem(string passphrase) => _key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, KeyFolder.Iterations)) + "\n";

    public void Dispose() => _key.Dispose();
}
