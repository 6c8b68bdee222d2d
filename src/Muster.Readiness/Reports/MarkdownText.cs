using System.Text;

namespace Muster.Readiness;

/// <summary>
/// Text of others within Markdown, as GitHub and GitLab read it: on one line, nothing in it read as markup, HTML, a mention, a reference or a link.
/// </summary>
static class MarkdownText
{
    const string Special = "\\`*_{}[]()#+!|~<>&$:@";

    public static string Of(string text)
    {
        var to = new StringBuilder(text.Length + 8);
        foreach (var unit in PlainText.Of(text))
        {
            switch (unit)
            {
                case '<': to.Append("&lt;"); break;
                case '>': to.Append("&gt;"); break;
                case '&': to.Append("&amp;"); break;
                case '|': to.Append("&#124;"); break;
                case '`': to.Append("&#96;"); break;
                case '@': to.Append("&#64;"); break;
                case '#': to.Append("&#35;"); break;
                case ':': to.Append("&#58;"); break;
                case var special when Special.Contains(special, StringComparison.Ordinal): to.Append('\\').Append(special); break;
                default: to.Append(unit); break;
            }
        }

        return to.ToString();
    }

    /// <summary>An identifier in code type, when nothing in it could end the code or the table's cell; else as text.</summary>
    public static string Code(string text) => text.Length > 0 && text.AsSpan().IndexOfAny("`|\\<>&\n\r") < 0 && PlainText.Of(text) == text ? $"`{text}`" : Of(text);
}
