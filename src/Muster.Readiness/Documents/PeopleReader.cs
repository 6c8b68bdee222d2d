using System.Collections.Immutable;
using System.Text;

namespace Muster.Readiness;

/// <summary>Who signs, in which roles, with which key, and which keys were theirs before.</summary>
static class PeopleReader
{
    const int MostPeople = 500;
    const int MostFormer = 20;

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
            var former = inner.Take("former") is { } before ? Former(before, inner.At("former"), key, draft, fetch) : [];
            inner.Done("a person");
            foreach (var id in former.Select(one => one.KeyId).Append(key).OfType<string>())
                if (draft.People.Values.FirstOrDefault(person => person.Name != name.Text && (person.KeyId == id || person.WasTheirs(id) is not null)) is { } other)
                    draft.Problems.Error(value.Place, path, $"\"{name.Text}\" has the same key as \"{other.Name}\".", "Each person has a key of their own.");
            draft.People[name.Text] = new(name.Text, [.. roles.Distinct().Order(StringComparer.Ordinal)], key) { Former = former.IsEmpty ? null : former };
        }
    }

    /// <summary>Each a key and when it was replaced.</summary>
    static ImmutableArray<FormerKey> Former(YamlNode list, string path, string? present, Draft draft, Fetch fetch)
    {
        var former = new SortedDictionary<string, FormerKey>(StringComparer.Ordinal);
        var nodes = Typed.Nodes(list);
        if (nodes.Length > MostFormer) draft.Problems.Error(list.Place, path, $"There are more than {MostFormer} former keys.", "Keep those whose signatures still matter.");
        foreach (var node in nodes.Take(MostFormer))
        {
            if (Typed.Map(node, path, draft.Problems) is not { } map) continue;
            var keys = new Keys(map, path, draft.Problems);
            var id = keys.Require("key", "Name the file of the public key.") is { } file ? Key(file, keys.At("key"), draft, fetch) : null;
            _ = keys.Require("until", "Say since when it signs nothing any more, as until: 2026-01-10.");
            var until = keys.Date("until");
            keys.Done("a former key");
            if (id is null || until is not { } end) continue;
            if (id == present || former.ContainsKey(id)) draft.Problems.Error(map.Place, path, id == present ? "This is the key that the person has now." : "This key stands twice.", "Keep it in one place.");
            else former[id] = new(id, end);
        }

        return [.. former.Values];
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
            if (draft.People.Values.FirstOrDefault(person => person.KeyId == key || person.WasTheirs(key) is not null)?.Name is { } person)
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
                Fetched.File { Bytes.Length: <= KeyText.Largest } read => Encoding.Latin1.GetString(read.Bytes.Span) is var text && KeyText.KeyId(text) is { } id ? (id, null)
                    : KeyText.WhyNot(text) is var (why, mend) ? ($"\"{written}\" {why}.", mend) : default,
                Fetched.Missing => ($"There is no file \"{written}\".", "Name the file of the public key, relative to the document."),
                Fetched.Unreadable why => ($"\"{written}\" cannot be read: {why.Why}.", "Make it readable."),
                _ => ($"\"{written}\" is not a key file.", "Name the file of the public key, relative to the document."),
            };
        if (fix is null) return says;
        draft.Problems.Error(node.Place, path, says, fix);
        return null;
    }
}
