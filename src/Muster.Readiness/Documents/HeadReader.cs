using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Everything of a document that is neither control nor gate: release, environments, targets, vantages, defaults.</summary>
static class HeadReader
{
    const int MostNamed = 1_000;
    const int MostEnvironments = 50;

    public static void Release(Keys? keys, Draft draft)
    {
        if (keys is null) return;
        draft.HasRelease = true;
        var manifest = (string?)null;
        var digests = ImmutableSortedDictionary.CreateBuilder<string, Digest>(StringComparer.Ordinal);
        switch (keys.Take("artifacts"))
        {
            case YamlNode.Map map:
                foreach (var (name, value) in map.Entries)
                    if (Typed.Text(value, keys.At($"artifacts.{name.Text}"), draft.Problems) is { } text)
                        if (Digest.TryParse(text, out var digest)) digests[name.Text] = digest;
                        else draft.Problems.Error(value.Place, keys.At($"artifacts.{name.Text}"), $"\"{text}\" is not a digest.", "Write sha256: and 64 lower-case hex digits.");
                break;
            case { } node when Typed.Text(node, keys.At("artifacts"), draft.Problems) is { } path:
                manifest = FilePath.Normalise(path);
                if (manifest is null) draft.Problems.Error(node.Place, keys.At("artifacts"), $"\"{path}\" leads out of the document's folder.", "Name a file in the document's folder.");
                break;
        }

        draft.Release = new() { Manifest = manifest, Artifacts = digests.ToImmutable(), Running = Running(keys.Inner("running"), draft) };
        keys.Done("release");
    }

    static RunningRelease? Running(Keys? keys, Draft draft)
    {
        if (keys is null) return null;
        var (target, path, read) = (keys.Require("target", "Name the target to ask."), keys.Text("path") ?? "/", keys.Text("read") ?? "");
        keys.Done("release.running");
        if (target is null || Typed.Text(target, keys.At("target"), draft.Problems) is not { } name) return null;
        if (!draft.Targets.ContainsKey(name) && !draft.Unread.Contains(name))
            draft.Problems.Error(target.Place, keys.At("target"), $"There is no target \"{name}\".", DidYouMean.Among(draft.Targets.Keys, name, "targets"));
        if (read.Length > 0 && read[0] != '/') draft.Problems.Error(keys.Take("read")!.Place, keys.At("read"), $"\"{read}\" is not a JSON Pointer.", "Begin it with /, as /digest.");
        return new(name, path, read);
    }

    public static void Environments(Keys? keys, Draft draft) => Each(keys, draft, draft.Environments.Keys, (name, value, path) =>
    {
        var inner = value is YamlNode.Scalar { IsEmpty: true } ? new Keys(new(value.Place, []), path, draft.Problems)
            : Typed.Map(value, path, draft.Problems) is { } map ? new Keys(map, path, draft.Problems) : null;
        if (inner is null) return false;
        var values = inner.Take("values") is { } node && Typed.Map(node, inner.At("values"), draft.Problems) is { } written ? (Value.Fields)FreeValue.Of(written) : Value.Fields.Empty;
        var consent = inner.Take("consent") is { } list
            ? Typed.Nodes(list).Select(item => Typed.Word(item, inner.At("consent"), draft.Problems, "passive", "active", "destructive")).OfType<string>() : [];
        inner.Done("an environment");
        if (draft.Environments.Count >= MostEnvironments) draft.Problems.Error(name.Place, path, $"There are more than {MostEnvironments} environments.", "Keep those that are used.");
        draft.Environments[name.Text] = new(name.Text, values, [.. consent.Select(word => Enum.Parse<Hazard>(word, ignoreCase: true)).Where(hazard => hazard != Hazard.Passive).Distinct().Order()]);
        return true;
    });

