using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Cli.Checklists;

/// <summary>A Markdown file as an importer sees it: every line that is not blank belongs to one item, or stands among the others with the reason.</summary>
/// <param name="File">Relative to the document.</param>
/// <param name="Title">Its first heading, if that is the title of the whole.</param>
/// <param name="Lines">How many lines are not blank.</param>
sealed record Checklist(string File, string? Title, int Lines, ImmutableArray<Item> Items, ImmutableArray<Other> Others);

/// <summary>What asks for something: a sentence with all that explains it.</summary>
sealed record Item
{
    /// <summary>Its lines, from 1, without blank ones.</summary>
    public required ImmutableArray<int> Lines { get; init; }

    /// <summary>All that it says, without markup, on one line: what its digest is of.</summary>
    public required string Words { get; init; }

    /// <summary>The sentence itself, short enough to be a control's title.</summary>
    public required string Title { get; init; }

    public string? Section { get; init; }
    public string? Owner { get; init; }
    public string? Severity { get; init; }

    /// <summary>A name that the checklist itself gives it, as SEC-12.</summary>
    public string? Reference { get; init; }

    /// <summary>What somebody wrote beside it of its state: a tick, "done". Kept for people; it proves nothing.</summary>
    public string? SomebodysWord { get; init; }

    public Proposed? Proposed { get; init; }

    public int Line => Lines[0];

    public Digest Text => Sentences.DigestOf(Words);
}

/// <summary>A line that is no control, and why.</summary>
sealed record Other(int Line, string Because, string Text);

/// <summary>A check that a sentence plainly asks for, as YAML. One that runs a program is only ever a comment.</summary>
sealed record Proposed(string Kind, string Check)
{
    public bool IsComment => Kind == "command";
}

/// <summary>A checklist, or why there is none.</summary>
abstract record ChecklistReading
{
    ChecklistReading() { }

    public sealed record Read(Checklist Checklist) : ChecklistReading;

    public sealed record Unreadable(string Place, string Says, string Fix) : ChecklistReading;
}
