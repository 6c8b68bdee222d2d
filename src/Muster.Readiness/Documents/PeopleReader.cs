using System.Security.Cryptography;
using System.Text;

namespace Muster.Readiness;

/// <summary>Who signs, in which roles, with which key. The key file is a PEM <c>PUBLIC KEY</c> on the curve P-256.</summary>
static class PeopleReader
{
    const int MostPeople = 500;
    const string P256 = "1.2.840.10045.3.1.7";

    public static void Read(Keys? keys, Draft draft, Fetch fetch)
    {
        if (keys is null) return;
        if (keys.Map.Entries.Length > MostPeople) draft.Problems.Error(keys.Place, keys.Path, $"There are more than {MostPeople} people.", "Name those who sign.");
        foreach (var (name, value) in keys.Map.Entries.Take(MostPeople))
        {
            var path = keys.At(name.Text);
            if (value is YamlNode.Broken || !Typed.Name(name, keys.Path, draft.Problems) || Typed.Map(value, path, draft.Problems) is not { } map)
            {
                draft.Unread.Add(name.Text);
                continue;
            }

            var inner = new Keys(map, path, draft.Problems);
            var roles = inner.Texts("roles");
            if (roles.IsEmpty && !inner.Has("roles")) draft.Problems.Error(map.Place, path, $"\"{name.Text}\" has no role.", "Write roles: [ … ].");
            var key = inner.Take("key") is { } file ? Key(file, inner.At("key"), draft, fetch) : null;
            inner.Done("a person");
            if (key is not null && draft.People.Values.FirstOrDefault(person => person.KeyId == key) is { } other)
                draft.Problems.Error(value.Place, path, $"\"{name.Text}\" has the same key as \"{other.Name}\".", "Each person has a key of their own.");
            draft.People[name.Text] = new(name.Text, [.. roles.Distinct().Order(StringComparer.Ordinal)], key);
        }
    }

    /// <summary>A name and the file of its public key. A key is either a person's or a runner's: who looks does not sign.</summary>
    public static void Runners(Keys? keys, Draft draft, Fetch fetch)
    {
        if (keys is null) return;
        if (keys.Map.Entries.Length == 0) draft.Problems.Error(keys.Place, keys.Path, "No runner is named.", "Leave `runners` out, or name one: ci: keys/ci.pub.");
        if (keys.Map.Entries.Length > MostPeople) draft.Problems.Error(keys.Place, keys.Path, $"There are more than {MostPeople} runners.", "Name those that look.");
        foreach (var (name, value) in keys.Map.Entries.Take(MostPeople))
        {
            var path = keys.At(name.Text);
            if (value is YamlNode.Broken || !Typed.Name(name, keys.Path, draft.Problems) || Key(value, path, draft, fetch) is not { } key) continue;
            if (draft.Runners.Values.FirstOrDefault(runner => runner.KeyId == key)?.Name is { } other)
                draft.Problems.Error(value.Place, path, $"\"{name.Text}\" has the same key as \"{other}\".", "Each runner has a key of its own.");
            if (draft.People.Values.FirstOrDefault(person => person.KeyId == key)?.Name is { } person)
                draft.Problems.Error(value.Place, path, $"This is the key of \"{person}\".", "Name the runner's own key: .muster/keys/runner.pub of the machine that looks.");
            if (draft.Runners.ContainsKey(name.Text)) draft.Problems.Error(name.Place, path, $"\"{name.Text}\" stands in another file too.", "Keep one of the two.");
            draft.Runners[name.Text] = new(name.Text, key);
        }
    }

    static string? Key(YamlNode node, string path, Draft draft, Fetch fetch)
    {
        if (Typed.Text(node, path, draft.Problems) is not { } written) return null;
        var (says, fix) = FilePath.Normalise(written) is not { } file
            ? ($"\"{written}\" leads out of the document's folder.", "Name a file in the document's folder.")
            : fetch(file) switch
            {
                Fetched.File { Bytes.Length: <= 10_000 } pem => KeyId(pem.Bytes.Span) is { } id ? (id, null) : ($"\"{written}\" holds no public key on the curve P-256.", "Write one with: muster key new."),
                Fetched.Missing => ($"There is no file \"{written}\".", "Name the file of the public key, relative to the document."),
                Fetched.Unreadable why => ($"\"{written}\" cannot be read: {why.Why}.", "Make it readable."),
                _ => ($"\"{written}\" is not a key file.", "Name the file of the public key, relative to the document."),
            };
        if (fix is null) return says;
        draft.Problems.Error(node.Place, path, says, fix);
        return null;
    }

    /// <summary>Lower-case hex SHA-256 of the SubjectPublicKeyInfo, or null if this is no such key.</summary>
    static string? KeyId(ReadOnlySpan<byte> pem)
    {
        try
        {
            var text = Encoding.ASCII.GetString(pem);
            if (!PemEncoding.TryFind(text, out var found) || text[found.Label] != "PUBLIC KEY") return null;
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text[found.Base64Data]), out _);
            return key.ExportParameters(false).Curve.Oid.Value == P256 ? Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())) : null;
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
