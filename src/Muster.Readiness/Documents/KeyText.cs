using System.Security.Cryptography;
using System.Text;

namespace Muster.Readiness;

/// <summary>
/// A public key as people have it in a file: a PEM <c>PUBLIC KEY</c>, or a line as OpenSSH writes it, <c>ecdsa-sha2-nistp256 AAAA… comment</c>. On the curve P-256, and nothing else:
/// one kind of signature in the ledger is one way to check it.
/// </summary>
public static class KeyText
{
    public const int Largest = 16 * 1024;

    const string P256 = "1.2.840.10045.3.1.7";
    const string Ssh = "ecdsa-sha2-nistp256";
    const int Point = 65;

    /// <summary>What the SubjectPublicKeyInfo of every uncompressed P-256 point begins with; the 64 bytes of the point follow.</summary>
    static ReadOnlySpan<byte> SpkiStart => [0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04];

    /// <summary>Never throws. Null is no key that Muster can use.</summary>
    public static byte[]? SubjectPublicKeyInfo(string text) => text.Length > Largest ? null : PemSpki(text) ?? SshSpki(text);

    /// <summary>Lower-case hex SHA-256 of the SubjectPublicKeyInfo, or null.</summary>
    public static string? KeyId(string text) => SubjectPublicKeyInfo(text) is { } spki ? Convert.ToHexStringLower(SHA256.HashData(spki)) : null;

    /// <summary>What is wrong with a text that holds no usable key, and what to do about it.</summary>
    public static (string Says, string Fix) WhyNot(string text)
    {
        const string another = "Make one with: ssh-keygen -t ecdsa -b 256; or with: muster key new.";
        if (text.Contains("PRIVATE KEY", StringComparison.Ordinal)) return ("holds a private key, which belongs in no document", "Name the file of its public half; and if this one was ever shared, use another key.");
        return Type(text) switch
        {
            Ssh => ("holds an SSH key that is damaged", "Copy the whole line of the .pub file."),
            { } hardware when hardware.StartsWith("sk-", StringComparison.Ordinal) => ($"holds a key of a security token ({hardware}), which does not sign a text as it stands", another),
            { } other => ($"holds an SSH key of the type {other}; only {Ssh} can sign here", another),
            null => ("holds no public key on the curve P-256", "Write one with: muster key new."),
        };
    }

    /// <summary>The SubjectPublicKeyInfo of a key blob as the SSH protocols write it; null if it is none on P-256.</summary>
    public static byte[]? OfSshBlob(ReadOnlySpan<byte> blob)
    {
        if (!Field(ref blob, out var type) || !type.SequenceEqual("ecdsa-sha2-nistp256"u8)) return null;
        if (!Field(ref blob, out var curve) || !curve.SequenceEqual("nistp256"u8)) return null;
        return Field(ref blob, out var point) && blob.IsEmpty && point.Length == Point && point[0] == 4 ? Known([.. SpkiStart, .. point[1..]]) : null;
    }

    /// <summary>The same blob of a SubjectPublicKeyInfo, for asking an agent.</summary>
    public static byte[] SshBlob(ReadOnlySpan<byte> spki) =>
        [.. Written("ecdsa-sha2-nistp256"u8), .. Written("nistp256"u8), .. Written([4, .. spki[SpkiStart.Length..]])];

    static byte[] Written(ReadOnlySpan<byte> field) => [0, 0, (byte)(field.Length >> 8), (byte)field.Length, .. field];

    static byte[]? PemSpki(string text)
    {
        if (!PemEncoding.TryFind(text, out var found) || text[found.Label] != "PUBLIC KEY") return null;
        try
        {
            return Known(Convert.FromBase64String(text[found.Base64Data]));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    static byte[]? SshSpki(string text)
    {
        if (Type(text) != Ssh) return null;
        var words = text.Split((char[])[' ', '\t', '\r', '\n'], 3, StringSplitOptions.RemoveEmptyEntries);
        var blob = new byte[words.Length < 2 ? 0 : words[1].Length];
        return words.Length >= 2 && OneLine(text) && Convert.TryFromBase64String(words[1], blob, out var length) ? OfSshBlob(blob.AsSpan(0, length)) : null;
    }

    // A file of several keys is an authorized_keys file: which of them was meant, nobody can say.
    static bool OneLine(string text) => text.AsSpan().Trim().IndexOf('\n') < 0;

    static string? Type(string text)
    {
        var word = Encoding.ASCII.GetString(Encoding.ASCII.GetBytes(text.TrimStart().Split((char[])[' ', '\t', '\r', '\n'], 2)[0]));
        return word.Length <= 64 && (word.StartsWith("ssh-", StringComparison.Ordinal) || word.StartsWith("ecdsa-sha2-", StringComparison.Ordinal) || word.StartsWith("sk-", StringComparison.Ordinal)) ? word : null;
    }

    /// <summary>Null if the point is not on the curve, or the curve another.</summary>
    static byte[]? Known(byte[] spki)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(spki, out _);
            return key.ExportParameters(false).Curve.Oid.Value == P256 ? key.ExportSubjectPublicKeyInfo() : null;
        }
        catch (Exception error) when (error is CryptographicException or PlatformNotSupportedException) // a curve that nobody has heard of
        {
            return null;
        }
    }

    static bool Field(ref ReadOnlySpan<byte> from, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (from.Length < 4) return false;
        var length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(from);
        if (length > from.Length - 4) return false;
        field = from.Slice(4, (int)length);
        from = from[(4 + (int)length)..];
        return true;
    }
}
