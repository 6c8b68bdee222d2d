using Muster.Readiness;

namespace Muster.Probes;

static class SecretsRotationKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "secrets.rotation",
        Says = "Keeps keyed fingerprints of the secrets that a machine holds, never values, and shows from look to look how old each is and which one is due.",
        Target = TargetShape.Path,
        LooksBack = true,
        Parameters =
        [
            .. HeldSecrets.Parameters,
            new("fingerprint_key", Shape.Text, "The key of the fingerprints, at least 16 characters, the same at each look; only under targets, as { path: .env, fingerprint_key: $(env:FINGERPRINT_KEY) }."),
            new("max_age", Shape.Duration, "How old a secret may be, where the calendar says nothing else.") { Default = 90 * 86400 },
            new("remind", Shape.Duration, "How long before it is due a secret is named under due_soon.") { Default = 14 * 86400 },
            new("calendar", Shape.Text, "A YAML file of when each secret was changed: credentials: { DB_PASSWORD: { rotated: 2026-10-01, max_age: 30d } }."),
        ],
        Fields =
        [
            new("overdue", Shape.List, "Secrets that are older than they may be, by name."),
            new("undated", Shape.List, "Those of which nobody knows how old they are: no look saw them change yet, and the calendar does not have them."),
            new("contradicted", Shape.List, "Those that the calendar says were changed after a look had seen their value, which is the same still."),
            new("due_soon", Shape.List, "Those that are due within the time of \"remind\"."),
            new("changed", Shape.List, "Those that changed since the last look."),
            new("uncalendared", Shape.List, "Under \"calendar\": those that it does not have."),
            new("missing_keys", Shape.List, "Of the keys that were named and of the calendar's, those that are not there."),
            new("oldest", Shape.Duration, "The age of the oldest of those whose age is known."),
            new("next_due", Shape.Instant, "When the first of those is due."),
            new("looked", Shape.Instant, "When this look was."),
            new("key", Shape.Text, "The fingerprint of the fingerprints' key: under another one nothing can be compared, and the looks begin anew."),
            new("secrets", Shape.Map, "Each secret by its name: fingerprint, first_seen and, where a look saw it change, after: it is not older than that."),
            Bounded.Cut,
        ],
        Holds = Value.Of(("overdue", None), ("undated", None), ("contradicted", None), ("missing_keys", None)),
        Population = "secrets",
        Pitfalls =
        [
            "What is compared is what the last look recorded in the ledger for the same question. A ledger that begins anew knows nothing: then the calendar's word counts until a look sees a change.",
            "The date on a Secret, and the one at which an operator last fetched it, are not the age of its value.",
            "The calendar is somebody's word. It is held against what was seen: a date that is younger than a value seen before is a contradiction, and fails.",
            "Changed to a value that it had before counts as changed.",
            "Without the key nobody can try values against a fingerprint; keep it as the secrets themselves.",
        ],
        Example = "check: { secrets.rotation: credentials, calendar: rotation.yaml, max_age: 90d }",
    };

    static Value.Fields None => Value.Of(("count", 0));

    public static readonly ProbeKind Entry = new(Declaration, SecretsRotationProbe.Look, Prove);

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, ".env"), "DB_PASSWORD=k2v8s1q9w4z7\n", cancel);
            return new("secrets.rotation", "a password that was seen 91 days ago and is the same, beside one of yesterday", await Look(91), await Look(1));
        }
        finally { folder.Delete(recursive: true); }

        Task<Witnessed> Look(int days)
        {
            const string Key = "a key for fixtures";
            var seen = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(days);
            var earlier = Value.Of(("looked", Instant.Write(seen)), ("key", SecretFingerprint.OfKey(Key)), ("secrets", Value.Of(("DB_PASSWORD", Value.Of(("fingerprint", SecretFingerprint.Of(Key, "DB_PASSWORD", "k2v8s1q9w4z7")), ("first_seen", Instant.Write(seen)), ("after", Instant.Write(seen)))))));
            return Stage.Look(new() { Release = default, Folder = folder.FullName, Earlier = (_, _) => earlier }, Declaration, Value.Of(("target", Value.Of(("path", ".env"), ("fingerprint_key", Key)))), [new("overdue", new Matcher.Count(new Matcher.Is(Operand.Of(0), Shape.Number)))], cancel);
        }
    }
}
