using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

static class SecretsStrengthKind
{
    public static readonly Kind Declaration = new()
    {
        Name = "secrets.strength",
        Says = "Measures the secrets that a machine holds, by name and never by value: how many bits somebody has to guess at most, known defaults, the same secret twice, the same in another environment.",
        Target = TargetShape.Path,
        Parameters =
        [
            .. HeldSecrets.Parameters,
            new("bits", Shape.Number, "The fewest bits that a secret may have; NIST SP 800-131A asks for 112 at least.") { Default = 112 },
            new("other", Shape.Text, "The file or folder of another environment, in the same form: no secret may be the same there."),
        ],
        Fields =
        [
            new("weak", Shape.List, "Secrets with fewer bits, by name; an empty one has none."),
            new("known", Shape.List, "Those that are a known default, or only hold the place of a secret."),
            new("unset", Shape.List, "Those that are empty."),
            new("repeated", Shape.List, "Those whose value another of them has too."),
            new("shared", Shape.List, "Under \"other\": those whose value stands in the other environment too, under whatever name."),
            new("missing_keys", Shape.List, "Of the keys that were named, those that are not there."),
            new("least_bits", Shape.Number, "The bits of the weakest."),
            new("secrets", Shape.List, "Each secret.") { Of = [new("name", Shape.Text, "What it is called."), new("bits", Shape.Number, "The bits that it has at most.")] },
            Bounded.Cut,
        ],
        Holds = Value.Of(("weak", None), ("known", None), ("unset", None), ("repeated", None), ("missing_keys", None)),
        Population = "secrets",
        Pitfalls =
        [
            "The bits are a bound from above: length and alphabet, less for words, rows, years and what stands there twice. A sentence from a book has many here, and somebody may know it.",
            "A secret that everybody in the team has read is strong and no secret; who could read it is not seen here.",
            "It is read inside of the boundary, by whoever may: the file that the service reads, not the one that a pipeline writes. Outside of the document's folder it is read only under muster check --allow-outside.",
            "Of a private key its kind and size count, as NIST SP 800-57 compares them; an encrypted one has no bits of its own here.",
        ],
        Example = "check: { secrets.strength: /run/secrets, keys: [ session_key ], bits: 128, expect: { weak: { count: 0 }, known: { count: 0 }, missing_keys: { count: 0 } } }",
    };

    static Value.Fields None => Value.Of(("count", 0));

    public static readonly ProbeKind Entry = new(Declaration, Look, Prove);

    static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var (keys, whole, least) = (given.Texts("keys"), given.Truth("whole", false), given.Count("bits", 112, 4096));
        var (held, missing) = await HeldSecrets.Read(given.Target, keys, whole, context, cancel);
        var set = held.Where(one => one.IsSet).ToList();
        var bits = set.ToDictionary(one => one.Name, one => WeakSecrets.Knows(one.Value) ? 0 : SecretStrength.Bits(one.Value), StringComparer.Ordinal);
        var seen = Value.Of(
            ("weak", Names(held.Where(one => !one.IsSet || bits[one.Name] < least))),
            ("known", Names(set.Where(one => WeakSecrets.Knows(one.Value)))),
            ("unset", Names(held.Where(one => !one.IsSet))),
            ("repeated", Names(set.GroupBy(one => one.Value, StringComparer.Ordinal).Where(same => same.Count() > 1).SelectMany(same => same))),
            ("missing_keys", Value.Texts(missing)),
            ("secrets", new Value.Items([.. set.Select(one => (Value)Value.Of(("name", one.Name), ("bits", bits[one.Name])))])));
        if (set.Count > 0) seen = seen.With("least_bits", bits.Values.Min());
        if (given.Text("other") is { } other)
        {
            var there = (await HeldSecrets.Everything(other, whole, context, cancel)).Where(one => one.IsSet).Select(one => one.Value).ToHashSet(StringComparer.Ordinal);
            if (there.Count == 0) throw new Unseen(Blind.Unreadable, $"{other} holds no secret that is set, so that there is nothing to compare with");
            seen = seen.With("shared", Names(set.Where(one => there.Contains(one.Value))));
        }

        return new() { Observation = seen, Population = set.Count };
    }

    static Value.Items Names(IEnumerable<HeldSecret> secrets) => (Value.Items)Value.Texts(secrets.Select(one => one.Name).Order(StringComparer.Ordinal));

    static async Task<Proof> Prove(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("muster-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "sick.env"), $"SESSION_SECRET=Shop-Production-{2026.ToString(CultureInfo.InvariantCulture)}!\n", cancel);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "well.env"), $"SESSION_SECRET={Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32))}\n", cancel);
            return new("secrets.strength", "a session secret of words and a year, beside one of 32 random bytes", await Look("sick.env"), await Look("well.env"));
        }
        finally { folder.Delete(recursive: true); }

        Task<Witnessed> Look(string name) => Stage.Look(new() { Release = default, Folder = folder.FullName }, Declaration, Value.Of(("target", name)), [new("weak", new Matcher.Count(new Matcher.Is(Operand.Of(0), Shape.Number)))], cancel);
    }
}
