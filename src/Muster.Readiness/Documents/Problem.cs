using System.Collections.Immutable;

namespace Muster.Readiness;

public enum Gravity { Error, Warning }

/// <summary>One mistake in a document, with everything its writer needs to mend it.</summary>
/// <param name="Key">The path of keys to it, as <c>controls.edge.certificate.check</c>.</param>
/// <param name="Says">What is wrong, in a sentence.</param>
/// <param name="Fix">What to write instead, in a sentence.</param>
/// <param name="Line">The source line, without its end, for the caret; empty where there is none.</param>
public sealed record Problem(Gravity Gravity, Place Place, string Key, string Says, string Fix, string Line);

/// <summary>
/// What lies at a path. For documents it is relative to the document's folder, with "/" between parts and never leading out of it; for packs it is <c>name@version</c>.
/// The caller does the reading, and must not follow a link out of the folder.
/// </summary>
public delegate Fetched Fetch(string path);

/// <summary>A file's bytes, a folder's names, or why there is neither.</summary>
public abstract record Fetched
{
    Fetched() { }

    public sealed record File(ReadOnlyMemory<byte> Bytes) : Fetched;

    /// <summary>The names of what lies directly in it, without their path; the order does not matter.</summary>
    public sealed record Folder(ImmutableArray<string> Names) : Fetched;

    public sealed record Missing : Fetched;

    /// <summary>In words, without a path of this machine.</summary>
    public sealed record Unreadable(string Why) : Fetched;

    /// <summary>More than <see cref="DocumentReader.MostFileBytes"/>; the caller need not read it.</summary>
    public sealed record TooLarge : Fetched;
}

/// <summary>The offset rules of a named zone (IANA), or null if there is none by that name. Time-zone data is the caller's, not the judge's.</summary>
public delegate TimeZoneInfo? ZoneLookup(string name);

/// <summary>
/// The digest of the words of each sentence of a checklist, one for each time that it stands there; null if the bytes cannot be read as a checklist.
/// What is a sentence is the caller's to say, and must be what the importer says.
/// </summary>
public delegate ImmutableArray<Digest>? SentencesOf(ReadOnlyMemory<byte> checklist);

/// <summary>The ids that a control may say it proves. Asked only where one does.</summary>
public delegate IReadOnlyCollection<string> RequirementIds();

/// <summary>A document, or every mistake in it. Warnings may stand beside a document; errors never do.</summary>
public sealed record Reading(Document? Document, ImmutableArray<Problem> Problems)
{
    /// <summary>Where each control stands in the files of its writer, by id: one of a pack stands where the pack is included. Beside the document, since no place is part of what it says.</summary>
    public ImmutableSortedDictionary<string, Place> Places { get; init; } = ImmutableSortedDictionary<string, Place>.Empty;
}
