using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Muster.Cli.Checklists;

/// <summary>What a piece of Markdown says, without its markup.</summary>
sealed partial class Spoken
{
    public const string NoControl = "muster: no control";
    const string Ticks = "☑✅✔✓🗹🗸";
    const string Crosses = "☒❌✗✘❎";
    const string Empty = "☐⬜🔲◻▢";

    readonly StringBuilder _words = new();
    readonly List<string> _code = [];

    /// <summary>True for a ticked box, false for any other, null for none.</summary>
    public bool? Box { get; private set; }

    /// <summary>The checklist itself says that this is no control.</summary>
    public bool LeftOut { get; private set; }

    /// <summary>Nothing but links to other places of the same page.</summary>
    public bool IsContents { get; private set; }

    public ImmutableArray<string> Code => [.. _code];

    /// <summary>On one line, without a box at its beginning.</summary>
    public string Words { get; private set; } = "";

    public static Spoken Of(ContainerInline? inlines)
    {
        var spoken = new Spoken();
        if (inlines is not null)
        {
            spoken.IsContents = inlines.All(inline => inline is LinkInline { IsImage: false } link && link.Url?.StartsWith('#') == true || inline is LiteralInline literal && literal.Content.IsEmptyOrWhitespace())
                && inlines.Any(inline => inline is LinkInline);
            spoken.Take(inlines);
        }

        spoken.Words = spoken.Unboxed(Collapse(spoken._words.ToString()));
        return spoken;
    }

    /// <summary>Code that stands where a sentence would.</summary>
    public static Spoken Plain(string code)
    {
        var spoken = new Spoken { Words = Collapse(code) };
        spoken._code.Add(code);
        return spoken;
    }

    void Take(ContainerInline container)
    {
        foreach (var inline in container) Take(inline);
    }

    void Take(Inline inline)
    {
        switch (inline)
        {
            case TaskList box: Box ??= box.Checked; break;
            case LiteralInline literal: _words.Append(literal.Content.AsSpan()); break;
            case CodeInline code:
                _words.Append(code.Content);
                _code.Add(code.Content);
                break;
            case AutolinkInline link: _words.Append(link.Url); break;
            case HtmlEntityInline entity: _words.Append(entity.Transcoded.AsSpan()); break;
            case LineBreakInline: _words.Append(' '); break;
            case HtmlInline html: Tag(html.Tag); break;
            case DelimiterInline delimiter:
                _words.Append(delimiter.ToLiteral());
                Take((ContainerInline)delimiter);
                break;
            case ContainerInline inner: Take(inner); break;
        }
    }

    void Tag(string tag)
    {
        if (IsNoControl(tag)) LeftOut = true;
        else if (tag.StartsWith("<br", StringComparison.OrdinalIgnoreCase)) _words.Append(' ');
        else if (tag.StartsWith("<input", StringComparison.OrdinalIgnoreCase) && tag.Contains("checkbox", StringComparison.OrdinalIgnoreCase)) Box ??= tag.Contains("checked", StringComparison.OrdinalIgnoreCase);
    }

    public static bool IsNoControl(string html) => html.StartsWith("<!--", StringComparison.Ordinal) && html.Contains(NoControl, StringComparison.OrdinalIgnoreCase);

    string Unboxed(string words)
    {
        if (BoxAt(words) is not { } box) return words;
        Box ??= box.Ticked;
        return words[box.Length..].TrimStart(' ', '\uFE0F');
    }

    /// <summary>A box at the beginning: [ ], [x], or one of the signs that people use for it.</summary>
    public static (int Length, bool Ticked)? BoxAt(string words)
    {
        if (words is ['[' or '(', var mark, ']' or ')', ..] && (words[0] == '[') == (words[2] == ']') && mark is ' ' or 'x' or 'X' or '-' or '~' or '✓' or '✔')
            return words.Length == 3 || words[3] == ' ' ? (3, mark is not (' ' or '-' or '~')) : null;
        if (words.StartsWith("[] ", StringComparison.Ordinal)) return (2, false);
        if (words.Length == 0 || !Rune.TryGetRuneAt(words, 0, out var first)) return null;
        var sign = first.ToString();
        if (!(Ticks + Crosses + Empty).Contains(sign, StringComparison.Ordinal)) return null;
        return (sign.Length, Ticks.Contains(sign, StringComparison.Ordinal));
    }

    /// <summary>Whether anything is said at all: a letter or a digit.</summary>
    public static bool Says(string words) => words.EnumerateRunes().Any(Rune.IsLetterOrDigit);

    public static string Collapse(string text)
    {
        var to = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (!Rune.IsWhiteSpace(rune) && !(Rune.IsControl(rune))) to.Append(rune);
            else if (to.Length > 0 && to[^1] != ' ') to.Append(' ');
        return to.ToString().TrimEnd();
    }

    /// <summary>For people: nothing unseen in it, no credentials, and no longer than a line or two.</summary>
    public static string Shown(string text, int most)
    {
        if (text.Contains('@', StringComparison.Ordinal) || text.Contains('=', StringComparison.Ordinal)) text = Credentials().Replace(text, "$1$2…");
        var to = new StringBuilder(Math.Min(text.Length, most + 8));
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\t') to.Append(' ');
            else if (!IsUnseen(rune)) to.Append(rune);
            if (to.Length > most + 1) break;
        }

        if (to.Length <= most) return to.ToString().Trim();
        var cut = to.ToString(0, most);
        var space = cut.LastIndexOf(' ');
        if (space > most / 2) cut = cut[..space];
        return (char.IsHighSurrogate(cut[^1]) ? cut[..^1] : cut).TrimEnd() + "…";
    }

    // The joiners are letters to those who write with them.
    static bool IsUnseen(Rune rune) => rune.Value is not (0x200C or 0x200D) &&
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse;

    /// <summary>What a checklist should not hold, and a document must not repeat.</summary>
    [GeneratedRegex(@"(://)[^\s/@]{1,200}(?=@)|(\b(?:token|access_token|api_?key|key|secret|password|passwd|pwd|sig|signature)=)[^\s&`""']{1,2000}", RegexOptions.IgnoreCase)]
    private static partial Regex Credentials();
}
