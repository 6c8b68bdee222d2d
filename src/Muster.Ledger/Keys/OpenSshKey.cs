using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Muster.Ledger;

/// <summary>A private key file as ssh-keygen writes it (<c>openssh-key-v1</c>). One that is not encrypted is read; for one that is there are two other ways, which the refusal names.</summary>
static class OpenSshKey
{
    public const string Label = "OPENSSH PRIVATE KEY";

    static ReadOnlySpan<byte> Magic => "openssh-key-v1\0"u8;

    /// <summary>Never throws, whatever the bytes; the key, or what is wrong and how to mend it.</summary>
    public static (ECDsa? Key, string Says, string Fix) Read(ReadOnlySpan<byte> bytes)
    {
        var damaged = ((ECDsa?)null, "is a damaged SSH key file.", "Restore it from a copy.");
        if (!bytes.StartsWith(Magic)) return damaged;
        var rest = bytes[Magic.Length..];
        if (!SshWire.Field(ref rest, out var cipher) || !SshWire.Field(ref rest, out _) || !SshWire.Field(ref rest, out _)) return damaged;
        if (!cipher.SequenceEqual("none"u8))
            return (null, "is an SSH key under a passphrase, in the form that only SSH opens.", "Add it to an agent (ssh-add FILE) and sign with --agent; or give a copy another form: ssh-keygen -p -m PKCS8 -f COPY.");
        if (!SshWire.Count(ref rest, out var keys) || keys != 1 || !SshWire.Field(ref rest, out _) || !SshWire.Field(ref rest, out var inner) || !rest.IsEmpty) return damaged;
        if (!SshWire.Count(ref inner, out var check) || !SshWire.Count(ref inner, out var again) || check != again || !SshWire.Field(ref inner, out var type)) return damaged;
        if (!type.SequenceEqual("ecdsa-sha2-nistp256"u8))
            return (null, $"is an SSH key of another type ({Words(type)}); only ecdsa-sha2-nistp256 can sign here.", "Make one with: ssh-keygen -t ecdsa -b 256; or with: muster key new.");
        if (!SshWire.Field(ref inner, out _) || !SshWire.Field(ref inner, out var point) || !SshWire.Field(ref inner, out var scalar)) return damaged;
        return Key(point, scalar) is { } key ? (key, "", "") : damaged;
    }

    /// <summary>The point is made anew from the scalar, so that the file cannot claim another.</summary>
    static ECDsa? Key(ReadOnlySpan<byte> point, ReadOnlySpan<byte> scalar)
    {
        scalar = scalar.TrimStart((byte)0);
        if (scalar.Length is 0 or > 32) return null;
        var d = new byte[32];
        scalar.CopyTo(d.AsSpan(32 - scalar.Length));
        var key = ECDsa.Create();
        try
        {
            key.ImportParameters(new() { Curve = ECCurve.NamedCurves.nistP256, D = d });
            var q = key.ExportParameters(false).Q;
            if (point.SequenceEqual((byte[])[4, .. q.X!, .. q.Y!])) return key;
        }
        catch (CryptographicException)
        {
            // a scalar that is none on this curve; said below, like a point that is not its own
        }
        finally
        {
            CryptographicOperations.ZeroMemory(d);
        }

        key.Dispose();
        return null;
    }

    static string Words(ReadOnlySpan<byte> type) =>
        type.Length is > 0 and <= 64 && !type.ContainsAnyExceptInRange((byte)'!', (byte)'~') ? System.Text.Encoding.ASCII.GetString(type) : "unknown";
}
