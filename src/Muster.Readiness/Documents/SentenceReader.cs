using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// <c>sentence: { file: READINESS.md, line: 12, text: sha256:… }</c>, compared with what the file says now. What was found becomes part of the document,
/// so that a judge who has the document alone finds the same.
/// </summary>
static class SentenceReader
{
    public const int MostChecklists = 50;

    public static ChecklistSentence? Read(Keys? keys, Source source)
    {
        if (keys is null) return null;
        var file = keys.Require("file", "Name the checklist, relative to the document.") is { } node ? File(node, keys) : null;
        var text = keys.Require("text", "Let muster import write it.") is { } written && Typed.Text(written, keys.At("text"), keys.Problems) is { } hex ? Text(hex, written.Place, keys) : null;
        var line = keys.Take("line") is { } number ? Typed.Whole(number, keys.At("line"), keys.Problems, 1, int.MaxValue) : null;
        keys.Done("a sentence");
        if (source.Pack is not null) keys.Problems.Error(keys.Place, keys.Path, "A pack's control comes from the pack, and from no checklist.", "Take the sentence away.");
        return file is null || text is not { } digest ? null
            : new(file, digest) { Line = (int?)line, LinePlace = keys.Take("line")?.Place, TextPlace = keys.Take("text")!.Place };
    }

    static string? File(YamlNode node, Keys keys)
    {
        if (Typed.Text(node, keys.At("file"), keys.Problems) is not { } path) return null;
        if (FilePath.Normalise(path) is { } file) return file;
        keys.Problems.Error(node.Place, keys.At("file"), $"\"{path}\" leads out of the document's folder.", "Name a file in the document's folder.");
        return null;
    }

    static Digest? Text(string hex, Place place, Keys keys)
    {
        if (Digest.TryParse(hex, out var digest)) return digest;
        keys.Problems.Error(place, keys.At("text"), $"\"{hex}\" is not a digest.", "Let muster import write it: sha256: and 64 lower-case hex digits.");
        return null;
    }

    /// <summary>Every control whose words are not in its checklist is marked. Of words that fewer sentences have than controls, nobody can say here whose are gone: all are.</summary>
    public static void Compare(Draft draft, Fetch fetch, SentencesOf? sentences)
    {
        var files = draft.Controls.Values.Where(control => control.Sentence is not null).GroupBy(control => control.Sentence!.File, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        foreach (var beyond in files.Skip(MostChecklists).Take(1))
            draft.Problems.Error(beyond.First().Sentence!.TextPlace!, $"controls.{beyond.First().Id}.sentence", $"The document's controls come from more than {MostChecklists} checklists.", "Put several into one.");
        foreach (var file in files.Take(MostChecklists))
        {
            var (there, lost) = There(file.Key, fetch, sentences);
            foreach (var same in file.GroupBy(control => control.Sentence!.Text).Where(same => same.Count() > there.GetValueOrDefault(same.Key)))
                foreach (var control in same) draft.Controls[control.Id] = control with { Sentence = control.Sentence! with { Lost = lost } };
        }
    }

    static (Dictionary<Digest, int> Words, Lost Otherwise) There(string file, Fetch fetch, SentencesOf? sentences) => fetch(file) switch
    {
        Fetched.File { Bytes: var bytes } when sentences?.Invoke(bytes) is { } found => (found.GroupBy(text => text).ToDictionary(same => same.Key, same => same.Count()), Lost.Changed),
        Fetched.Missing => ([], Lost.NoFile),
        _ => ([], Lost.Unread),
    };
}
