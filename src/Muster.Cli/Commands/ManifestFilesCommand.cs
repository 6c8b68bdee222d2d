using System.CommandLine;
using Muster.Probes;

namespace Muster.Cli.Commands;

/// <summary>What a backup of a folder must hold.</summary>
static class ManifestFilesCommand
{
    public static Command Build(Host host)
    {
        var folder = new Argument<string>("FOLDER") { Description = "The folder that is backed up. It is only read." };
        var file = new Option<string>("--out", "-o") { Description = "Where to write it; NAME.manifest.json beside the archive NAME is found by itself.", HelpName = "FILE", Required = true };
        var format = CommonOptions.TextOrJson();
        var command = new Command("files", "Lists every file of a folder with its size and digest, for files.restore_drill. Refuses if one is written to meanwhile.") { folder, file, format };
        command.SetAction(async (parsed, cancel) => ManifestWriting.Write(host, new Output(parsed.GetValue(format), host.Data), "files", parsed.GetValue(file)!,
            await FilesCapture.Take(Path.GetFullPath(parsed.GetValue(folder)!, host.Folder), static _ => { }, host.Clock, cancel), "files"));
        return command;
    }
}
