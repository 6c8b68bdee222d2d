using System.CommandLine;
using System.Text;
using System.Text.Json;
using Muster.Cli.Load;
using Muster.Probes.Load;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>A scenario file from what another tool wrote; what cannot be taken over is said, not dropped.</summary>
static class LoadImportCommand
{
    public static Command Build(Host host)
    {
        var file = new Argument<string>("FILE") { Description = "k6 options as JSON, or a HAR file of a browser." };
        var url = new Option<string?>("--url") { Description = "The target, where the file has none or another is meant.", HelpName = "URL" };
        var to = new Option<string?>("--out", "-o") { Description = "Write the scenario file here (default: standard output).", HelpName = "FILE" };
        var command = new Command("import", "Turns k6 options (JSON) or a browser's HAR file into a scenario file. Cookies and credentials are left out, and it says so.") { file, url, to };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            Value read;
            try { read = Value.Parse(InputFile.Read(host, path)); }
            catch (JsonException wrong) { throw Refusal.Usage($"{path} is not JSON: {wrong.Message}", "k6 options as JSON come from: k6 inspect script.js"); }
            var imported = LoadImport.Of(read, parsed.GetValue(url));
            if (imported.Yaml is not { } yaml) throw Refusal.Usage($"{path} cannot be taken over: {string.Join("; ", imported.Notes)}", "give k6 options as JSON, or a HAR file");
            foreach (var note in imported.Notes) host.Talk.WriteLine($"  {note}");
            if (parsed.GetValue(to) is { } named) OutputFile.Write(host, named, Encoding.UTF8.GetBytes(yaml));
            else host.Data.Write(yaml);
            return ExitCode.Done;
        });
        return command;
    }
}
