using System.Collections.Immutable;

namespace Muster.Readiness;

public enum Gravity { Error, Warning }

/// <summary>One mistake in a document, with everything its writer needs to mend it.</summary>
/// <param name="Key">The path of keys to it, as <c>controls.edge.certificate.check</c>.</param>
/// <param name="Says">What is wrong, in a sentence.</param>
/// <param name="Fix">What to write instead, in a sentence.</param>
/// <param name="Line">The source line, without its end, for the caret; empty where there is none.</param>
public sealed record Problem(Gravity Gravity, Place Place, string Key, string Says, string Fix, string Line);

/// <summary>The files of a document by path relative to its folder, with "/" between parts; the main file first. Nothing else is ever read.</summary>
public sealed record DocumentFiles(string Main, ImmutableSortedDictionary<string, ImmutableArray<byte>> Files);

/// <summary>The offset rules of a named zone (IANA), or null if there is none by that name. Time-zone data is the caller's, not the judge's.</summary>
public delegate TimeZoneInfo? ZoneLookup(string name);

/// <summary>A document, or every mistake in it. Warnings may stand beside a document; errors never do.</summary>
public sealed record Reading(Document? Document, ImmutableArray<Problem> Problems);
