using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli.Commands;

/// <summary>What the manifest commands share: where the target is, and how what was captured is written.</summary>
static class ManifestWriting
{
    /// <summary>A target of the document by its name, or an address where there is no document or it names none such.</summary>
    public static (Value Target, string Folder) Target(Host host, string target, string? document, string? environment)
    {
        if (document is null && Workspace.Nearest(host) is null) return (Value.Of(("address", target)), host.Folder);
        var workspace = Workspace.Open(host, document);
        var place = environment is { } named ? workspace.Environment(named).Name : workspace.Document.Environments is [var only] ? only.Name
            : workspace.Document.Targets.Any(known => known.Name == target) ? throw Refusal.Usage($"{workspace.File} has {workspace.Document.Environments.Length} environments", $"say which: --env {string.Join(" | ", workspace.Document.Environments.Select(known => known.Name))}") : "";
        return (Asks.Target(workspace.Document, target, place), workspace.Folder);
    }

    public static int Write(Host host, Output output, string of, string file, ManifestCaptured captured, string things)
    {
        if (captured.Manifest is not { } manifest) throw new Refusal(ExitCode.Undecided, $"no manifest was written: {captured.Because}");
        OutputFile.Write(host, file, CanonicalJson.Bytes(manifest));
        if (output.IsJson) output.Json("manifest", ("of", of), ("file", file), ("captured", captured.Things));
        else output.Data.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{captured.Things} {things} are in {file}. Keep it with the backup, or better elsewhere: whoever can change both can make them fit."));
        return ExitCode.Done;
    }
}
