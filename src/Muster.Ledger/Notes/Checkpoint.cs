using System.Globalization;
using System.Text;

namespace Muster.Ledger;

/// <summary>
/// A signed tree head: a C2SP signed note with origin, size and root, and one signature line of type 0x02 (ECDSA P-256; key id = the first four bytes of SHA-256 over the SPKI).
/// Read strictly: one spelling, one signature.
/// </summary>
public sealed record Checkpoint
{
    const int Longest = 1024;

    Checkpoint(string origin, long size, byte[] root, byte[] signature, uint keyHash, byte[] note)
    {
        (Origin, Size, Root, Signature, KeyHash, Note) = (origin, size, root, signature, keyHash, note);
    }

    public string Origin { get; }
    public long Size { get; }
    public byte[] Root { get; }

    /// <summary>The note, byte for byte.</summary>
    public byte[] Note { get; }

    byte[] Signature { get; }
    uint KeyHash { get; }

    /// <summary>The name a log has by itself: it follows from the key of its runner.</summary>
    public static string OriginOf(PublicKey runner) => "muster.invalid/ledger/" + runner.KeyId[..16];

    public static Checkpoint Sign(long size, byte[] root, Signer signer)
    {
        var origin = OriginOf(signer.Public);
        var text = Text(origin, size, root);
        var signature = signer.Sign(text);
        var keyHash = HashOf(signer.Public);
        return new(origin, size, root, signature, keyHash, Whole(origin, text, keyHash, signature));
    }

    /// <summary>Null unless the bytes are such a note, exactly. That its signature holds is another question: <see cref="IsBy"/>.</summary>
    public static Checkpoint? Read(ReadOnlySpan<byte> note)
    {
        if (note.Length > Longest) return null;
        var lines = Encoding.UTF8.GetString(note).Split('\n');
        if (lines is not [var origin, var sizeText, var rootText, "", var signed, ""]) return null;
        if (!long.TryParse(sizeText, NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return null;
        if (Base64.Read(rootText) is not { Length: Merkle.HashLength } root) return null;
        var start = $"— {origin} ";
        if (origin.Length == 0 || !signed.StartsWith(start, StringComparison.Ordinal) || Base64.Read(signed[start.Length..]) is not { Length: > 4 } line) return null;
        var keyHash = (uint)line[0] << 24 | (uint)line[1] << 16 | (uint)line[2] << 8 | line[3];
        var whole = Whole(origin, Text(origin, size, root), keyHash, line[4..]);
        return whole.AsSpan().SequenceEqual(note) ? new(origin, size, root, line[4..], keyHash, whole) : null;
    }

    /// <summary>True if this key signed it, and the origin is that key's log.</summary>
    public bool IsBy(PublicKey key) => KeyHash == HashOf(key) && Origin == OriginOf(key) && key.Verifies(Text(Origin, Size, Root), Signature);

    static byte[] Text(string origin, long size, byte[] root) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{origin}\n{size}\n{Convert.ToBase64String(root)}\n"));

    static byte[] Whole(string origin, byte[] text, uint keyHash, byte[] signature)
    {
        byte[] line = [(byte)(keyHash >> 24), (byte)(keyHash >> 16), (byte)(keyHash >> 8), (byte)keyHash, .. signature];
        return [.. text, .. Encoding.UTF8.GetBytes($"\n— {origin} {Convert.ToBase64String(line)}\n")];
    }

    static uint HashOf(PublicKey key) => uint.Parse(key.KeyId.AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
