using System.Text;

namespace Muster.House.Tests;

/// <summary>A C# file. <see cref="Code"/> is its text with comments and the insides of literals blanked, so that lines and columns stay.</summary>
sealed record SourceFile(string Path, string Text)
{
    string? _code;

    public string Code => _code ??= Blank(Text);

    public int Lines => Text.AsSpan().Count('\n') + (Text.EndsWith('\n') ? 0 : 1);

    public int LineOf(int index) => Text.AsSpan(0, index).Count('\n') + 1;

    static string Blank(string text)
    {
        var code = new StringBuilder(text);
        for (var at = 0; at < text.Length;)
        {
            var end = End(text, at);
            for (var i = at; i < end; i++)
                if (text[i] is not ('\n' or '"')) code[i] = ' ';
            at = Math.Max(end, at + 1);
        }

        return code.ToString();
    }

    /// <summary>Where the comment or literal that begins here ends; the same place if none begins here.</summary>
    static int End(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("//")) return To(text, "\n", at);
        if (rest.StartsWith("/*")) return After(text, "*/", at + 2);
        if (rest.StartsWith("\"\"\""))
        {
            var quotes = rest.Length - rest.TrimStart('"').Length;
            return After(text, new string('"', quotes), at + quotes);
        }

        if (rest[0] == '"')
        {
            var verbatim = at > 0 && (text[at - 1] == '@' || (text[at - 1] == '$' && at > 1 && text[at - 2] == '@'));
            var i = at + 1;
            while (i < text.Length && text[i] != '"' || verbatim && i + 1 < text.Length && text[i + 1] == '"')
                i += text[i] == '\\' && !verbatim || text[i] == '"' ? 2 : 1;
            return Math.Min(i + 1, text.Length);
        }

        if (rest.StartsWith("'\\")) return After(text, "'", at + 3);
        return rest is ['\'', _, '\'', ..] ? at + 3 : at;
    }

    static int To(string text, string mark, int from) => text.IndexOf(mark, Math.Min(from, text.Length), StringComparison.Ordinal) is var found and >= 0 ? found : text.Length;

    static int After(string text, string mark, int from) => Math.Min(To(text, mark, from) + mark.Length, text.Length);
}
