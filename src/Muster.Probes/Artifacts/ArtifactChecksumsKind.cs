using Muster.Readiness;

namespace Muster.Probes;

static class ArtifactChecksumsKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "artifact.checksums",
        Says = "Verifies a list of checksums against the files of a folder, both ways: every listed file is there and right, and every file there is listed.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("files", Shape.Text, "The folder of the files; the list's own unless said."),
            new("besides", Shape.List, "Files that need not be listed: \"*\" and \"?\" match. The list itself never needs to be."),
        ],
        Fields =
        [
            new("verified", Shape.Number, "Checksums that are right."),
            new("mismatched", Shape.List, "Files whose bytes are others; the first of them."),
            new("missing", Shape.List, "Listed files that are not there."),
            new("unlisted", Shape.List, "Files that are there and that no line lists."),
            new("duplicates", Shape.List, "Names that are listed twice under one algorithm."),
            new("escaping", Shape.List, "Names that lead out of the folder, by their spelling or by a link; they are not opened."),
            new("listed", Shape.Number, "Files that are listed."),
            new("sha256", Shape.Text, "The digest of the list."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("verified", "at least 1"), ("mismatched", Value.Of(("count", 0))), ("missing", Value.Of(("count", 0))), ("unlisted", Value.Of(("count", 0))), ("duplicates", Value.Of(("count", 0))), ("escaping", Value.Of(("count", 0)))),
        Population = "checksums",
        Deadline = TimeSpan.FromMinutes(5),
        Pitfalls =
        [
            "Whoever can change a file can change the list beside it. That nobody did is shown by a signature over the list.",
            "SHA-256, SHA-384 and SHA-512 are read, in the forms of sha256sum and of BSD. MD5 and SHA-1 are refused: they no longer show that a file is the same.",
            "A line that cannot be read makes the whole list unproven, where other tools only warn.",
            "Signatures and certificates beside the files are files too: name them under besides.",
        ],
        Example = "check: { artifact.checksums: dist/SHA256SUMS, besides: [ SHA256SUMS.sig ] }",
    };

    public static readonly ProbeKind Entry = new(Declaration, ArtifactChecksumsProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await Write("sick", "shop!");
            await Write("well", "shop");
            return new("artifact.checksums", "a file that was changed after its checksum was taken, beside one that was not", await Look("sick"), await Look("well"));
        }
        finally { folder.Delete(recursive: true); }

        async Task Write(string name, string text)
        {
            var own = folder.CreateSubdirectory(name).FullName;
            await File.WriteAllTextAsync(Path.Combine(own, "web.bin"), text, cancel);
            await File.WriteAllTextAsync(Path.Combine(own, "SHA256SUMS"), $"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("shop"u8))}  web.bin\n", cancel);
        }

        Task<Witnessed> Look(string name) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration, Value.Of(("target", $"{name}/SHA256SUMS")), [new("mismatched", new Matcher.Count(new Matcher.Is(Operand.Of(0), Shape.Number)))], cancel);
    }
}
