using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>The main file and all that it includes, each once: files, folders, packs. Bounded in number, size and depth; nothing outside of the document's folder.</summary>
sealed class IncludeReader(Fetch fetch, Fetch packs, Problems problems)
{
    readonly List<Source> _sources = [];
    readonly HashSet<string> _read = [];
    readonly List<string> _path = [];
    long _bytes;

    public ImmutableArray<Source> Gather(string main)
    {
        var nowhere = new Place(main, 1, 1);
        if (FilePath.Normalise(main) is { } path) File(path, nowhere, "");
        else problems.Error(nowhere, "", $"\"{main}\" is no path within a folder.", "Name the document relative to its folder.");
        return [.. _sources];
    }

    void File(string path, Place asked, string key)
    {
        if (_path.IndexOf(path) is var again and >= 0)
        {
            problems.Error(asked, key, $"The includes run in a circle: {string.Join(" → ", _path[again..])} → {path}.", "Take one of them away.");
            return;
        }

        if (!_read.Add(path)) return;
        if (_path.Count >= DocumentReader.MostIncludeDepth)
        {
            problems.Error(asked, key, $"Includes are nested deeper than {DocumentReader.MostIncludeDepth}.", "Include the file from the main one.");
            return;
        }

        switch (fetch(path))
        {
            case Fetched.File file when Bytes(file, path, asked, key) is { } root:
                _path.Add(path);
                Merge(path, root);
                _path.RemoveAt(_path.Count - 1);
                break;
            case Fetched.File: break;
            case Fetched.Folder folder:
                var files = folder.Names.Where(name => name.EndsWith(".yaml", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
                if (files.Count == 0) problems.Error(asked, key, $"The folder \"{path}\" holds no .yaml file.", "Put one there, or take the include away.");
                foreach (var name in files.Take(DocumentReader.MostFiles + 1))
                    if (FilePath.Normalise(name, path) is { } inner) File(inner, asked, key);
                break;
            case var none: NotThere(none, $"\"{path}\"", asked, key); break;
        }
    }

    Keys? Bytes(Fetched.File file, string name, Place asked, string key)
    {
        _bytes += file.Bytes.Length;
        if (file.Bytes.Length > DocumentReader.MostFileBytes) { NotThere(new Fetched.TooLarge(), $"\"{name}\"", asked, key); return null; }
        if (_bytes > DocumentReader.MostBytes) { problems.Error(asked, key, $"The document's files are larger than {Quantity.Show(DocumentReader.MostBytes, Shape.Size)} together.", "Make it smaller."); return null; }
        if (_read.Count > DocumentReader.MostFiles) { problems.Error(asked, key, $"The document has more than {DocumentReader.MostFiles} files.", "Put several into one."); return null; }
        return YamlFile.Read(name, file.Bytes.Span, problems) is { } map ? new Keys(map, "", problems) : null;
    }

    void Merge(string path, Keys keys)
    {
        _sources.Add(new(path, keys) { Section = keys.Text("section") });
        if (keys.Take("include") is not { } node) return;
        foreach (var item in Typed.Nodes(node))
            if (item is YamlNode.Map map) Pack(map);
            else if (Typed.Text(item, "include", problems) is not { } written) continue;
            else if (written.StartsWith("pack:", StringComparison.Ordinal)) Pack(written["pack:".Length..].Trim(), item.Place, ImmutableDictionary<string, YamlNode>.Empty);
            else if (FilePath.Normalise(written, FilePath.FolderOf(path)) is { } file) File(file, item.Place, "include");
            else problems.Error(item.Place, "include", $"\"{written}\" leads out of the document's folder.", "Include only what lies in the document's folder, by a relative path with \"/\".");
    }

    /// <summary><c>{ pack: web-edge@1, with: { edge: api } }</c>.</summary>
    void Pack(YamlNode.Map map)
    {
        var keys = new Keys(map, "include", problems);
        var name = keys.Require("pack", "Write { pack: name@version, with: { target: ours } }.") is null ? null : keys.Text("pack");
        var given = (keys.Inner("with")?.Map.Entries ?? []).ToDictionary(entry => entry.Key.Text, entry => entry.Value, StringComparer.Ordinal);
        keys.Done("an include");
        if (name is not null) Pack(name, map.Place, given);
    }

    /// <param name="given">Ours for the targets that it needs, and values for its settings.</param>
    void Pack(string name, Place asked, IReadOnlyDictionary<string, YamlNode> given)
    {
        if (name.Split('@') is not [var pack, var version] || !Typed.IsName(pack) || !Typed.IsName(version))
        {
            problems.Error(asked, "include", $"\"{name}\" names no pack.", "Write pack:name@version, as pack:web-edge@2.");
            return;
        }

        var file = $"pack:{name}";
        if (!_read.Add(file)) { problems.Error(asked, "include", $"The pack \"{name}\" is included twice.", "Keep one of the two."); return; }
        var fetched = packs(name);
        if (fetched is not Fetched.File bytes) { NotThere(fetched, $"pack \"{name}\"", asked, "include"); return; }
        if (Bytes(bytes, file, asked, "include") is not { } written) return;
        var (keys, settings) = PackSettings.Fill(written, given, asked, problems);
        if (keys.Require("pack", $"Write pack: {name}.") is { } own && Typed.Text(own, "pack", problems) is { } said && said != name)
            problems.Error(own.Place, "pack", $"This pack calls itself \"{said}\", and \"{name}\" was asked for.", "Give both the same name.");
        var title = keys.Text("title");
        if (keys.Take("include") is { } include) problems.Error(include.Place, "include", "A pack cannot include.", "Put its controls into it.");
        var needs = keys.Inner("needs") is { } needed
            ? needed.Map.Entries.Select(entry => (entry.Key.Text, Typed.Word(entry.Value, needed.At(entry.Key.Text), problems, "url", "host_and_port", "host_name", "path", "command", "target") ?? "target", asked)).ToImmutableArray() : [];
        var bindings = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (var (key, value) in given)
            if (settings.Contains(key)) continue;
            else if (needs.All(need => need.Item1 != key))
                problems.Error(asked, "include", $"The pack \"{name}\" has no target or setting \"{key}\".", DidYouMean.Among(needs.Select(need => need.Item1).Concat(settings), key, "targets and settings"));
            else if (Typed.Text(value, $"include.with.{key}", problems) is { } ours) bindings[key] = ours;
        _sources.Add(new(file, keys) { Pack = name, Asked = asked, Section = keys.Text("section") ?? title ?? name, Bindings = bindings.ToImmutable(), Needs = needs });
    }

    void NotThere(Fetched fetched, string what, Place asked, string key)
    {
        var (says, fix) = fetched switch
        {
            Fetched.TooLarge => ($"The file {what} is larger than {Quantity.Show(DocumentReader.MostFileBytes, Shape.Size)}.", "Split it."),
            Fetched.Unreadable why => ($"The file {what} cannot be read: {why.Why}.", "Make it readable."),
            Fetched.Folder => ($"{what} is a folder.", "Name a file."),
            _ => ($"There is no {what}.", key.Length == 0 ? "Name the document, or write one with: muster init." : "Check the name."),
        };
        problems.Error(asked, key, says, fix);
    }
}
