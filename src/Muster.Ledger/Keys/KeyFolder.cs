using System.Collections.Immutable;

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
        if (File.Exists(PathOf(Runner, ".key"))) return Whole(Open(Runner, passphrase: null));
        if (File.Exists(PathOf(Runner, ".pub")))
            return Refuse(LedgerFault.BadKey, Runner, "is missing, but its public half is there.", "Restore it; or move keys/runner.pub and the ledger away to begin anew.");
        return Make(Runner, passphrase: null);
    }

    /// <summary>A job is given the private half alone, as a secret; readers of its ledger need the public one.</summary>
    KeyOutcome Whole(KeyOutcome opened)
    {
        if (opened is not KeyOutcome.Ready ready || File.Exists(PathOf(Runner, ".pub"))) return opened;
        try
        {
            WholeFile.WriteDurably(PathOf(Runner, ".pub"), System.Text.Encoding.ASCII.GetBytes(ready.Signer.Public.Pem));
            return opened;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            ready.Signer.Dispose();
            return Refuse(LedgerFault.Unwritable, Runner, $"has no public half beside it, and it cannot be written: {error.Message}", "Free space or give access, then try again.");
        }
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
        return PrivateKeyFile.Open(path, $"keys/{name}.key", passphrase is null ? null : () => passphrase);
    }

    /// <summary>
    /// A new key in the place of a person's present one, which is kept beside it under the name that comes back: what it signed is still to be verified, and its owner may have to sign once more with it.
    /// </summary>
    public (KeyOutcome Outcome, NamedKey? Former) Rotate(string name, string passphrase, DateOnly today)
    {
        if (!IsName(name) || name == Runner) return (Refuse(LedgerFault.BadKey, name, "is no person's key.", "Use the name that `key list` shows."), null);
        if (passphrase.Length == 0) return (Refuse(LedgerFault.WrongPassphrase, name, "needs a passphrase.", "Give one that is not empty."), null);
        var (key, pub) = (PathOf(name, ".key"), PathOf(name, ".pub"));
        if (!File.Exists(key) || !File.Exists(pub) || PublicKey.FromText(File.ReadAllText(pub)) is not { } old) return (Refuse(LedgerFault.Missing, name, "is not there.", $"Make it with: muster key new {name}"), null);
        var former = Enumerable.Range(1, 99).Select(i => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}-{today:yyyy-MM-dd}{(i == 1 ? "" : $"-{i}")}")).FirstOrDefault(free => !File.Exists(PathOf(free, ".key")) && !File.Exists(PathOf(free, ".pub")));
        if (former is null || !IsName(former)) return (Refuse(LedgerFault.KeyExists, name, "was replaced too often today.", "Wait until tomorrow."), null);
        try
        {
            File.Move(key, PathOf(former, ".key"));
            File.Move(pub, PathOf(former, ".pub"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (Refuse(LedgerFault.Unwritable, name, $"cannot be put aside: {error.Message}", "Free space or give access, then try again."), null);
        }

        return (Make(name, passphrase), new(former, old));
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
