using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Muster.Probes;

/// <summary>A node of YAML or JSON with the line that it stands on.</summary>
sealed record MarkedNode(int Line, string? Text = null, List<KeyValuePair<string, MarkedNode>>? Map = null, List<MarkedNode>? List = null)
{
    public MarkedNode? this[string name] => Map?.Find(entry => entry.Key == name).Value;
}

/// <summary>
/// The documents of a YAML file with their lines. Unlike <see cref="YamlTree"/> it takes what people really commit: several documents, anchors, tags, and templates, whose holes stay as text.
/// </summary>
static class MarkedTree
{
    const int Deepest = 64, MostDocuments = 10_000;

    /// <returns>Each document with its first and last line.</returns>
    /// <exception cref="YamlException">It cannot be read.</exception>
    public static List<(MarkedNode Node, int From, int To)> Read(string text)
    {
        var parser = new Parser(new StringReader(text.Contains("{{", StringComparison.Ordinal) ? Plain(text) : text));
        var documents = new List<(MarkedNode, int, int)>();
        parser.Consume<StreamStart>();
        while (!parser.Accept<StreamEnd>(out _))
        {
            if (documents.Count == MostDocuments) throw new YamlException($"more than {MostDocuments} documents");
            var from = (int)parser.Consume<DocumentStart>().Start.Line;
            var node = Node(parser, 0);
            documents.Add((node, from, (int)parser.Consume<DocumentEnd>().End.Line));
        }

        return documents;
    }

    static MarkedNode Node(Parser parser, int depth)
    {
        if (depth > Deepest) throw new YamlException($"nested deeper than {Deepest}");
        var line = (int)parser.Current!.Start.Line;
        if (parser.TryConsume<AnchorAlias>(out _)) return new(line);
        if (parser.TryConsume<Scalar>(out var scalar)) return new(line, scalar.Value);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var list = new List<MarkedNode>();
            while (!parser.TryConsume<SequenceEnd>(out _)) list.Add(Node(parser, depth + 1));
            return new(line, List: list);
        }

        parser.Consume<MappingStart>();
        var map = new List<KeyValuePair<string, MarkedNode>>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(parser, depth + 1);
            map.Add(new(key.Text ?? "", Node(parser, depth + 1)));
        }

        return new(line, Map: map);
    }

    /// <summary>Lines that are nothing but a template's statement become comments; a hole within a value keeps its braces where they do no harm to the reader.</summary>
    static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var bare = line.Trim();
            if (bare.StartsWith("{{", StringComparison.Ordinal) && bare.EndsWith("}}", StringComparison.Ordinal)) plain.Append("#\n");
            else plain.Append(Holes(line.ToString())).Append('\n');
        }

        return plain.ToString();
    }

    static string Holes(string line)
    {
        for (int from; (from = line.IndexOf("{{", StringComparison.Ordinal)) >= 0;)
        {
            var to = line.IndexOf("}}", from, StringComparison.Ordinal);
            if (to < 0) return line;
            line = line[..from] + "$(template)" + line[(to + 2)..];
        }

        return line;
    }
}
