using System.Text;

namespace Muster.Readiness;

/// <summary>Text of others within XML 1.0, as content or within quotes. Lines stay apart; what XML 1.0 cannot hold is gone before it comes here, or shown as U+FFFD.</summary>
static class XmlText
{
    public static string Of(string text) => Escaped(ControlText.Line(text), "&#10;");

    public static string Of(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => Escaped(line, "\n")));

    static string Escaped(string text, string newLine)
    {
        var to = new StringBuilder(text.Length + 16);
        foreach (var rune in text.EnumerateRunes())
            switch (rune.Value)
            {
                case '<': to.Append("&lt;"); break;
                case '>': to.Append("&gt;"); break;
                case '&': to.Append("&amp;"); break;
                case '"': to.Append("&quot;"); break;
                case '\'': to.Append("&apos;"); break;
                case '\n': to.Append(newLine); break;
                case < 0x20 and not '\t' or 0xFFFE or 0xFFFF: to.Append('\uFFFD'); break;
                default: to.Append(rune.ToString()); break;
            }

        return to.ToString();
    }
}
