using System.Text.RegularExpressions;

namespace Muster.Cli.Checklists;

/// <summary>Footnotes belong to the sentences that name them: "except on Sundays" changes what must hold.</summary>
sealed partial class Footnotes
{
    const int MostNotes = 1_000;

    readonly Dictionary<string, string> _notes = new(StringComparer.Ordinal);

    public static Footnotes Of(SourceText source)
    {
        var footnotes = new Footnotes();
        string? label = null;
        var last = 0;
        foreach (var line in source.Spoken)
        {
            var text = source.Line(line);
            if (Begins().Match(text) is { Success: true } begins && footnotes._notes.Count < MostNotes)
            {
                label = begins.Groups["label"].Value;
                footnotes._notes[label] = Spoken.Collapse(begins.Groups["text"].Value);
            }
            else if (label is not null && line == last + 1) footnotes._notes[label] = Spoken.Collapse($"{footnotes._notes[label]} {text}");
            else label = null;
            last = line;
        }

        return footnotes;
    }

    /// <summary>The words with the notes that they name behind them.</summary>
    public string With(string words)
    {
        if (_notes.Count == 0 || !words.Contains('^', StringComparison.Ordinal)) return words;
        var named = Mark().Matches(words).Select(match => match.Groups["label"].Value).Distinct(StringComparer.Ordinal).Where(_notes.ContainsKey).ToList();
        return named.Count == 0 ? words : $"{words} ({string.Join("; ", named.Select(label => _notes[label]))})";
    }

    public static string Without(string words) => words.Contains('^', StringComparison.Ordinal) ? Bracketed().Replace(words, "") : words;

    [GeneratedRegex(@"^ {0,3}\[\^(?<label>[^\]\s]{1,40})\]:(?<text>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Begins();

    // Where the note is one word, Markdown takes it for the address of a link, and the brackets are gone.
    [GeneratedRegex(@"\[\^(?<label>[^\]\s]{1,40})\]|\^(?<label>[^\]\s^]{1,40})", RegexOptions.ExplicitCapture)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\[\^[^\]\s]{1,40}\]", RegexOptions.ExplicitCapture)]
    private static partial Regex Bracketed();
}
