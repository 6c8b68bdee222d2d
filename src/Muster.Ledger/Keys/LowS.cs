using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Muster.Ledger;

/// <summary>
/// ECDSA P-256 over SHA-256 with exactly one spelling of each signature: ASN.1 DER, and the lower of the two values s and n−s that verify alike.
/// Without that rule a signature could be changed by anyone and still verify.
/// </summary>
static class LowS
{
    static readonly BigInteger Order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);
    static readonly BigInteger HalfOrder = Order / 2;

    public static byte[] Sign(ECDsa key, ReadOnlySpan<byte> message)
    {
        return Spelt(key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }

    /// <summary>Our one spelling of a signature, from r and s of 32 bytes each.</summary>
    public static byte[] Spelt(ReadOnlySpan<byte> fixedForm)
    {
        var r = new BigInteger(fixedForm[..32], isUnsigned: true, isBigEndian: true);
        var s = new BigInteger(fixedForm[32..], isUnsigned: true, isBigEndian: true);
        return Encode(r, s > HalfOrder ? Order - s : s);
    }

    /// <summary>Strict: only the one spelling that <see cref="Sign"/> writes is true.</summary>
    public static bool Verify(ECDsa key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length is < 8 or > 72) return false;
        BigInteger r, s;
        try
        {
            var sequence = new AsnReader(signature.ToArray(), AsnEncodingRules.DER).ReadSequence();
            r = sequence.ReadInteger();
            s = sequence.ReadInteger();
        }
        catch (AsnContentException)
        {
            return false; // not DER at all
        }

        if (r.Sign <= 0 || s.Sign <= 0 || r >= Order || s > HalfOrder || !Encode(r, s).AsSpan().SequenceEqual(signature)) return false;
        return key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    static byte[] Encode(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }
}
