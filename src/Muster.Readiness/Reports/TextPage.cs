using System.Text;

namespace Muster.Readiness;

/// <summary>Lines for a terminal: wrapped at words, hanging under their first column, inked where the style says so, never with a space at the end.</summary>
sealed class TextPage(TextStyle style)
{
    readonly StringBuilder _to = new();

    public TextStyle Style => style;

    /// <summary>An empty line, unless the page is at its top or has one already.</summary>
    public void Blank()
    {
        if (_to.Length > 1 && !(_to[^1] == '\n' && _to[^2] == '\n')) _to.Append('\n');
    }

    public void Heading(string text, string beside = "")
    {
        Blank();
        Write(1, [new(text, Ink.Strong), new(beside.Length == 0 ? "" : style.Dot + beside, Ink.Faint)]);
    }

    /// <summary>Wraps under <paramref name="indent"/>.</summary>
    public void Write(int indent, ReadOnlySpan<Inked> pieces) => Write(indent, indent, pieces);

    /// <summary>A label in a column of its own, the text beside it. On a narrow page the text goes beneath.</summary>
    public void Labelled(int indent, int column, Inked label, ReadOnlySpan<Inked> pieces, int? hang = null)
    {
        var head = PlainText.Of(label.Text);
        if (column > style.Columns / 2)
        {
            Write(indent, [label]);
            Write(Math.Min(indent + 2, style.Columns / 2), pieces);
            return;
        }

        var padded = DisplayWidth.Of(head) < column - indent ? DisplayWidth.Pad(head, column - indent) : head + " ";
        Write(indent, hang ?? column, [label with { Text = padded, Whole = true }, .. pieces]);
    }

    /// <summary>The first line under <paramref name="indent"/>, the others under <paramref name="hang"/>. A word that is longer than a line is cut.</summary>
    public void Write(int indent, int hang, ReadOnlySpan<Inked> pieces)
    {
        var line = new Line(this, indent, hang);
        foreach (var piece in pieces)
        {
            if (piece.Whole) line.Add(piece.Text, piece.Ink, glued: true);
            else
                foreach (var word in PlainText.Of(piece.Text).Split(' ', StringSplitOptions.RemoveEmptyEntries)) line.Add(word, piece.Ink, glued: false);
        }

        line.End();
    }

    public override string ToString() => _to.ToString();

    /// <summary>The line being filled.</summary>
    sealed class Line(TextPage page, int indent, int hang)
    {
        readonly List<(string Text, Ink Ink)> _pieces = [];
        int _indent = indent;
        int _used = indent;
        bool _spaced = true;

        public void Add(string word, Ink ink, bool glued)
        {
            var rest = word;
            var gap = _spaced || glued ? 0 : 1;
            if (_pieces.Count > 0 && _used + gap + DisplayWidth.Of(rest.TrimEnd()) > page.Style.Columns)
            {
                End();
                gap = 0;
            }

            while (_used + DisplayWidth.Of(rest.TrimEnd()) > page.Style.Columns)
            {
                var cut = DisplayWidth.Fitting(rest, page.Style.Columns - _used);
                _pieces.Add((rest[..cut], ink));
                rest = rest[cut..];
                End();
            }

            if (gap > 0) _pieces.Add((" ", _pieces[^1].Ink == ink ? ink : Ink.Plain));
            _pieces.Add((rest, ink));
            _used += gap + DisplayWidth.Of(rest);
            _spaced = rest.EndsWith(' ');
        }

        public void End()
        {
            while (_pieces.Count > 0 && _pieces[^1].Ink < Ink.GoodBadge && _pieces[^1].Text.TrimEnd() != _pieces[^1].Text)
            {
                var kept = _pieces[^1].Text.TrimEnd();
                var ink = _pieces[^1].Ink;
                _pieces.RemoveAt(_pieces.Count - 1);
                if (kept.Length > 0) _pieces.Add((kept, ink));
            }

            if (_pieces.Count > 0) Put();
            _pieces.Clear();
            _indent = hang;
            _used = hang;
            _spaced = true;
        }

        void Put()
        {
            var to = page._to.Append(' ', _indent);
            for (var i = 0; i < _pieces.Count; i++)
            {
                var (text, ink) = _pieces[i];
                var inked = page.Style.Colour && ink != Ink.Plain;
                if (inked && (i == 0 || _pieces[i - 1].Ink != ink)) to.Append("\u001b[").Append(Inked.Code(ink)).Append('m');
                to.Append(text);
                if (inked && (i + 1 == _pieces.Count || _pieces[i + 1].Ink != ink)) to.Append("\u001b[0m");
            }

            to.Append('\n');
        }
    }
}
