using System.Security.Cryptography;

namespace Muster.Ledger;

/// <summary>A private key that can sign; the key itself never leaves it, and may never have come here.</summary>
public sealed class Signer : IDisposable
{
    readonly ECDsa? _key;
    readonly Func<ReadOnlyMemory<byte>, byte[]>? _elsewhere;

    Signer(ECDsa key)
    {
        _key = key;
        Public = PublicKey.Of(key);
    }

    Signer(PublicKey key, Func<ReadOnlyMemory<byte>, byte[]> elsewhere) => (Public, _elsewhere) = (key, elsewhere);

    public PublicKey Public { get; }

    public string KeyId => Public.KeyId;

    /// <summary>ASN.1 DER with the lower s.</summary>
    /// <exception cref="LedgerException">Whoever holds the key gave a signature that is not of it.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        if (_key is not null) lock (_key) return LowS.Sign(_key, message);
        var answered = _elsewhere!(message.ToArray());
        if (answered.Length == 64 && LowS.Spelt(answered) is var signature && Public.Verifies(message, signature)) return signature;
        throw new LedgerException(new(LedgerFault.BadKey, $"the key {KeyId[..12]}", "Whoever holds it gave a signature that is not of this key.", "Ask the agent: ssh-add -l; or sign with the key's file."));
    }

    /// <summary>A key that another program holds, as an SSH agent does; the delegate gives r and s of 32 bytes each over SHA-256 of the message.</summary>
    public static Signer Elsewhere(PublicKey key, Func<ReadOnlyMemory<byte>, byte[]> elsewhere) => new(key, elsewhere);

    /// <summary>A fresh P-256 key.</summary>
    public static Signer Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Null unless the key is P-256.</summary>
    internal static Signer? Over(ECDsa key)
    {
        if (key.KeySize == 256 && key.ExportParameters(false).Curve.Oid.Value == "1.2.840.10045.3.1.7") return new(key);
        key.Dispose();
        return null;
    }

    internal string Pem() => _key!.ExportPkcs8PrivateKeyPem() + "\n";

    internal string EncryptedPem(string passphrase) => _key!.ExportEncryptedPkcs8PrivateKeyPem(passphrase, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, KeyFolder.Iterations)) + "\n";

    public void Dispose() => _key?.Dispose();
}
