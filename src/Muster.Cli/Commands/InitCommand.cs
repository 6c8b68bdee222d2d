using System.CommandLine;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Looks once at a running thing and proposes a document. What it proposes is unreviewed, hence unproven, until a person has read it.</summary>
static class InitCommand
{
    public static Command Build(Host host)
    {
        var url = new Argument<string>("URL") { Description = "The running thing, as https://host:8443." };
        var file = new Option<string>("--output", "-o") { Description = "Where to write the proposal.", DefaultValueFactory = _ => "muster.yaml", HelpName = "FILE" };
        var force = new Option<bool>("--force") { Description = "Replace a document that is there." };
        var trust = new Option<string?>("--trust") { Description = "Trust only these roots (PEM), as for a private authority; the file must lie in the folder of the document.", HelpName = "FILE" };
        var format = CommonOptions.TextOrJson();
        var command = new Command("init", "Proposes a starter document from what it observes. Proposals are unreviewed, hence unproven.") { url, file, force, trust, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var target = parsed.GetValue(url)!;
            if (!CheckCommand.IsUrl(target) || !Uri.TryCreate(target, UriKind.Absolute, out var parsedUrl) || parsedUrl.UserInfo.Length > 0)
                throw Refusal.Usage($"{target}: not a URL that can be looked at", "as https://host:8443, without credentials");
            var to = Path.GetFullPath(parsed.GetValue(file)!, host.Folder);
            if (File.Exists(to) && !parsed.GetValue(force)) throw Refusal.Usage($"{parsed.GetValue(file)} is there already", "--force replaces it, or -o OTHER");

            var text = await new Proposal(parsedUrl, Path.GetDirectoryName(to)!, Trust(host, parsed.GetValue(trust), Path.GetDirectoryName(to)!)).Text(host, cancel);
            OutputFile.Write(host, to, System.Text.Encoding.UTF8.GetBytes(text));
            var proposed = text.Split("unreviewed: true").Length - 2; // the first one is in the heading
            var output = new Output(parsed.GetValue(format), host.Data);
            if (output.IsJson) output.Json("init", ("file", parsed.GetValue(file)!), ("proposed", proposed));
            else
            {
                output.Data.WriteLine($"Wrote {parsed.GetValue(file)}: {proposed} controls proposed, none of them reviewed.");
                output.Data.WriteLine("  Read each one, mend it, and take away its `unreviewed: true`; until then it is unproven and the gate stays shut.");
                output.Data.WriteLine("  Then: muster lint, muster plan, muster check");
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>As the document will name it: relative to its own folder, which it cannot leave.</summary>
    static string? Trust(Host host, string? named, string folder)
    {
        if (named is null) return null;
        var full = Path.GetFullPath(named, host.Folder);
        var relative = Path.GetRelativePath(folder, full);
        if (!File.Exists(full)) throw Refusal.Usage($"--trust {named}: no such file", "a PEM file with the authority's certificate");
        if (relative.StartsWith("..", StringComparison.Ordinal) || !relative.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '/'))
            throw Refusal.Usage($"--trust {named}: a document reads files of its own folder only", "copy it beside the document, under a plain name");
        return relative;
    }
}
