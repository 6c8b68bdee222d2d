using System.Text.Json.Serialization;

namespace Muster.Readiness;

/// <summary>
/// The sentence of a checklist that a control was made from: its file, relative to the document, and the digest of its words as a person last took them in.
/// It is part of what is asked: evidence answers to the words that it was gathered under.
/// </summary>
public sealed record ChecklistSentence(string File, Digest Text)
{
    /// <summary>Why the words are not where they were when the document was read; null while they are.</summary>
    public Lost? Lost { get; init; }

    /// <summary>For people: a line more above it changes nothing.</summary>
    [JsonIgnore]
    public int? Line { get; init; }

    /// <summary>Where the digest stands in the document, and the line's number; not part of its meaning.</summary>
    [JsonIgnore]
    public Place? TextPlace { get; init; }

    [JsonIgnore]
    public Place? LinePlace { get; init; }
}

/// <summary>Why a control's words were not found. Names are written with the document: the list may only grow.</summary>
public enum Lost
{
    /// <summary>No sentence of the file has these words any more, or fewer than there are controls of them.</summary>
    Changed,

    /// <summary>The file is not there.</summary>
    NoFile,

    /// <summary>The file could not be read as a checklist, or nobody compared.</summary>
    Unread,
}
