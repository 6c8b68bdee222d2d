using YamlDotNet.RepresentationModel;

namespace Muster.Cli.Tests;

/// <summary>A YAML file of a CI system, read as a tree.</summary>
static class Yaml
{
    public static readonly string Repository = Root();

    public static YamlMappingNode Read(string path)
    {
        var stream = new YamlStream();
        using var text = new StringReader(File.ReadAllText(Path.Combine(Repository, path)));
        stream.Load(text);
        return (YamlMappingNode)Assert.Single(stream.Documents).RootNode;
    }

    public static YamlNode? Child(this YamlNode node, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (node is not YamlMappingNode map || !map.Children.TryGetValue(new YamlScalarNode(name), out var child)) return null;
            node = child;
        }

        return node;
    }

    public static string? Text(this YamlNode node, params ReadOnlySpan<string> names) => (node.Child(names) as YamlScalarNode)?.Value;

    public static IEnumerable<YamlNode> Items(this YamlNode node, params ReadOnlySpan<string> names) => (node.Child(names) as YamlSequenceNode)?.Children ?? [];

    public static IEnumerable<KeyValuePair<string, YamlNode>> Named(this YamlNode node, params ReadOnlySpan<string> names) =>
        node.Child(names) is YamlMappingNode map ? map.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, child.Value)) : [];

    static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Muster.slnx"))) return at.FullName;
        throw new InvalidOperationException("Muster.slnx stands in no folder above the tests");
    }
}
