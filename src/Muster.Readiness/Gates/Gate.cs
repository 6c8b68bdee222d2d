using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>Where a promotion is decided: what must hold, who signs, what may be overridden.</summary>
public sealed record Gate
{
    public required string Name { get; init; }
    public required string Environment { get; init; }

    /// <summary>The ids of its controls, selectors already resolved; every one is in the document.</summary>
    public required ImmutableArray<string> Controls { get; init; }

    /// <summary>Environments in each of which every control must be met; empty means <see cref="Environment"/> alone.</summary>
    public ImmutableArray<string> ProvedIn { get; init; } = [];

    /// <summary>Groups for the decision matrix; each control in exactly one.</summary>
    public ImmutableArray<Criterion> Criteria { get; init; } = [];

    /// <summary>The gate that this release must have opened before.</summary>
    public string? After { get; init; }

    /// <summary>The least unbroken time since that opening.</summary>
    public TimeSpan? Soak { get; init; }

    public ImmutableArray<RoleCount> Sign { get; init; } = [];

    /// <summary>How long a sign-off counts.</summary>
    public TimeSpan SignedFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The person or role that accepts a softening; the document's owner when it says nothing.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Roles that may approve "not applicable" and deferrals.</summary>
    public ImmutableArray<string> Excuses { get; init; } = [];

    public TimeSpan ConditionsDue { get; init; } = TimeSpan.FromHours(24);
    public WaiverBounds Waivers { get; init; } = new(TimeSpan.FromDays(14), [], []);

    /// <summary><c>override: never</c> on the gate: no waiver and no break-glass at all.</summary>
    public bool NeverOverride { get; init; }

    /// <summary>Roles of which two people together may break glass.</summary>
    public ImmutableArray<string> BreakGlass { get; init; } = [];

    /// <summary>When no promotion happens: half-open UTC intervals [from, to), sorted, not touching.</summary>
    public ImmutableArray<Freeze> Freezes { get; init; } = [];
}

public sealed record Criterion(string Name, ImmutableArray<string> Controls);

public sealed record RoleCount(string Role, int Count);

/// <summary>The longest a waiver may last, the roles that may approve one, and the fields that it must carry.</summary>
public sealed record WaiverBounds(TimeSpan AtMost, ImmutableArray<string> Approve, ImmutableArray<string> Need)
{
    /// <summary>How long one may last for a control of that severity; null when all may last alike.</summary>
    public ImmutableSortedDictionary<string, TimeSpan>? BySeverity { get; init; }

    /// <summary>How often the same control may be waived again in the same environment; null when nobody counts.</summary>
    public int? Renewals { get; init; }

    public TimeSpan AtMostFor(Control control) => control.Severity is { } severity && BySeverity is { } limits && limits.TryGetValue(severity, out var limit) ? limit : AtMost;
}

public sealed record Freeze(DateTimeOffset From, DateTimeOffset To, string Because);
