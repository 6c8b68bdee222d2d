using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A certificate revocation list (RFC 5280, 5), its signature verified.</summary>
/// <param name="Serials">Of the revoked certificates, in lower-case hex as certificates show theirs.</param>
sealed record RevocationList(DateTimeOffset From, DateTimeOffset? Until, IReadOnlySet<string> Serials)
{
    const long Most = 16 * 1024 * 1024;

    public static async Task<RevocationList> Read(string path, string name, X509Certificate2 issuer, CancellationToken cancel)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > Most) throw new Unseen(Blind.NotCapable, $"the list of revoked certificates is not there, or is larger than {Most} bytes: {name}");
        var bytes = await File.ReadAllBytesAsync(path, cancel);
        try { return Of(bytes.AsSpan().StartsWith("-----"u8) ? PemDer(Encoding.ASCII.GetString(bytes)) : bytes, issuer); }
        catch (Exception unread) when (unread is AsnContentException or FormatException or ArgumentException or CryptographicException) { throw new Unseen(Blind.Unreadable, $"{name} is no list of revoked certificates: {unread.Message}", unread); }
    }

    /// <exception cref="Unseen">It is not signed by this authority.</exception>
    public static RevocationList Of(ReadOnlyMemory<byte> der, X509Certificate2 issuer)
    {
        var whole = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var signed = whole.PeekEncodedValue();
        var list = whole.ReadSequence();
        var algorithm = whole.ReadSequence().ReadObjectIdentifier();
        var signature = whole.ReadBitString(out _);
        if (!IsSigned(signed.Span, algorithm, signature, issuer)) throw new Unseen(Blind.Unreadable, "the list of revoked certificates is not signed by the authority that was named");
        if (list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) list.ReadInteger(); // The version.
        list.ReadSequence(); // The algorithm again.
        if (!list.ReadEncodedValue().Span.SequenceEqual(issuer.SubjectName.RawData)) throw new Unseen(Blind.Unreadable, "the list of revoked certificates is of another authority than the one that was named");
        var from = Time(list);
        DateTimeOffset? until = list.HasData && IsTime(list.PeekTag()) ? Time(list) : null;
        var serials = new HashSet<string>(StringComparer.Ordinal);
        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            for (var entries = list.ReadSequence(); entries.HasData;) serials.Add(Hex(entries.ReadSequence().ReadInteger()));
        return new(from, until, serials);
    }

    static bool IsSigned(ReadOnlySpan<byte> bytes, string algorithm, byte[] signature, X509Certificate2 issuer)
    {
        var hash = algorithm switch
        {
            "1.2.840.10045.4.3.2" or "1.2.840.113549.1.1.11" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" or "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" or "1.2.840.113549.1.1.13" => HashAlgorithmName.SHA512,
            _ => throw new Unseen(Blind.Unreadable, $"the list of revoked certificates is signed in a way that is not trusted here: {algorithm}"),
        };
        using var ec = issuer.GetECDsaPublicKey();
        if (ec is not null) return ec.VerifyData(bytes, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
        using var rsa = issuer.GetRSAPublicKey();
        return rsa is not null && rsa.VerifyData(bytes, signature, hash, RSASignaturePadding.Pkcs1);
    }

    static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(new(UniversalTagNumber.UtcTime)) || tag.HasSameClassAndValue(new(UniversalTagNumber.GeneralizedTime));

    static DateTimeOffset Time(AsnReader reader) => reader.PeekTag().HasSameClassAndValue(new(UniversalTagNumber.UtcTime)) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    /// <summary>As <see cref="X509Certificate2.SerialNumber"/> writes it.</summary>
    static string Hex(BigInteger serial) => Convert.ToHexStringLower(serial.ToByteArray(isBigEndian: true));

    static byte[] PemDer(string pem)
    {
        var found = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[found.Base64Data]);
    }
}
