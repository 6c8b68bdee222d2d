using System.Runtime.CompilerServices;
using System.Text;

namespace Muster.Readiness;

/// <summary>
/// A piece of HTML. <c>Html.Of($"&lt;p&gt;{text}&lt;/p&gt;")</c> escapes everything interpolated that is not <see cref="Html"/> itself,
/// so that text of others cannot become markup by an oversight: there is no other way to make one.
/// </summary>
public readonly struct Html
{
    readonly string? _markup;

    Html(string markup) => _markup = markup;

    public static readonly Html None;

    public bool IsEmpty => string.IsNullOrEmpty(_markup);

    public static Html Of(Template template) => new(template.Finish());

    public static Html Join(IEnumerable<Html> pieces, string between = "") => new(string.Join(Escape(between), pieces.Select(piece => piece.ToString())));

    public override string ToString() => _markup ?? "";

    /// <summary>Safe in text and in quoted attributes.</summary>
    static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny("&<>\"'") < 0) return text;
        return new StringBuilder(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;").Replace("'", "&#39;").ToString();
    }

    [InterpolatedStringHandler]
    public readonly ref struct Template(int literals, int holes)
    {
        readonly StringBuilder _to = new(literals + holes * 24);

        public void AppendLiteral(string markup) => _to.Append(markup);

        public void AppendFormatted(string? text) => _to.Append(Escape(PlainText.Of(text ?? "")));

        public void AppendFormatted(Html html) => _to.Append(html.ToString());

        public void AppendFormatted(long number) => _to.Append(CountWords.Number(number));

        public void AppendFormatted(Digest digest) => _to.Append(digest.ToString());

        internal string Finish() => _to.ToString();
    }
}
