using Muster.Readiness;

namespace Muster.Probes;

static class SecretsScanKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "secrets.scan",
        Says = "Searches files, the whole history of a git repository, or the layers of an image for secrets that stand there openly.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("history", Shape.Truth, "true insists on a git repository, and false looks at the files alone; unless said, a repository is searched with its history."),
            new("allow", Shape.List, "Findings that may stand: each a map with path (\"*\" and \"?\" match), rule or fingerprint, and always because and until, a date as 2026-12-31."),
            new("rules", Shape.Text, "A YAML file with rules of your own beside ours, written as ours are."),
            new("key", Shape.Text, "The key of the fingerprints, as key of a target; without it they can be compared within one look only."),
        ],
        Fields =
        [
            new("found", Shape.Number, "Secrets that stand openly and that no allowance names."),
            new("findings", Shape.List, "The first of them: rule, path, line, length and keyed fingerprint; within (which object of a manifest), object and commit (the first that has it). Never the value."),
            new("allowed", Shape.Number, "Findings that an allowance lets stand."),
            new("expired_allowances", Shape.Number, "Allowances whose end has come; what they named is found again."),
            new("unused_allowances", Shape.Number, "Allowances that let nothing stand any more."),
            new("protected", Shape.Number, "Secrets in a form that may lie openly: sealed, fetched from a store, encrypted in place."),
            new("texts", Shape.Number, "Files, versions of files and messages of commits that were searched."),
            new("bytes", Shape.Size, "How much that was."),
            new("binary", Shape.Number, "Files that are no text and were not searched."),
            new("huge", Shape.Number, "Files over 16 MiB, which were not searched."),
            new("unread", Shape.Number, "Files that should have been searched and could not be read."),
            new("history", Shape.Truth, "Whether the history was searched too."),
            new("commits", Shape.Number, "Commits in that history."),
            new("archives", Shape.Number, "Archives of an image that were gone through: its layers, and the one around them."),
            new("canaries", Shape.Number, "Classes of made-up secrets, one of each, that the same search found before it said anything."),
            new("duration", Shape.Duration, "How long the search took."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("found", 0), ("unread", 0)),
        Population = "texts",
        Deadline = TimeSpan.FromMinutes(10),
        Pitfalls =
        [
            "A file that was deleted still stands in the history, and one that a later layer of an image deletes still stands in the earlier one.",
            "A secret that was found must be changed, not only taken out: whoever has a clone has it.",
            "Only what references of this clone reach is history here. A shallow clone is unproven; other forks, stashes of others and the caches of a host are not seen.",
            "base64 is no protection: the values of a Kubernetes Secret are decoded, twice if need be.",
            "A password that is a word, or stands in prose, looks like nothing. Rules find shapes; nothing found is no proof against a thing that has none.",
            "Layers packed with zstd cannot be unpacked here and count as unread. Files beyond 16 MiB and binary ones are counted: expect huge to be 0 where that matters.",
            "Git must be installed for history, and is run with fixed commands that start nothing of the repository's own. Files that it ignores are not searched.",
        ],
        Example = "check: { secrets.scan: ., history: true, allow: [ { path: tests/certs/*, rule: private-key, because: made for tests, until: 2026-12-31 } ] }",
    };

    public static readonly ProbeKind Entry = new(Declaration, SecretsScanProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await Write("sick", "  password: Tr0ub4dor-and-3\n");
            await Write("well", "  password: $(DB_PASSWORD)\n");
            return new("secrets.scan", "a manifest with a password in it, beside one that has a hole in its place", await Look("sick"), await Look("well"));
        }
        finally { folder.Delete(recursive: true); }

        Task Write(string name, string line)
        {
            folder.CreateSubdirectory(name);
            return File.WriteAllTextAsync(Path.Combine(folder.FullName, name, "secret.yaml"), "kind: Secret\nmetadata: { name: db }\nstringData:\n" + line, cancel);
        }

        Task<Witnessed> Look(string name) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration, Value.Of(("target", name)), [Stage.Is("found", 0, Shape.Number), Stage.Is("unread", 0, Shape.Number)], cancel);
    }
}
