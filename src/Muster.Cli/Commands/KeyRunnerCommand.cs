using System.CommandLine;
using Muster.Ledger;

namespace Muster.Cli.Commands;

/// <summary>This machine's own key, for the document's `runners`: without it there, what this machine sees counts elsewhere as imported.</summary>
static class KeyRunnerCommand
{
    public static Command Build(Host host)
    {
        var document = CommonOptions.Document();
        var publish = new Option<string?>("--publish") { Description = "Also write the public key here, as keys/ci.pub.", HelpName = "FILE" };
        var format = CommonOptions.TextOrJson();
        var command = new Command("runner", "Shows this machine's own key, which signs what it sees, and makes it if there is none yet.") { publish, document, format };
        command.SetAction(parsed =>
        {
            // The document need not be right yet: it may wait for this very key.
            var root = Path.GetDirectoryName(Workspace.Locate(host, parsed.GetValue(document)))!;
            var outcome = new KeyFolder(Path.Combine(root, ".muster")).OpenRunner();
            if (outcome is KeyOutcome.Refused { Problem: var problem }) throw Session.Of(problem);
            using var runner = ((KeyOutcome.Ready)outcome).Signer;
            var file = parsed.GetValue(publish);
            if (file is not null)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file, host.Folder))!);
                OutputFile.Write(host, file, System.Text.Encoding.ASCII.GetBytes(runner.Public.Pem));
            }

            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("key-runner", ("key_id", runner.KeyId), ("made", ((KeyOutcome.Ready)outcome).Made), ("public_key", file));
            else
            {
                output.Data.WriteLine($"This machine's key is {runner.KeyId} ({runner.Public.Fingerprint}).");
                output.Data.WriteLine($"  In the document: runners: {{ NAME: {(file is null ? "FILE" : Path.GetRelativePath(root, Path.GetFullPath(file, host.Folder)))} }}{(file is null ? "; --publish FILE writes it" : "")}");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
