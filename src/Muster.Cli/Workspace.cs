using System.Collections.Immutable;
using Muster.Ledger;
using Muster.Probes;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>A document on disk, read, and the state folder beside it. Commands that need a valid document start here.</summary>
sealed class Workspace
{
    Workspace(string folder, string file, Document document, ImmutableArray<Problem> warnings, ImmutableArray<PublicKey> published, ImmutableSortedDictionary<string, Place> places) =>
        (Folder, File, Document, Warnings, PublishedKeys, _places) = (folder, file, document, warnings, published, places);

    readonly ImmutableSortedDictionary<string, Place> _places;

    /// <summary>The absolute path of the document's folder.</summary>
    public string Folder { get; }

    /// <summary>The document's name in it.</summary>
    public string File { get; }

    public Document Document { get; }

    public ImmutableArray<Problem> Warnings { get; }

    /// <summary>The public keys that the document names, wherever its people sign.</summary>
    public ImmutableArray<PublicKey> PublishedKeys { get; }

    /// <summary>Everything that Muster keeps; never under version control.</summary>
    public string State => Path.Combine(Folder, ".muster");

    /// <exception cref="Refusal">There is no document, or it has mistakes: all of them are in the message.</exception>
    public static Workspace Open(Host host, string? named)
    {
        var path = Locate(host, named);
        var reading = Read(path, out var keys);
        if (reading.Document is { } document)
            return new(Path.GetDirectoryName(path)!, Path.GetFileName(path), document, [.. reading.Problems.Where(problem => problem.Gravity == Gravity.Warning)], [.. keys], reading.Places);
        throw new Refusal(ExitCode.BadInput, $"{Path.GetFileName(path)} has mistakes\n{ProblemText.Render(reading.Problems)}".TrimEnd(), "mend them, then `muster lint` until it is silent");
    }

    /// <summary>A document that lies in no folder.</summary>
    public static Workspace Without(Document document) => new("", "the built-in pack", document, [], [], ImmutableSortedDictionary<string, Place>.Empty);

    /// <summary>Where the controls stand, as other tools name files: below the root of the working copy, else below the folder that this runs in.</summary>
    public Places Places(Host host)
    {
        if (Folder.Length == 0) return Readiness.Places.None;
        var root = Folder;
        while (root is not null && !Path.Exists(Path.Combine(root, ".git"))) root = Path.GetDirectoryName(root);
        var from = Path.GetRelativePath(root ?? host.Folder, Folder).Replace('\\', '/');
        var prefix = from == "." || from == ".." || from.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(from) ? "" : from + "/";
        return new(_places.ToImmutableSortedDictionary(place => place.Key, place => place.Value with { File = prefix + place.Value.File }, StringComparer.Ordinal), new(prefix + File, 1, 1));
    }

    /// <param name="keys">The public keys of the people whom the document names.</param>
    public static Reading Read(string path, out IReadOnlyList<PublicKey> keys)
    {
        var folder = new DocumentFolder(Path.GetDirectoryName(path)!);
        var reading = DocumentReader.Read(Path.GetFileName(path), folder.Fetch, ProbeKinds.Catalogue, Zone, Packs.Fetch, Checklists.Sentences.Of, Catalogue.Ids);
        keys = folder.Keys;
        return reading;
    }

    /// <summary>The document that is meant: as named, or muster.yaml here or in the nearest folder above.</summary>
    public static string Locate(Host host, string? named)
    {
        if (named is not null)
        {
            var full = Path.GetFullPath(named, host.Folder);
            if (Directory.Exists(full)) full = Path.Combine(full, "muster.yaml");
            return System.IO.File.Exists(full) ? full : throw Refusal.Usage($"{named}: no such document", "name a file or a folder with a muster.yaml in it");
        }

        return Nearest(host) ?? throw Refusal.Usage("no muster.yaml here or in any folder above", "`muster init URL` proposes one; `muster check URL` needs none");
    }

    /// <summary>muster.yaml here or in the nearest folder above, or null.</summary>
    public static string? Nearest(Host host)
    {
        for (var folder = host.Folder; folder is not null; folder = Path.GetDirectoryName(folder))
            if (Path.Combine(folder, "muster.yaml") is var candidate && System.IO.File.Exists(candidate)) return candidate;
        return null;
    }

    public static TimeZoneInfo? Zone(string name) => TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    /// <exception cref="Refusal">The document has several gates and none was named, or none by that name.</exception>
    public Gate Gate(string? named) => (named, Document.Gates) switch
    {
        ({ } name, _) => Document.Gate(name) ?? throw Refusal.Usage($"{File} has no gate \"{name}\"", Suggestion.Among(Document.Gates.Select(gate => gate.Name), name, "add one under `gates:`, with the environment that it guards")),
        (null, [var only]) => only,
        (null, []) => throw Refusal.Usage($"{File} has no gate", "add one under `gates:`, with the environment that it guards"),
        _ => throw Refusal.Usage($"{File} has {Document.Gates.Length} gates", $"say which: --gate {string.Join(" | ", Document.Gates.Select(gate => gate.Name))}"),
    };

    public Control Control(string id) => Document.Control(id) ?? throw NoControl(id);

    public Refusal NoControl(string id) =>
        Refusal.Usage($"{File} has no control \"{id}\"", Suggestion.Among(Document.Controls.Select(control => control.Id), id, "add one under `controls:`"));

    public DeploymentEnvironment Environment(string name) => Document.Environment(name)
        ?? throw Refusal.Usage($"{File} has no environment \"{name}\"", Suggestion.Among(Document.Environments.Select(known => known.Name), name, "add one under `environments:`"));

    public Person Person(string name) => Document.People.FirstOrDefault(person => person.Name == name)
        ?? throw Refusal.Usage($"{File} names no person \"{name}\"", Suggestion.Among(Document.People.Select(person => person.Name), name, "add them under `people:`"));
}
