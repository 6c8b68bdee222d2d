using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>YAML as it stands in the file: every scalar is text, with its place and whether it was plain or quoted. Our schema gives it a type.</summary>
abstract class YamlNode
{
    YamlNode(Place place) => Place = place;

    public Place Place { get; }

    public sealed class Scalar(Place place, string text, bool plain) : YamlNode(place)
    {
        public string Text { get; } = text;
        public bool Plain { get; } = plain;

        /// <summary>A key with nothing behind it.</summary>
        public bool IsEmpty => Plain && Text.Length == 0;
    }

    public sealed class List(Place place, ImmutableArray<YamlNode> items) : YamlNode(place)
    {
        public ImmutableArray<YamlNode> Items { get; } = items;
    }

    public sealed class Map(Place place, ImmutableArray<YamlEntry> entries) : YamlNode(place)
    {
        public ImmutableArray<YamlEntry> Entries { get; } = entries;

        public YamlEntry? Find(string key) => Entries.FirstOrDefault(entry => entry.Key.Text == key);
    }

    /// <summary>What could not be read and is reported already: nobody complains of it again, and its key is known.</summary>
    public sealed class Broken(Place place) : YamlNode(place);

    public string Says => this switch
    {
        Scalar { IsEmpty: true } => "nothing",
        Scalar => "a text",
        List => "a list",
        Map => "a map",
        _ => "something unreadable",
    };

    /// <summary>The number of nodes, itself included.</summary>
    public int Size => this switch
    {
        List list => 1 + list.Items.Sum(item => item.Size),
        Map map => 1 + map.Entries.Sum(entry => 1 + entry.Value.Size),
        _ => 1,
    };

    /// <summary>The same tree with every scalar replaced by what the function makes of it; keys stay.</summary>
    public YamlNode Replace(Func<Scalar, YamlNode> with) => this switch
    {
        Scalar scalar => with(scalar),
        List list => new List(Place, [.. list.Items.Select(item => item.Replace(with))]),
        Map map => new Map(Place, [.. map.Entries.Select(entry => entry with { Value = entry.Value.Replace(with) })]),
        _ => this,
    };

    /// <summary>A value of ours as if it had been written at this place.</summary>
    public static YamlNode Of(Value value, Place place) => value switch
    {
        Value.Text text => new Scalar(place, text.Is, IsPhrase(text.Is)),
        Value.Items items => new List(place, [.. items.Are.Select(item => Of(item, place))]),
        Value.Fields fields => new Map(place, [.. fields.Select(field => new YamlEntry(new(place, field.Key, true), Of(field.Value, place)))]),
        _ => new Scalar(place, value.ToString(), true),
    };

    static bool IsPhrase(string text) => !bool.TryParse(text, out _);
}

sealed record YamlEntry(YamlNode.Scalar Key, YamlNode Value);
