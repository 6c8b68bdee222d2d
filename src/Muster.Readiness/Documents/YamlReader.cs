using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Muster.Readiness;

/// <summary>
/// One text to a tree, by the parser's events: nothing is resolved, typed or expanded, and what YAML hides is refused
/// (anchors, aliases, merge keys, tags, several documents, a key twice). Depth and number of nodes are bounded.
/// </summary>
sealed class YamlReader(string file, Problems problems)
{
    public const int MostDepth = 64;
    public const int MostNodes = 400_000;
    readonly Stack<Open> _open = new();
    int _nodes;

    /// <summary>A collection that is being filled. <see cref="Key"/> is the map's key that waits for its value.</summary>
    sealed class Open(Mark start, bool isMap)
    {
        public Mark Start => start;
        public bool IsMap => isMap;
        public YamlNode.Scalar? Key { get; set; }
        public bool KeyRefused { get; set; }
        public List<YamlNode> Items { get; } = [];
        public List<YamlEntry> Entries { get; } = [];
        public Dictionary<string, Place> Keys { get; } = [];
    }

    /// <summary>The tree; null with a reported problem, or with <paramref name="broken"/> if the text is not YAML at all.</summary>
    /// <param name="above">How many lines of the file stand above this text.</param>
    public YamlNode? Read(string text, int above, out Syntax? broken)
    {
        broken = null;
        _open.Clear();
        var lines = text.Split('\n');
        var last = new Mark();
        try
        {
            // The library throws what it likes at odd input; here is the one place where that becomes a value.
            var parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
            YamlNode? root = null;
            var documents = 0;
            while (parser.MoveNext())
            {
                var current = parser.Current!;
                last = current.Start;
                if (current is DocumentStart && ++documents > 1)
                {
                    Refuse(current.Start, above, "A second YAML document begins here.", "Put one document into one file; use include for more files.");
                    return root;
                }

                if (!Take(current, above, lines, ref root)) return null;
            }

            return root;
        }
        catch (YamlException error)
        {
            broken = new(Place(error.Start.Index == 0 && error.Start.Line <= 1 && last.Line > 1 ? last : error.Start, above), error.Message);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException or NullReferenceException or InvalidCastException)
        {
            broken = new(Place(last, above), "a bracket, brace or quote is not closed");
        }

        return null;
    }

    bool Take(ParsingEvent current, int above, string[] lines, ref YamlNode? root)
    {
        switch (current)
        {
            case MappingStart or SequenceStart:
                Plain((NodeEvent)current, above);
                if (_open.Count >= MostDepth)
                {
                    Refuse(current.Start, above, $"The document is nested deeper than {MostDepth} levels.", "Make it flatter.");
                    return false;
                }

                _open.Push(new(current.Start, current is MappingStart));
                break;
            case MappingEnd:
            case SequenceEnd:
                var done = _open.Pop();
                var place = Place(done.Start, above);
                Add(done.IsMap ? new YamlNode.Map(place, [.. done.Entries]) : new YamlNode.List(place, [.. done.Items]), above, ref root);
                break;
            case AnchorAlias alias:
                Refuse(alias.Start, above, "Aliases are not read.", "Write the value out: a reader should see in one place what a control demands.");
                Add(new YamlNode.Broken(Place(alias.Start, above)), above, ref root);
                break;
            case Scalar scalar:
                Plain(scalar, above);
                if (!YamlText.IsSound(scalar.Value)) Refuse(scalar.Start, above, "This text holds a control character or half a character.", "Take it out.");
                WarnOfCut(scalar, above, lines);
                Add(new YamlNode.Scalar(Place(scalar.Start, above), scalar.Value, scalar.Style == ScalarStyle.Plain), above, ref root);
                break;
        }

        if (++_nodes <= MostNodes) return true;
        Refuse(current.Start, above, $"The document has more than {MostNodes} items.", "Split it.");
        return false;
    }

    void Add(YamlNode node, int above, ref YamlNode? root)
    {
        if (!_open.TryPeek(out var into)) { root = node; return; }
        if (!into.IsMap) { into.Items.Add(node); return; }
        if (into.KeyRefused) { into.KeyRefused = false; return; }
        if (into.Key is { } key)
        {
            into.Key = null;
            into.Entries.Add(new(key, node));
            return;
        }

        if (node is not YamlNode.Scalar name)
        {
            into.KeyRefused = true;
            problems.Error(node.Place, "", "A key must be a text.", "Write a name before the colon; if this was meant as a placeholder, write $(name).");
            return;
        }

        if (name is { Plain: true, Text: "<<" })
        {
            into.KeyRefused = true;
            problems.Error(name.Place, "", "Merge keys are not read.", "Write the keys out.");
        }
        else if (!into.Keys.TryAdd(name.Text, name.Place))
        {
            into.KeyRefused = true;
            problems.Error(name.Place, name.Text, $"The key \"{name.Text}\" stands twice; first on line {into.Keys[name.Text].Line}.", "Keep one of the two.");
        }
        else into.Key = name;
    }

    void Plain(NodeEvent node, int above)
    {
        if (!node.Anchor.IsEmpty) Refuse(node.Start, above, "Anchors are not read.", "Take the & away, and write the value out where it is used.");
        if (!node.Tag.IsEmpty) Refuse(node.Start, above, "Tags are not read.", "Take the ! away; to begin a text with !, put it in quotes.");
    }

    /// <summary>A "#" right before a letter or digit looks like text, and yet it ends the value.</summary>
    void WarnOfCut(Scalar scalar, int above, string[] lines)
    {
        if (scalar.Style != ScalarStyle.Plain || scalar.Value.Length == 0 || scalar.End.Line > lines.Length) return;
        var rest = lines[(int)scalar.End.Line - 1].AsSpan();
        if (scalar.End.Column - 1 >= rest.Length) return;
        rest = rest[(int)(scalar.End.Column - 1)..];
        var hash = rest.TrimStart(" \t");
        if (hash.Length == rest.Length || hash.Length < 2 || hash[0] != '#' || !char.IsLetterOrDigit(hash[1])) return;
        problems.Warn(new(file, (int)scalar.End.Line + above, (int)scalar.End.Column + rest.Length - hash.Length), "",
            $"The value ends here: what follows \"#\" is a comment, and \"{scalar.Value}\" is all that is read.",
            "Put the whole value in quotes, or a space after the \"#\" if it is a comment.");
    }

    void Refuse(Mark at, int above, string says, string fix) => problems.Error(Place(at, above), "", says, fix);

    Place Place(Mark mark, int above) => new(file, (int)Math.Max(1, mark.Line) + above, (int)Math.Max(1, mark.Column));
}

/// <summary>Where the text stops being YAML, and what the parser says of it.</summary>
sealed record Syntax(Place Place, string Says);
