using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>A value that a pack leaves to whoever includes it. <paramref name="Is"/> is what holds when nothing is said, as YAML in one line; null when it must be said.</summary>
public sealed record PackSetting(string Name, string? Is, string Says);

/// <summary>What a pack is, without a document that includes it.</summary>
/// <param name="Needs">Its targets, each with its shape.</param>
/// <param name="Controls">Ids with their titles, in the order in which they stand.</param>
public sealed record PackOutline(string Title, ImmutableArray<(string Name, string Shape)> Needs, ImmutableArray<PackSetting> Settings, ImmutableArray<(string Id, string Title)> Controls)
{
    /// <summary>Null if it is no pack; <see cref="DocumentReader"/> tells of its mistakes when it is included.</summary>
    public static PackOutline? Read(string name, ReadOnlySpan<byte> text)
    {
        if (YamlFile.Read(name, text, new Problems()) is not { } root) return null;
        return new(Said(root, "title"),
            [.. Inside(root, "needs").Select(entry => (entry.Key.Text, (entry.Value as YamlNode.Scalar)?.Text ?? ""))],
            [.. Inside(root, "settings").Select(entry => new PackSetting(entry.Key.Text, (entry.Value as YamlNode.Map)?.Find("is")?.Value is { } value ? Flow(value) : null, Said(entry.Value, "says")))],
            [.. Inside(root, "controls").Select(entry => (entry.Key.Text, Said(entry.Value, "title")))]);
    }

    static ImmutableArray<YamlEntry> Inside(YamlNode node, string key) => (node as YamlNode.Map)?.Find(key)?.Value is YamlNode.Map map ? map.Entries : [];

    static string Said(YamlNode node, string key) => ((node as YamlNode.Map)?.Find(key)?.Value as YamlNode.Scalar)?.Text ?? "";

    static string Flow(YamlNode node) => node switch
    {
        YamlNode.Scalar { Plain: true } plain => plain.Text,
        YamlNode.Scalar quoted => CanonicalJson.Text(quoted.Text),
        YamlNode.List list => list.Items.IsEmpty ? "[]" : $"[ {string.Join(", ", list.Items.Select(Flow))} ]",
        YamlNode.Map map => map.Entries.IsEmpty ? "{}" : $"{{ {string.Join(", ", map.Entries.Select(entry => $"{entry.Key.Text}: {Flow(entry.Value)}"))} }}",
        _ => "",
    };
}
