using Muster.Readiness;

namespace Muster.Probes;

static class SecretsReferencesKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "secrets.references",
        Says = "Reads manifests, compose files, values and env templates, and shows whether each secret setting is a reference and each reference leads to a secret that is declared.",
        Target = TargetShape.Path,
        Parameters =
        [
            new("keys", Shape.List, "Settings that are secret beside those whose name says so; each must be there."),
            new("declared", Shape.List, "Secrets that are declared elsewhere, by name."),
        ],
        Fields =
        [
            new("literals", Shape.Number, "Secret settings whose value stands there openly; a Kubernetes Secret's values count, in base64 too."),
            new("dangling", Shape.Number, "References to a secret that no file declares."),
            new("unset", Shape.Number, "Secret settings that are left empty."),
            new("references", Shape.Number, "Secret settings that refer to something: secretKeyRef, a file, a template's hole, a store."),
            new("files", Shape.Number, "Files that were read."),
            new("missing_keys", Shape.List, "Of the keys that were named, those that no file sets."),
            new("where_literal", Shape.List, "Where the first of them stand: path, line and key; never the value."),
            new("where_dangling", Shape.List, "The same for dangling references, with the name that they refer to."),
            new("declared", Shape.List, "The first of the secrets that are declared, by name."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("literals", 0), ("dangling", 0), ("missing_keys", Value.Of(("count", 0)))),
        Population = "secret settings",
        Deadline = TimeSpan.FromSeconds(60),
        Pitfalls =
        [
            "What a setting is called decides whether it is secret: name others under keys.",
            "A sealed or external secret declares the Secret that an operator makes of it; whether the operator did is asked of the cluster.",
            "A Secret in the files declares its name, and its values count as literals all the same.",
            "A file that cannot be read as YAML makes the whole look unproven: what it sets is not known.",
            "References through names that a template fills in are taken as references and not followed.",
        ],
        Example = "check: { secrets.references: deploy, keys: [ SHOP_DSN ], expect: { references: at least 3 } }",
    };

    public static readonly ProbeKind Entry = new(Declaration, SecretsReferencesProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            const string Sealed = "kind: SealedSecret\nmetadata: { name: db }\n---\nkind: Deployment\nenv:\n- name: DB_PASSWORD\n  ";
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "sick.yaml"), Sealed + "value: hunter2\n", cancel);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "well.yaml"), Sealed + "valueFrom: { secretKeyRef: { name: db, key: password } }\n", cancel);
            return new("secrets.references", "a deployment with a password in it, beside one that refers to a sealed secret", await Look("sick.yaml"), await Look("well.yaml"));
        }
        finally { folder.Delete(recursive: true); }

        Task<Witnessed> Look(string name) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration, Value.Of(("target", name)), [Stage.Is("literals", 0, Shape.Number), Stage.Is("dangling", 0, Shape.Number)], cancel);
    }
}
