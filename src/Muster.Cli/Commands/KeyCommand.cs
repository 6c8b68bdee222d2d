using System.CommandLine;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

static class KeyCommand
{
    public static Command Build(Host host) => new("key", "Makes, lists, replaces and revokes signing keys.") { New(host), KeyRunnerCommand.Build(host), KeyListCommand.Build(host), KeyRotateCommand.Build(host), KeyRevokeCommand.Build(host) };

    static Command New(Host host)
    {
        var name = new Argument<string>("NAME") { Description = "The person, as the document names them." };
        var folder = Folder();
        var publish = new Option<string?>("--publish") { Description = "Also write the public key here (default: keys/NAME.pub beside the document).", HelpName = "FILE" };
        var passphrase = CommonOptions.PassphraseFile();
        var format = CommonOptions.TextOrJson();
        var command = new Command("new", "Makes a person's key: the private half encrypted in .muster/keys, the public half for the document.") { name, folder, publish, passphrase, format };
        command.SetAction(parsed =>
        {
            var person = parsed.GetValue(name)!;
            var root = Root(host, parsed.GetValue(folder));
            var outcome = new KeyFolder(Path.Combine(root, ".muster")).New(person, People.Passphrase(host, person, parsed.GetValue(passphrase), isNew: true));
            if (outcome is KeyOutcome.Refused { Problem: var problem }) throw new Refusal(ExitCode.BadInput, $"{problem.Place}: {problem.Says}", problem.Fix);
            using var signer = ((KeyOutcome.Ready)outcome).Signer;
            var to = parsed.GetValue(publish) ?? Path.Combine(root, "keys", person + ".pub");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(to, host.Folder))!);
            OutputFile.Write(host, to, System.Text.Encoding.ASCII.GetBytes(signer.Public.Pem));
            var output = new Output(parsed.GetValue(format), host.Data);
            var shown = Path.GetRelativePath(host.Folder, Path.GetFullPath(to, host.Folder));
            if (output.IsJson) output.Json("key-new", ("name", person), ("key_id", signer.KeyId), ("public_key", shown));
            else
            {
                output.Data.WriteLine($"Made {person}'s key {signer.KeyId[..12]}, and its public half {shown}.");
                output.Data.WriteLine($"  In the document: people: {{ {person}: {{ roles: [ … ], key: {Path.GetRelativePath(root, Path.GetFullPath(to, host.Folder))} }} }}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    public static Option<string?> Folder() => new("--folder") { Description = "The document's folder (default: where muster.yaml is, else here).", HelpName = "DIR" };

    public static string Root(Host host, string? named)
    {
        if (named is not null) return Path.GetFullPath(named, host.Folder);
        return Workspace.Nearest(host) is { } document ? Path.GetDirectoryName(document)! : host.Folder;
    }
}
