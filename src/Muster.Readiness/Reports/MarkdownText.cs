using System.Buffers;
using System.Text;

namespace Muster.Readiness;

/// <summary>
/// Text of others within Markdown, as GitHub and GitLab read it: on one line, nothing in it read as markup, HTML, a mention, a reference or a link.
/// </summary>
static class MarkdownText
{
    static readonly SearchValues<char> Special = SearchValues.Create("\\*_{}[]()+!~$");
    static readonly SearchValues<char> NotInCode = SearchValues.Create("`|\\<>&@#");

    public static string Of(string text)
    {
        var plain = PlainText.Of(text);
        var to = new StringBuilder(plain.Length + 8);
        if (plain is ['-' or '=' or '+', ..]) to.Append("&#8203;"); // else it would begin a list or underline a heading
        foreach (var unit in plain)
        {
            switch (unit)
            {
                case '<': to.Append("&lt;"); break;
                case '>': to.Append("&gt;"); break;
                case '&': to.Append("&amp;"); break;
                case '|': to.Append("&#124;"); break;
                case '`': to.Append("&#96;"); break;

                // Mentions and references are looked for after rendering; the empty comment parts the sign from the name.
                case '@': to.Append("&#64;<!-- -->"); break;
                case '#': to.Append("&#35;<!-- -->"); break;
                case var special when Special.Contains(special): to.Append('\\').Append(special); break;
                default: to.Append(unit); break;
            }
        }

        return to.Replace("://", "&#58;//").ToString();
    }

    /// <summary>An identifier in code type, when nothing in it could end the code or the table's cell; else as text.</summary>
    public static string Code(string text) => text.Length > 0 && !text.AsSpan().ContainsAny(NotInCode) && PlainText.Of(text) == text ? $"`{text}`" : Of(text);
}
