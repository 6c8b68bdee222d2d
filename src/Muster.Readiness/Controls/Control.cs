using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Muster.Readiness;

public enum Mode { Block, Warn, Observe }

public enum Combine { All, Any }

public enum Binds { Release, Environment }

/// <summary>One line that must hold. Without cells it is unmeasured: legal, since that is how prose starts, and never met.</summary>
public sealed record Control
{
    public required string Id { get; init; }
    public string Title { get; init; } = "";
    public string? Section { get; init; }
    public string? Owner { get; init; }
    public string? Severity { get; init; }
    public string? Impact { get; init; }
    public string? Fix { get; init; }
    public Span? Estimate { get; init; }
    public ImmutableArray<string> Proves { get; init; } = [];
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>The first is what holds from the beginning; each later one from its date. Dates only tighten.</summary>
    public ImmutableArray<DatedMode> Modes { get; init; } = [new(Mode.Block)];

    /// <summary>How the parts of one cell are combined: the worst of all, or the best of any.</summary>
    public Combine Combine { get; init; }

    /// <summary>One without <c>each</c>; else one for each combination. The control is its worst cell.</summary>
    public ImmutableArray<Cell> Cells { get; init; } = [];

    /// <summary>True for <c>about: release</c>: evidence from any environment where this release runs counts.</summary>
    public bool AboutRelease { get; init; }

    public NotApplicable? NotApplicable { get; init; }
    public Deferral? Deferred { get; init; }

    /// <summary><c>override: never</c>: no waiver and no break-glass counts.</summary>
    public bool NeverOverride { get; init; }

    /// <summary>A proposal that no person has reviewed: its checks run and are shown, and it stays unproven.</summary>
    public bool Unreviewed { get; init; }

    /// <summary>The sentence of a checklist that it was made from.</summary>
    public ChecklistSentence? Sentence { get; init; }

    /// <summary>Where it stands in the document, for messages; not part of its meaning.</summary>
    [JsonIgnore]
    public Place? Place { get; init; }

    public Mode ModeAt(DateTimeOffset time)
    {
        var mode = Mode.Block;
        foreach (var dated in Modes)
            if (dated.From is not { } from || from <= time) mode = dated.Mode;
        return mode;
    }

    /// <summary>The digest of its whole text as judged; a waiver names it, so that a waiver dies with an edit.</summary>
    [JsonIgnore]
    public Digest Digest => _digest.Of(this, () => Digest.Of(Statements.ToValue(this)));

    readonly Known<Digest> _digest = new();
}

public sealed record DatedMode(Mode Mode, DateTimeOffset? From = null);

/// <summary>A range of durations: an estimate.</summary>
public sealed record Span(TimeSpan Least, TimeSpan Most);

/// <summary>One combination of <c>each</c>. Its name is <c>""</c> or <c>[dep=redis,fault=stop]</c>.</summary>
public sealed record Cell(string Name, ImmutableArray<Part> Parts);

/// <summary>
/// One check. <see cref="Name"/> is "" for the only one. A part of several steps is one question with one observation, a map from step name to what it saw.
/// </summary>
public sealed record Part
{
    public string Name { get; init; } = "";
    public required ImmutableArray<Step> Steps { get; init; }

    /// <summary>The environment that evidence must come from, when it is not the gate's own.</summary>
    public string? In { get; init; }

    /// <summary>The vantage; null is "here".</summary>
    public string? From { get; init; }

    public TimeSpan Fresh { get; init; } = TimeSpan.FromHours(24);
    public Binds Binds { get; init; }
    public ImmutableArray<Origin> Accepts { get; init; } = [Origin.Live];

    /// <summary>Overrides the kind's least population; it may only raise it.</summary>
    public long? LeastPopulation { get; init; }
}

/// <summary>One look: a kind with its parameters (target included), as written, placeholders of <c>each</c> filled, the others not.</summary>
public sealed record Step
{
    public string Name { get; init; } = "";
    public required string Kind { get; init; }
    public required Value.Fields Parameters { get; init; }

    /// <summary>All that must hold: the kind's own matchers, as replaced and added to by the document.</summary>
    public required Expectation Expect { get; init; }

    /// <summary>The kind's own matchers that the document replaced, in words; shown with the verdict.</summary>
    public ImmutableArray<string> Loosens { get; init; } = [];

    public TimeSpan? Deadline { get; init; }
    public TimeSpan? Within { get; init; }
    public bool Always { get; init; }

    /// <summary>The step before it beside which it is asked; null asks when that is over.</summary>
    public string? During { get; init; }

    /// <summary>
    /// The kind's least population when the document was read, so that a later version with another default replays an old verdict to the same bytes.
    /// Null in a document that was not read by this rule: the kind of today is asked then, else 1.
    /// </summary>
    public long? LeastPopulation { get; init; }

    /// <summary>True where the kind reads another tool's report, see <see cref="Readiness.Kind.ReadsReport"/>; else left out.</summary>
    public bool? ReadsReport { get; init; }
}

/// <summary>Leaves the gate's set only with all three.</summary>
public sealed record NotApplicable(string Because, string ApprovedBy, DateTimeOffset Review);

/// <summary>Not yet asked for. It also needs a fresh pass of <see cref="Until"/>: that its trigger has not come.</summary>
public sealed record Deferral(string Because, string ApprovedBy, DateTimeOffset Review, Part? Until = null);

/// <summary>A place in a file: path relative to the document, line and column from 1.</summary>
public sealed record Place(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}
