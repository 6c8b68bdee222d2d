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
        var url = new Option<string?>("--url") { Description = "What k6 options are to put load on; they hold no requests.", HelpName = "URL" };
        var hosts = new Option<string[]>("--host") { Description = "Of a HAR file, a host whose requests are taken (default: the first request's). May be given several times.", HelpName = "HOST", AllowMultipleArgumentsPerToken = false };
        var to = new Option<string?>("--out", "-o") { Description = "Write the scenario file here (default: standard output).", HelpName = "FILE" };
        var command = new Command("import", "Turns k6 options (JSON) or a browser's HAR file into a scenario file. Cookies and credentials are left out, and it says so.") { file, url, hosts, to };
        command.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            Value read;
            try { read = Value.Parse(InputFile.Read(host, path)); }
            catch (JsonException wrong) { throw Refusal.Usage($"{path} is not JSON: {wrong.Message}", "k6 options as JSON come from: k6 inspect script.js"); }
            Imported imported;
            // A HAR file is one map with a log; k6's options have none.
            try { imported = (read as Value.Fields)?["log"] is not null ? LoadImport.Har(read, parsed.GetValue(hosts) ?? []) : LoadImport.K6(read, parsed.GetValue(url)); }
            catch (FormatException wrong) { throw Refusal.Usage($"{path} cannot be taken over: {wrong.Message}", "give k6 options as JSON, or a HAR file"); }
            foreach (var note in imported.Notes) host.Talk.WriteLine($"  {note}");
            if (parsed.GetValue(to) is { } named) OutputFile.Write(host, named, Encoding.UTF8.GetBytes(imported.Yaml));
            else host.Data.Write(imported.Yaml);
            return ExitCode.Done;
        });
        return command;
    }
}
