using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Muster.Readiness;

/// <summary>What must hold of an observation: one matcher for each named field or JSON Pointer. An empty one never holds.</summary>
public sealed record Expectation(ImmutableArray<FieldMatcher> Fields)
{
    public static readonly Expectation None = new(ImmutableArray<FieldMatcher>.Empty);
}

/// <summary>
/// <see cref="Path"/> is a field's name or, beginning with "/", a JSON Pointer (RFC 6901) into the observation's free JSON
/// (the field that the kind calls <c>json</c> or <c>value</c>; see docs/document.md).
/// </summary>
public sealed record FieldMatcher(string Path, Matcher Matcher);

public enum Comparison { AtLeast, AtMost, Under, Over, Between }

/// <summary>One side of a comparison: a literal, or a reference <c>$(part.field)</c>, <c>$(previous.field)</c>, <c>$(release.field)</c>. A reference that cannot be resolved is unproven.</summary>
public sealed record Operand(Value? Literal = null, string? Reference = null)
{
    public static Operand Of(Value literal) => new(literal);
}

/// <summary>The words of a document's <c>expect</c>. Each says nothing of a field that was not seen.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "word")]
[JsonDerivedType(typeof(Is), "is")]
[JsonDerivedType(typeof(Compare), "compare")]
[JsonDerivedType(typeof(Not), "not")]
[JsonDerivedType(typeof(OneOf), "one_of")]
[JsonDerivedType(typeof(Matches), "matches")]
[JsonDerivedType(typeof(Contains), "contains")]
[JsonDerivedType(typeof(Exactly), "exactly")]
[JsonDerivedType(typeof(Only), "only")]
[JsonDerivedType(typeof(Includes), "includes")]
[JsonDerivedType(typeof(Every), "every")]
[JsonDerivedType(typeof(Some), "some")]
[JsonDerivedType(typeof(NoneOf), "none")]
[JsonDerivedType(typeof(Count), "count")]
[JsonDerivedType(typeof(Present), "present")]
[JsonDerivedType(typeof(Has), "has")]
[JsonDerivedType(typeof(Both), "both")]
public abstract record Matcher
{
    Matcher() { }

    /// <summary>Equal by content; numbers in base units.</summary>
    public sealed record Is(Operand To, Shape Shape) : Matcher;

    /// <summary><c>at least 33%</c>, <c>between 1 and 3</c> (both ends included; <see cref="Upper"/> only then). Limits are in base units.</summary>
    public sealed record Compare(Comparison How, Operand Limit, Shape Shape, Operand? Upper = null) : Matcher;

    public sealed record Not(Matcher Inner) : Matcher;

    public sealed record OneOf(ImmutableArray<Operand> Choices) : Matcher;

    /// <summary>A regular expression without backtracking, over the whole text unless it says otherwise by itself; never anchored for the user.</summary>
    public sealed record Matches(string Pattern) : Matcher;

    /// <summary>Text within text, or an element within a list.</summary>
    public sealed record Contains(Operand Part) : Matcher;

    /// <summary>The same elements, each as often, in any order.</summary>
    public sealed record Exactly(ImmutableArray<Operand> Elements) : Matcher;

    /// <summary>At least one element, and none but these.</summary>
    public sealed record Only(ImmutableArray<Operand> Elements) : Matcher;

    /// <summary>All of these, and perhaps others.</summary>
    public sealed record Includes(ImmutableArray<Operand> Elements) : Matcher;

    /// <summary>Each element, and there is at least one.</summary>
    public sealed record Every(Matcher Element) : Matcher;

    public sealed record Some(Matcher Element) : Matcher;

    /// <summary>No element, and there is at least one to look at.</summary>
    public sealed record NoneOf(Matcher Element) : Matcher;

    /// <summary>The number of elements. <c>count: 0</c> counts only beside the kind's population.</summary>
    public sealed record Count(Matcher Number) : Matcher;

    public sealed record Present(bool Expected) : Matcher;

    /// <summary>Fields within a map.</summary>
    public sealed record Has(ImmutableArray<FieldMatcher> Fields) : Matcher;

    /// <summary>Several words on one field, all of which must hold.</summary>
    public sealed record Both(ImmutableArray<Matcher> All) : Matcher;
}
