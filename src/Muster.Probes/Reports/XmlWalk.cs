using System.Xml;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// XML from beginning to end without a tree: no document types, no entities, nothing outside of the file, and no more of a text in memory than is asked for.
/// An empty element ends like any other.
/// </summary>
sealed class XmlWalk : IDisposable
{
    const int Deepest = 64;
    const int MostText = 4096;

    readonly ReportFile _file;
    readonly CancellationToken _cancel;
    readonly XmlReader _xml;
    readonly char[] _chunk = new char[8192];
    readonly System.Text.StringBuilder _text = new();
    bool _endOfEmpty;

    public XmlWalk(ReportFile file, CancellationToken cancel)
    {
        (_file, _cancel) = (file, cancel);
        _xml = XmlReader.Create(file.Content, new()
        {
            DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true, CloseInput = false, Async = false,
        });
    }

    public bool IsStart { get; private set; }

    public string Name => _xml.LocalName;

    public string Space => _xml.NamespaceURI;

    public int Depth => _xml.Depth;

    public string? this[string attribute] => _xml.GetAttribute(attribute);

    /// <summary>The text since the last tag, at most its beginning.</summary>
    public string Text => _text.ToString();

    /// <summary>To the next tag; false at the end of the file.</summary>
    public bool Next()
    {
        try { return Advance(); }
        catch (XmlException broken) { throw new Unseen(Blind.Unreadable, $"{_file.Name} is not XML that is read here (document types and entities are refused): {broken.Message}", broken); }
    }

    bool Advance()
    {
        if (_endOfEmpty)
        {
            (_endOfEmpty, IsStart) = (false, false);
            return true;
        }

        if (IsStart || _xml.NodeType == XmlNodeType.EndElement) _text.Clear();
        while (true)
        {
            _cancel.ThrowIfCancellationRequested();
            _file.Content.Stretch();
            if (!_xml.Read()) return false;
            switch (_xml.NodeType)
            {
                case XmlNodeType.Element:
                    if (_xml.Depth > Deepest) throw _file.Wrong($"is nested deeper than {Deepest}");
                    (IsStart, _endOfEmpty) = (true, _xml.IsEmptyElement);
                    return true;
                case XmlNodeType.EndElement:
                    IsStart = false;
                    return true;
                case XmlNodeType.Text or XmlNodeType.CDATA: Drain(); break;
            }
        }
    }

    void Drain()
    {
        for (int got; (got = _xml.ReadValueChunk(_chunk, 0, _chunk.Length)) > 0; _file.Content.Stretch())
        {
            _cancel.ThrowIfCancellationRequested();
            _text.Append(_chunk, 0, Math.Min(got, MostText - _text.Length));
        }
    }

    public void Dispose() => _xml.Dispose();
}
