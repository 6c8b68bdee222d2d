using Muster.Readiness;

namespace Muster.Probes;

static class FileKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "file",
        Says = "Reads a file beside the document, and what a pointer into it finds.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("read", Shape.Text, "A JSON Pointer into the file, with \"*\" for every element; what is there becomes the field value."),
            new("as", Shape.Text, "How it is read; by its name unless said (.json, .yaml, .yml; else text).") { OneOf = ["json", "yaml", "text"] },
        ],
        Fields =
        [
            new("exists", Shape.Truth, "Whether the file is there."),
            new("size", Shape.Size, "Its size."),
            new("sha256", Shape.Text, "The digest of its bytes."),
            new("modified", Shape.Instant, "When it was last written, as the file system says."),
            new("text", Shape.Text, "Its text, if it is text."),
            new("json", Shape.Any, "Its content, if it is read as JSON or YAML."),
            new("value", Shape.Any, "What \"read\" points to; with \"*\" a list."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("exists", true)),
        Population = "values read; without read, files",
        Pitfalls =
        [
            "A pointer that finds nothing reads no value: the check is unproven, whatever it expects.",
            "A file in the working copy is not what runs. Bind it to the release, or ask the running thing.",
            "A file over 16 MiB is only digested, never read.",
            "YAML is read by the core schema of YAML 1.2: yes and on are text. Anchors, tags and several documents are refused.",
        ],
        Example = "check: { file: dist/release.json, read: /images/*/digest, expect: { value: { count: at least 1 } } }",
        LeastPopulation = 1,
    };

    public static readonly ProbeKind Entry = new(Declaration, FileProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "sick.json"), """{"images":{"web":{"digest":"latest"}}}""", cancel);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "well.json"), """{"images":{"web":{"digest":"sha256:00"}}}""", cancel);
            return new("file", "a manifest that names no digest, beside one that does", await Look("sick.json"), await Look("well.json"));
        }
        finally { folder.Delete(recursive: true); }

        Task<Witnessed> Look(string name) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration,
            Value.Of(("target", name), ("read", "/images/*/digest")), [new("value", new Matcher.Every(new Matcher.Matches("^sha256:")))], cancel);
    }
}
