using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What has been read so far, for whoever reads next. Names that could not be read stand in the sets all the same, so that nobody complains of them twice.</summary>
sealed class Draft(KindCatalogue kinds, Problems problems)
{
    public KindCatalogue Kinds => kinds;
    public Problems Problems => problems;
    public RequirementIds? Requirements { get; init; }
    public Dictionary<string, Person> People { get; } = [];
    public Dictionary<string, Runner> Runners { get; } = [];
    public Dictionary<string, DeploymentEnvironment> Environments { get; } = [];
    public Dictionary<string, Target> Targets { get; } = [];
    public Dictionary<string, Vantage> Vantages { get; } = [];
    public Dictionary<string, Control> Controls { get; } = [];
    public Defaults Defaults { get; set; } = new();
    public ReleaseSource? Release { get; set; }
    public bool HasRelease { get; set; }

    /// <summary>Names whose definition could not be read.</summary>
    public HashSet<string> Unread { get; } = [];

    public List<Use> Uses { get; } = [];
    public List<Looked> Selections { get; } = [];
    public int Cells { get; set; }
    public int ExpandedNodes { get; set; }

    /// <summary>Set once every control's id, section and tags are known, before any check is read.</summary>
    public Selectors? Selectors { get; set; }

    public ImmutableArray<string> Outline(YamlNode node, string path) => Selectors?.Resolve(node, path) ?? [];
}

/// <summary>What controls have when they do not say otherwise.</summary>
sealed record Defaults
{
    public string? Owner { get; init; }
    public string? Severity { get; init; }
    public string? From { get; init; }
    public TimeSpan Fresh { get; init; } = TimeSpan.FromHours(24);
    public Binds Binds { get; init; }
    public ImmutableArray<DatedMode> Modes { get; init; } = [new(Mode.Block)];
}

/// <summary>A step as it touches environments: checked once the gates are known.</summary>
/// <param name="In">Where its evidence must come from; null is the gate's environment.</param>
/// <param name="Targets">The targets that it names, its own first.</param>
/// <param name="Names">Environment values that its placeholders need.</param>
sealed record Use(string Control, string? In, string Kind, Value.Fields Parameters, ImmutableArray<string> Targets, ImmutableArray<string> Names, Place Place, string Key);

/// <summary>A check over other controls: checked once all of them are known.</summary>
sealed record Looked(string Control, Place Place, string Key, ImmutableArray<string> Ids);
