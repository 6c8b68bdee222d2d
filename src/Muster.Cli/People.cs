using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>A person's key, opened for one signature.</summary>
static class People
{
    /// <exception cref="Refusal">No such person, no such key, a wrong passphrase, or a key that is not the one in the document.</exception>
    public static (Person Person, Signer Signer) Open(Host host, Workspace workspace, string? named, string? passphraseFile)
    {
        if (named is null) throw Refusal.Usage("who signs?", "--as NAME, as the document names them under `people:`");
        var person = workspace.Person(named);
        var outcome = new KeyFolder(workspace.State).Open(named, Passphrase(host, named, passphraseFile));
        if (outcome is KeyOutcome.Refused { Problem: var problem }) throw new Refusal(ExitCode.BadInput, $"{named}'s key: {problem.Says}", problem.Fix);
        var signer = ((KeyOutcome.Ready)outcome).Signer;
        if (person.KeyId == signer.KeyId) return (person, signer);
        signer.Dispose();
        throw new Refusal(ExitCode.NotVerified, $"this machine's key for {named} is not the one that the document names", "publish the right public key in the document, by a change that others review");
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
