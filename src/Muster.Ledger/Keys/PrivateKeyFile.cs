using System.Security.Cryptography;

namespace Muster.Ledger;

/// <summary>A private key in a file, Muster's own or one that its owner has already: PEM (PKCS#8, SEC1), or as ssh-keygen writes it.</summary>
public static class PrivateKeyFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const int Largest = 16 * 1024;

    /// <param name="place">What the file is called in a refusal.</param>
    /// <param name="passphrase">Asked only if the key needs one; null if there is none to ask for.</param>
    public static KeyOutcome Open(string path, string place, Func<string>? passphrase)
    {
        try
        {
            if (!File.Exists(path)) return Refuse(LedgerFault.Missing, place, "is not there.", "Name the file of a private key.");
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
                return Refuse(LedgerFault.UnsafeKey, place, "can be read or written by others.", "Run: chmod 600 on it, and think about who may have copied it.");
            if (new FileInfo(path).Length > Largest) return Refuse(LedgerFault.BadKey, place, "is too large to be a key.", "Restore it from a copy.");
            return Read(File.ReadAllText(path), place, passphrase);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refuse(LedgerFault.BadKey, place, $"cannot be read: {error.Message}", "Give its owner access.");
        }
    }

    /// <summary>Never throws but what <paramref name="passphrase"/> throws.</summary>
    public static KeyOutcome Read(string text, string place, Func<string>? passphrase)
    {
        var label = PemEncoding.TryFind(text, out var found) ? text[found.Label] : "";
        if (label == OpenSshKey.Label)
        {
            var (read, says, fix) = OpenSshKey.Read(Base64(text[found.Base64Data]));
            return read is null ? Refuse(LedgerFault.BadKey, place, says, fix) : Ready(read, place);
        }

        // RFC 1421: MD5 makes the key of it, which nothing of ours should still do.
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            return Refuse(LedgerFault.BadKey, place, "is encrypted in a form that is no longer safe.", "Give a copy another form: openssl pkcs8 -topk8 -in FILE -out COPY; or ssh-keygen -p -m PKCS8 -f COPY.");
        if (label == "PUBLIC KEY") return Refuse(LedgerFault.BadKey, place, "holds no private key, but the public half of one.", "Name the file of the private key.");
        var encrypted = label == "ENCRYPTED PRIVATE KEY";
        if (encrypted && passphrase is null) return Refuse(LedgerFault.WrongPassphrase, place, "is encrypted.", "Give its passphrase.");
        var given = encrypted ? passphrase!() : "";
        var key = ECDsa.Create();
        try
        {
            if (encrypted) key.ImportFromEncryptedPem(text, given);
            else key.ImportFromPem(text);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or NotSupportedException) // an unknown curve is "not supported"
        {
            key.Dispose();
            return encrypted && error is CryptographicException
                ? Refuse(LedgerFault.WrongPassphrase, place, "does not open with this passphrase.", "Try again; or the file is damaged, then restore it from a copy.")
                : Refuse(LedgerFault.BadKey, place, "holds no private key.", "Restore it from a copy.");
        }

        return Ready(key, place);
    }

    static KeyOutcome Ready(ECDsa key, string place) =>
        Signer.Over(key) is { } signer ? new KeyOutcome.Ready(signer, Made: false) : Refuse(LedgerFault.BadKey, place, "is not an ECDSA P-256 key.", "Make one with: muster key new; or ssh-keygen -t ecdsa -b 256.");

    static byte[] Base64(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64Chars(text, bytes, out var length) ? bytes[..length] : [];
    }

    static KeyOutcome.Refused Refuse(LedgerFault fault, string place, string says, string fix) => new(new(fault, place, says, fix));
}
