using System.Collections.Immutable;
using System.CommandLine;
using Muster.Cli.Checklists;
using Muster.Cli.Importing;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>Takes in what comes from elsewhere. By what the file is, that is the sentences of a checklist; nothing is trusted for having arrived.</summary>
static class ImportCommand
{
    static readonly ImmutableArray<string> Markdown = [".md", ".markdown", ".mdown", ".mkd"];

    public static Command Build(Host host)
    {
        var files = new Argument<string[]>("FILE…") { Arity = ArgumentArity.ZeroOrMore, Description = "Bundles and signature files (.intoto.jsonl), or a checklist in Markdown, in the document's folder; with --check none means every checklist that the document names." };
        var check = new Option<bool>("--check") { Description = "Write nothing: say which sentences changed, were added, moved or removed, and exit with 2 if any changed, was added or was removed." };
        var accept = new Option<string[]>("--accept") { Description = "Take in the changed sentence of this control, or of all; its evidence is then asked for anew.", HelpName = "ID|all", AllowMultipleArgumentsPerToken = true };
        var output = new Option<string?>("--output", "-o") { Description = "Where new controls go, relative to the document (default: controls/CHECKLIST.yaml).", HelpName = "FILE" };
        var document = CommonOptions.Document();
        var format = CommonOptions.TextOrJson();
        var release = CommonOptions.Release();
        var command = new Command("import", "Takes in what others signed (bundles, signature files), or reads a Markdown checklist into unmeasured controls, each tied to its sentence. What stands in the document and the ledger stays.") { files, check, accept, output, release, document, format };
        command.SetAction(parsed =>
        {
            var named = parsed.GetValue(files) ?? [];
            if (named.Length > 0 && named.All(file => EvidenceImport.Takes(host, file)))
            {
                if (parsed.GetValue(check) || parsed.GetValue(accept) is { Length: > 0 } || parsed.GetValue(output) is not null) throw Refusal.Usage("--check, --accept and -o speak of checklists", "leave them out for what others signed");
                return EvidenceImport.Run(host, parsed.GetValue(document), named, parsed.GetValue(release), new Output(parsed.GetValue(format), host.Data));
            }

            if (named.Any(file => file.EndsWith(".jsonl", StringComparison.Ordinal))) throw Refusal.Usage("checklists and what others signed are not imported together", "import them in two commands");
            var (isCheck, accepted) = (parsed.GetValue(check), parsed.GetValue(accept) ?? []);
            if (isCheck && accepted.Length > 0) throw Refusal.Usage("--check writes nothing, and --accept does", "leave one of them out");
            if (named.Length != 1 && accepted.Length > 0) throw Refusal.Usage("--accept speaks of one checklist", "name it: muster import CHECKLIST.md --accept ID");
            if (named.Length != 1 && parsed.GetValue(output) is not null) throw Refusal.Usage("-o speaks of one checklist", "name it: muster import CHECKLIST.md -o FILE");
            foreach (var file in named) Refuse(host, file);
            return Checklists(host, parsed.GetValue(document), named, parsed.GetValue(output), [.. accepted], isCheck, new Output(parsed.GetValue(format), host.Data));
        });
        return command;
    }

    /// <summary>What a file is, by its name and its first sign: here other things than checklists would part from them.</summary>
    static void Refuse(Host host, string file)
    {
        var full = Path.GetFullPath(file, host.Folder);
        if (Directory.Exists(full)) throw Refusal.Usage($"{file} is a folder", "name a Markdown file");
        if (!Markdown.Contains(Path.GetExtension(file).ToLowerInvariant()))
            throw Refusal.Usage($"{file}: not something that can be imported", "a checklist in Markdown can be, as READINESS.md, and what others signed, as evidence.intoto.jsonl");
    }

    static int Checklists(Host host, string? document, string[] named, string? output, ImmutableArray<string> accept, bool isCheck, Output to)
    {
        var path = document is null && Workspace.Nearest(host) is null && !isCheck ? Path.Combine(host.Folder, "muster.yaml") : Workspace.Locate(host, document);
        var (folder, main) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        ImmutableArray<string> files = named.Length > 0 ? [.. named.Select(file => Within(host, folder, file))] : isCheck ? Named(path) : throw Refusal.Usage("which checklist?", "muster import READINESS.md; or muster import --check");
        var controls = output is null ? null : Within(host, folder, output);
        if (controls is not null && !controls.EndsWith(".yaml", StringComparison.Ordinal)) throw Refusal.Usage($"-o {output}: not a .yaml file", "as -o controls/LAUNCH.yaml");
        var all = new List<(Imported Imported, List<string> Written)>();
        foreach (var file in files)
        {
            var desk = new DocumentDesk(folder, main);
            var imported = new ChecklistImport(desk, file, controls, accept).Prepare();
            var written = new List<string>();
            if (!isCheck)
                foreach (var (name, bytes) in desk.Changed.OrderBy(changed => changed.Path == main))
                {
                    var full = Path.Combine(folder, name);
                    Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                    OutputFile.Write(host, full, bytes);
                    written.Add(name);
                }

            all.Add((imported, written));
            if (!to.IsJson) ImportedPage.Text(to.Data, imported, written, isCheck);
        }

        if (to.IsJson)
            to.Json("import-checklist", ("document", main), ("check", isCheck), ("written", Value.Texts(all.SelectMany(one => one.Written))), ("checklists", Output.List(all, one => ImportedPage.Json(one.Imported))));
        return all.Exists(one => !one.Imported.Problems.IsEmpty) ? ExitCode.BadInput : isCheck && all.Exists(one => one.Imported.Differs) ? ExitCode.Undecided : ExitCode.Done;
    }

    /// <summary>Every checklist that a control of the document was made from.</summary>
    static ImmutableArray<string> Named(string path)
    {
        var reading = Workspace.Read(path, out _);
        if (reading.Document is not { } read) throw new Refusal(ExitCode.BadInput, $"{Path.GetFileName(path)} has mistakes\n{ProblemText.Render(reading.Problems)}".TrimEnd(), "mend them, then `muster lint` until it is silent");
        ImmutableArray<string> files = [.. read.Controls.Select(control => control.Sentence?.File).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return files.IsEmpty ? throw Refusal.Usage($"no control of {Path.GetFileName(path)} was made from a checklist", "muster import READINESS.md") : files;
    }

    /// <summary>Relative to the document, which reads nothing outside of its folder, and as its YAML can say it.</summary>
    static string Within(Host host, string folder, string file)
    {
        var relative = Path.GetRelativePath(folder, Path.GetFullPath(file, host.Folder));
        if (relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative))
            throw Refusal.Usage($"{file}: it lies outside of the document's folder", $"copy it into {(folder == host.Folder ? "this folder" : "the folder of the document")}");
        if (relative.Length > 300 || relative.AsSpan().ContainsAny(":\\") || relative.Contains("$(", StringComparison.Ordinal) || Spoken.Shown(relative, 400) != relative || relative[0] == '~')
            throw Refusal.Usage($"{Spoken.Shown(file, 100)}: a document cannot name a file like that", "give it a plain name");
        return relative;
    }
}
