using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>A person's key, opened for one signature: Muster's own, a file of theirs, or one that an SSH agent holds.</summary>
static class People
{
    /// <param name="keyFile">A private key file of the person's own, in the place of the one in .muster/keys.</param>
    /// <param name="agent">The SSH agent signs.</param>
    /// <param name="also">Another key than the document's that may sign here, as one that an earlier document named.</param>
    /// <exception cref="Refusal">No such person, no such key, a wrong passphrase, or a key that is not the one in the document.</exception>
    public static (Person Person, Signer Signer) Open(Host host, Workspace workspace, string? named, string? passphraseFile, string? keyFile = null, bool agent = false, Func<string, bool>? also = null)
    {
        if (keyFile is not null && agent) throw Refusal.Usage("--key and --agent are two ways to one key", "say one of them");
        var candidates = agent ? SshAgent.Of(host).Signers() : [Opened(host, workspace, named, passphraseFile, keyFile)];
        var signer = named is null
            ? candidates.FirstOrDefault(one => workspace.Document.PersonByKey(one.KeyId) is not null)
            : workspace.Person(named) is var asked ? candidates.FirstOrDefault(one => asked.KeyId == one.KeyId) ?? candidates.FirstOrDefault(one => also?.Invoke(one.KeyId) == true) : null;
        foreach (var other in candidates)
            if (other != signer) other.Dispose();
        if (signer is not null) return (named is null ? workspace.Document.PersonByKey(signer.KeyId)! : workspace.Person(named), signer);
        throw (named, agent) switch
        {
            (null, true) => Refusal.Usage("the SSH agent holds no key of a person in the document", "ssh-add FILE; `ssh-add -l` and `muster key list` show which there are"),
            (null, false) => Refusal.Usage($"{keyFile} is no key of a person in the document", "publish its public half in the document: ssh-keygen -y -f FILE, or muster key list"),
            (_, true) => Refusal.Usage($"the SSH agent holds no key of {named}'s", "ssh-add FILE; `ssh-add -l` and `muster key list` show which there are"),
            _ => new Refusal(ExitCode.NotVerified, keyFile is null ? $"this machine's key for {named} is not the one that the document names" : $"{keyFile} is not {named}'s key as the document names it",
                "publish the right public key in the document, by a change that others review"),
        };
    }

    static Signer Opened(Host host, Workspace workspace, string? named, string? passphraseFile, string? keyFile)
    {
        if (named is null && keyFile is null) throw Refusal.Usage("who signs?", "--as NAME, as the document names them under `people:`");
        if (named is not null) _ = workspace.Person(named);
        var outcome = keyFile is null
            ? new KeyFolder(workspace.State).Open(named!, Passphrase(host, named!, passphraseFile))
            : PrivateKeyFile.Open(Path.GetFullPath(keyFile, host.Folder), keyFile, () => Passphrase(host, named ?? keyFile, passphraseFile));
        return outcome switch
        {
            KeyOutcome.Ready ready => ready.Signer,
            KeyOutcome.Refused { Problem: var problem } => throw new Refusal(ExitCode.BadInput, $"{(keyFile is null ? $"{named}'s key:" : keyFile)} {problem.Says}", problem.Fix),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <param name="isNew">Asked twice in a terminal: a slip would lock its owner out for ever.</param>
    public static string Passphrase(Host host, string name, string? file, bool isNew = false)
    {
        if (file is not null)
        {
            try { return File.ReadAllText(Path.GetFullPath(file, host.Folder)).TrimEnd('\r', '\n'); }
            catch (Exception cannot) when (cannot is IOException or UnauthorizedAccessException) { throw Refusal.Usage($"the passphrase file {file} cannot be read: {cannot.Message}", "name a file that this user may read"); }
        }

        if (host.Variable("MUSTER_PASSPHRASE") is { Length: > 0 } given) return given;
        if (!host.CanAsk) throw Refusal.Usage($"{name}'s key needs a passphrase", "set MUSTER_PASSPHRASE, or --passphrase-file FILE");
        var typed = Typed(host, $"{(isNew ? "New passphrase" : "Passphrase")} of {name}'s key: ");
        if (isNew && Typed(host, "The same once more: ") != typed) throw Refusal.Usage("the two passphrases differ", "try again");
        return typed;
    }

    static string Typed(Host host, string asks)
    {
        host.Talk.Write(asks);
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Length > 0) typed.Length--;
            else if (!char.IsControl(key.KeyChar) && typed.Length < 1024) typed.Append(key.KeyChar);
        }

        host.Talk.WriteLine();
        return typed.ToString();
    }
}
