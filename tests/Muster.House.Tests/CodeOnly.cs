namespace Muster.House.Tests;

/// <summary>C# without what is not code: comments and the insides of literals become spaces, line ends stay. The holes of interpolated strings are code.</summary>
sealed class CodeOnly
{
    readonly string _text;
    readonly char[] _code;

    CodeOnly(string text) => (_text, _code) = (text, text.ToCharArray());

    public static string Of(string text)
    {
        var reading = new CodeOnly(text);
        reading.Code(0, hole: false);
        return new(reading._code);
    }

    /// <summary>Reads code to the end or, in a hole, to the brace that closes it; returns where that is.</summary>
    int Code(int at, bool hole)
    {
        var open = 0;
        while (at < _text.Length)
        {
            if (Is(at, "//")) at = Blank(at, Find("\n", at));
            else if (Is(at, "/*")) at = Blank(at, Find("*/", at + 2) + 2);
            else if (_text[at] == '\'' && at + 2 < _text.Length) at = Blank(at, _text[at + 1] == '\\' ? Find("'", at + 3) + 1 : at + 3);
            else if (Is(at, "\"\"\"") && !Before(at).Verbatim) at = Raw(at);
            else if (_text[at] == '"') at = Text(at);
            else if (hole && _text[at] == '}' && open-- == 0) return at;
            else if (_text[at++] == '{') open++;
        }

        return at;
    }

    int Text(int at)
    {
        var (dollars, verbatim) = Before(at);
        for (at++; at < _text.Length && (verbatim || _text[at] != '\n');)
        {
            if (verbatim && Is(at, "\"\"")) at = Blank(at, at + 2);
            else if (_text[at] == '"') return at + 1;
            else if (!verbatim && _text[at] == '\\') at = Blank(at, at + 2);
            else if (dollars > 0 && (Is(at, "{{") || Is(at, "}}"))) at = Blank(at, at + 2);
            else if (dollars > 0 && _text[at] == '{') at = Code(at + 1, hole: true) + 1;
            else at = Blank(at, at + 1);
        }

        return at;
    }

    int Raw(int at)
    {
        var dollars = Before(at).Dollars;
        var quotes = _text.Length - at - _text.AsSpan(at).TrimStart('"').Length;
        var end = new string('"', quotes);
        var hole = new string('{', Math.Max(dollars, 1));
        for (at += quotes; at < _text.Length;)
        {
            if (Is(at, end)) return at + quotes;
            if (dollars > 0 && Is(at, hole)) at = Code(at + dollars, hole: true) + dollars;
            else at = Blank(at, at + 1);
        }

        return at;
    }

    (int Dollars, bool Verbatim) Before(int at)
    {
        var (dollars, verbatim) = (0, false);
        while (--at >= 0 && _text[at] is '$' or '@')
        {
            if (_text[at] == '$') dollars++;
            else verbatim = true;
        }

        return (dollars, verbatim);
    }

    bool Is(int at, string what) => string.CompareOrdinal(_text, at, what, 0, what.Length) == 0;

    int Find(string what, int from) => from < _text.Length && _text.IndexOf(what, from, StringComparison.Ordinal) is var found and >= 0 ? found : _text.Length;

    int Blank(int from, int to)
    {
        for (var i = from; i < to && i < _text.Length; i++)
            if (_text[i] != '\n') _code[i] = ' ';
        return Math.Min(to, _text.Length);
    }
}
