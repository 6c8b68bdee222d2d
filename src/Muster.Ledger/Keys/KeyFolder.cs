using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Muster.Ledger;

public abstract record KeyOutcome
{
    KeyOutcome() { }

    /// <param name="Made">True when the key was made just now.</param>
    public sealed record Ready(Signer Signer, bool Made) : KeyOutcome;

    public sealed record Refused(LedgerProblem Problem) : KeyOutcome;
}

/// <summary>A public key by the name of its file.</summary>
public sealed record NamedKey(string Name, PublicKey Key);

/// <summary>
/// The keys of one .muster folder: <c>keys/NAME.key</c> (private, 0600) and <c>keys/NAME.pub</c>. The runner's key lies open for its owner, since it signs without a person;
/// people's keys are encrypted PKCS#8.
/// </summary>
public sealed class KeyFolder
{
    /// <summary>PBKDF2 with HMAC-SHA-256; about a tenth of a second.</summary>
    internal const int Iterations = 100_000;

    public const string Runner = "runner";

    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const int LargestFile = 16 * 1024;
    readonly string _folder;

    /// <param name="muster">The .muster folder.</param>
    public KeyFolder(string muster) => _folder = Path.Combine(muster, "keys");

    /// <summary>The runner's key, made on first use.</summary>
    public KeyOutcome OpenRunner()
    {
        if (File.Exists(PathOf(Runner, ".key"))) return Open(Runner, passphrase: null);
        if (File.Exists(PathOf(Runner, ".pub")))
            return Refuse(LedgerFault.BadKey, Runner, "is missing, but its public half is there.", "Restore it; or move keys/runner.pub and the ledger away to begin anew.");
        return Make(Runner, passphrase: null);
    }

    /// <summary>A new key for a person, encrypted with the passphrase.</summary>
    public KeyOutcome New(string name, string passphrase)
    {
        if (!IsName(name)) return Refuse(LedgerFault.BadKey, name, "is no name for a key.", "Use lower-case letters, digits, '-', '_' and '.', beginning with a letter.");
        if (name == Runner) return Refuse(LedgerFault.BadKey, name, "is the runner's own key.", "Use a person's name.");
        if (passphrase.Length == 0) return Refuse(LedgerFault.WrongPassphrase, name, "needs a passphrase.", "Give one that is not empty.");
        return File.Exists(PathOf(name, ".key")) || File.Exists(PathOf(name, ".pub"))
            ? Refuse(LedgerFault.KeyExists, name, "exists already.", "Choose another name; keys are never overwritten.")
            : Make(name, passphrase);
    }

    /// <summary>Opens a key. The passphrase is null for the runner's, which is not encrypted.</summary>
    public KeyOutcome Open(string name, string? passphrase)
    {
        if (!IsName(name)) return Refuse(LedgerFault.BadKey, name, "is no name for a key.", "Use the name that `key list` shows.");
        var path = PathOf(name, ".key");
        if (!File.Exists(path)) return Refuse(LedgerFault.Missing, name, "is not there.", $"Make it with: muster key new {name}");
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            return Refuse(LedgerFault.UnsafeKey, name, "can be read or written by others.", "Run: chmod 600 on it, and think about who may have copied it.");
        try
        {
            if (new FileInfo(path).Length > LargestFile) return Refuse(LedgerFault.BadKey, name, "is too large to be a key.", "Restore it from a copy.");
            return Read(name, File.ReadAllText(path), passphrase);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refuse(LedgerFault.BadKey, name, $"cannot be read: {error.Message}", "Give its owner access.");
        }
    }

    /// <summary>The public keys of the folder, by name; files that hold no P-256 key are left out of the list and named in the other.</summary>
    public (ImmutableArray<NamedKey> Keys, ImmutableArray<string> Unreadable) List()
    {
        if (!Directory.Exists(_folder)) return ([], []);
        var keys = ImmutableArray.CreateBuilder<NamedKey>();
        var unreadable = ImmutableArray.CreateBuilder<string>();
        foreach (var path in Directory.EnumerateFiles(_folder, "*.pub").Order(StringComparer.Ordinal))
        {
            if (new FileInfo(path).Length <= LargestFile && PublicKey.FromText(File.ReadAllText(path)) is { } key) keys.Add(new(Path.GetFileNameWithoutExtension(path), key));
            else unreadable.Add(Path.GetFileName(path));
        }

        return (keys.ToImmutable(), unreadable.ToImmutable());
    }

    static KeyOutcome Read(string name, string pem, string? passphrase)
    {
        var key = ECDsa.Create();
        var encrypted = pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (encrypted && passphrase is null) return Refuse(LedgerFault.WrongPassphrase, name, "is encrypted.", "Give its passphrase.");
        try
        {
            if (encrypted) key.ImportFromEncryptedPem(pem, passphrase);
            else key.ImportFromPem(pem);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or NotSupportedException)
        {
            key.Dispose();
            return encrypted && error is CryptographicException
                ? Refuse(LedgerFault.WrongPassphrase, name, "does not open with this passphrase.", "Try again; or the file is damaged, then restore it from a copy.")
                : Refuse(LedgerFault.BadKey, name, "holds no private key.", "Restore it from a copy.");
        }

        return Signer.Over(key) is { } signer ? new KeyOutcome.Ready(signer, Made: false) : Refuse(LedgerFault.BadKey, name, "is not an ECDSA P-256 key.", "Make one with: muster key new");
    }

    KeyOutcome Make(string name, string? passphrase)
    {
        var signer = Signer.Create();
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder);
            else Directory.CreateDirectory(_folder, OwnerOnly | UnixFileMode.UserExecute);
            var pem = passphrase is null ? signer.Pem() : signer.EncryptedPem(passphrase);
            WholeFile.WriteDurably(PathOf(name, ".key"), System.Text.Encoding.ASCII.GetBytes(pem), OwnerOnly);
            WholeFile.WriteDurably(PathOf(name, ".pub"), System.Text.Encoding.ASCII.GetBytes(signer.Public.Pem));
            return new KeyOutcome.Ready(signer, Made: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            signer.Dispose();
            return Refuse(LedgerFault.Unwritable, name, $"cannot be written: {error.Message}", "Free space or give access, then try again.");
        }
    }

    string PathOf(string name, string end) => Path.Combine(_folder, name + end);

    static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    static KeyOutcome.Refused Refuse(LedgerFault fault, string name, string says, string fix) => new(new(fault, $"keys/{name}.key", says, fix));
}