    /// <summary>A text, a map, or <c>{ is: …, in: { staging: … } }</c>. The only place for <c>$(env:X)</c> and <c>$(file:X)</c>.</summary>
    public static void Targets(Keys? keys, Draft draft) => Each(keys, draft, draft.Targets.Keys, (name, value, path) =>
    {
        if (value is YamlNode.Scalar { IsEmpty: true } || value is not (YamlNode.Scalar or YamlNode.Map))
        {
            draft.Problems.Error(value.Place, path, $"There is {value.Says} where a target was expected.", "Write an address, or a map.");
            return false;
        }

        if (value is not YamlNode.Map map || map.Find("in") is not { } overrides)
        {
            draft.Targets[name.Text] = new(name.Text, FreeValue.Texts(value));
            return true;
        }

        var rest = map.Entries.Where(entry => entry.Key.Text != "in").ToImmutableArray();
        var definition = rest switch
        {
            [] => Value.Null,
            [{ Key.Text: "is" } only] => FreeValue.Texts(only.Value),
            _ => FreeValue.Texts(new YamlNode.Map(map.Place, rest)),
        };
        var own = ImmutableSortedDictionary.CreateBuilder<string, Value>(StringComparer.Ordinal);
        if (Typed.Map(overrides.Value, $"{path}.in", draft.Problems) is { } inEach)
            foreach (var (environment, instead) in inEach.Entries)
            {
                KnownEnvironment(environment, $"{path}.in", draft);
                own[environment.Text] = FreeValue.Texts(instead);
            }

        draft.Targets[name.Text] = new(name.Text, definition) { In = own.ToImmutable() };
        return true;
    });

    public static void Vantages(Keys? keys, Draft draft) => Each(keys, draft, draft.Vantages.Keys, (name, value, path) =>
    {
        if (Typed.Text(value, path, draft.Problems) is not { } where) return false;
        if (name.Text == "here") draft.Problems.Error(name.Place, path, "\"here\" is always this machine.", "Choose another name.");
        else if (where != "here" && !where.StartsWith("agent:", StringComparison.Ordinal) && Vantage.Namespace(where) is null)
            draft.Problems.Error(value.Place, path, $"\"{where}\" is not a vantage.", "Write netns: and the name of a network namespace of this machine, as netns:edge, or agent: and the agent's name, as agent:home.");
        draft.Vantages[name.Text] = new(name.Text, where);
        return true;
    });

    public static void Defaults(Keys? keys, Draft draft)
    {
        if (keys is null) return;
        draft.Defaults = new()
        {
            Owner = keys.Text("owner"), Severity = keys.Word("severity", ControlReader.Severities), From = keys.Text("from"),
            Fresh = keys.Duration("fresh") ?? TimeSpan.FromHours(24),
            Binds = keys.Word("binds", "release", "environment") == "environment" ? Binds.Environment : Binds.Release,
            Modes = ModeReader.Read(keys.Take("mode"), keys.At("mode"), draft.Problems) ?? [new(Mode.Block)],
        };
        keys.Done("defaults");
    }

    public static bool KnownEnvironment(YamlNode.Scalar at, string path, Draft draft)
    {
        if (draft.Environments.ContainsKey(at.Text) || draft.Unread.Contains(at.Text)) return true;
        draft.Problems.Error(at.Place, path, $"There is no environment \"{at.Text}\".", DidYouMean.Among(draft.Environments.Keys, at.Text, "environments"));
        return false;
    }

    static void Each(Keys? keys, Draft draft, IEnumerable<string> known, Func<YamlNode.Scalar, YamlNode, string, bool> read)
    {
        if (keys is null) return;
        if (keys.Map.Entries.Length > MostNamed) draft.Problems.Error(keys.Place, keys.Path, $"There are more than {MostNamed} here.", "Keep those that are used.");
        foreach (var (name, value) in keys.Map.Entries.Take(MostNamed))
            if (known.Contains(name.Text)) draft.Problems.Error(name.Place, keys.At(name.Text), $"\"{name.Text}\" stands in another file too.", "Keep one of the two.");
            else if (value is YamlNode.Broken || !Typed.Name(name, keys.Path, draft.Problems) || !read(name, value, keys.At(name.Text))) draft.Unread.Add(name.Text);
    }
}
