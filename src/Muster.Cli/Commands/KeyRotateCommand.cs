using System.CommandLine;
using System.Text;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Replaces a person's key. The old one is kept: what it signed is still to be verified.</summary>
static class KeyRotateCommand
{
    public static Command Build(Host host)
    {
        var name = new Argument<string>("NAME") { Description = "The person, as the document names them." };
        var folder = KeyCommand.Folder();
        var passphrase = CommonOptions.PassphraseFile();
        var format = CommonOptions.TextOrJson();
        var command = new Command("rotate", "Makes a new key in the place of a person's present one, and says what the document needs so that what the old one signed still counts.") { name, folder, passphrase, format };
        command.SetAction(parsed =>
        {
            var person = parsed.GetValue(name)!;
            var root = KeyCommand.Root(host, parsed.GetValue(folder));
            var (outcome, former) = new KeyFolder(Path.Combine(root, ".muster")).Rotate(person, People.Passphrase(host, person, parsed.GetValue(passphrase), isNew: true), DateOnly.FromDateTime(host.Now.UtcDateTime));
            if (outcome is KeyOutcome.Refused { Problem: var problem }) throw new Refusal(ExitCode.BadInput, $"{problem.Place}: {problem.Says}", problem.Fix);
            using var signer = ((KeyOutcome.Ready)outcome).Signer;
            Directory.CreateDirectory(Path.Combine(root, "keys"));
            OutputFile.Write(host, Path.Combine(root, "keys", former!.Name + ".pub"), Encoding.ASCII.GetBytes(former.Key.Pem));
            OutputFile.Write(host, Path.Combine(root, "keys", person + ".pub"), Encoding.ASCII.GetBytes(signer.Public.Pem));
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson)
            {
                output.Json("key-rotate", ("name", person), ("key_id", signer.KeyId), ("public_key", $"keys/{person}.pub"), ("former", Value.Of(("key_id", former.Key.KeyId), ("public_key", $"keys/{former.Name}.pub"), ("private_key", $".muster/keys/{former.Name}.key"), ("until", host.Now))));
                return ExitCode.Done;
            }

            output.Data.WriteLine($"Made {person}'s new key {signer.KeyId[..12]}; its public half is keys/{person}.pub. The old one, {former.Key.KeyId[..12]}, is kept as .muster/keys/{former.Name}.key.");
            output.Data.WriteLine($"  In the document, so that what the old key signed still counts: people: {{ {person}: {{ …, key: keys/{person}.pub, former: [ {{ key: keys/{former.Name}.pub, until: {Instant.Write(host.Now)} }} ] }} }}");
            output.Data.WriteLine($"  Another key is another document: signatures over it are given anew, and a gate that has opened is held until its owner accepts it (an owner's own change is signed with --key .muster/keys/{former.Name}.key).");
            output.Data.WriteLine($"  If the old key was lost or stolen, revoke it too: muster key revoke {former.Key.KeyId[..12]} --because … --as {person}");
            return ExitCode.Done;
        });
        return command;
    }
}
