using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>A file of the catalogue to its requirements. Its grammar is the one of documents: text until its place says what type it has, and every mistake at once.</summary>
public static class ModelSystemReader
{
    /// <summary>Null beside what is wrong with the file.</summary>
    public static ModelSystem? Read(string file, ReadOnlySpan<byte> bytes, out ImmutableArray<Problem> problems)
    {
        var found = new Problems();
        var system = YamlFile.Read(file, bytes, found) is { } map ? Read(new Keys(map, "", found)) : null;
        problems = found.Sorted();
        return found.HasErrors ? null : system;
    }

    static ModelSystem Read(Keys keys)
    {
        keys.Require("catalogue", "Begin the file with catalogue: 1.");
        keys.Word("catalogue", "1");
        var name = Said(keys, "system");
        var title = Said(keys, "title");
        var read = ImmutableArray.CreateBuilder<Requirement>();
        foreach (var section in keys.Inner("sections")?.Map.Entries ?? [])
            foreach (var line in Typed.Map(section.Value, keys.At(section.Key.Text), keys.Problems)?.Entries ?? [])
                if (Typed.Map(line.Value, line.Key.Text, keys.Problems) is { } map) read.Add(Read(line.Key.Text, name, section.Key.Text, new(map, line.Key.Text, keys.Problems)));
        keys.Done("a file of the catalogue");
        return new(name, title, read.ToImmutable());
    }

    static Requirement Read(string id, string system, string section, Keys keys)
    {
        var text = Said(keys, "text");
        keys.Require("class", "Write A, S or P.");
        var of = keys.Word("class", "A", "S", "P") switch { "S" => RequirementClass.S, "P" => RequirementClass.P, _ => RequirementClass.A };
        keys.Require("kinds", "Name the kinds that prove it.");
        var requirement = new Requirement(id, system, section, text, of, keys.Texts("kinds"), keys.Text("rest"));
        if (requirement.Rest is not null != (of == RequirementClass.S))
            keys.Problems.Error(keys.Place, id, of == RequirementClass.S ? "It does not say what stays with people." : "Only class S has a rest.", "Write rest: for class S alone.");
        keys.Done("a requirement");
        return requirement;
    }

    static string Said(Keys keys, string name) => keys.Require(name, $"Write {name}.") is null ? "" : keys.Text(name) ?? "";
}
