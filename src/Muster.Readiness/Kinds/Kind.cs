using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>What a probe does to the system it looks at. Active and destructive kinds need the environment's consent.</summary>
public enum Hazard { Passive, Active, Destructive }

/// <summary>The type of a parameter or of an observed field; it decides which words and units a document may use.</summary>
public enum Shape { Any, Text, Number, Truth, Duration, Size, Percentage, Rate, Instant, List, Map }

/// <summary>What kind of thing a check's target is.</summary>
public enum TargetShape { None, Url, HostAndPort, HostName, Path, Command, Selectors, Statement }

/// <summary>A parameter of a kind. <see cref="OneOf"/> closes its values; <see cref="Default"/> is what holds when it is left out.</summary>
public sealed record Parameter(string Name, Shape Shape, string Says)
{
    public bool Required { get; init; }
    public Value? Default { get; init; }
    public ImmutableArray<string> OneOf { get; init; } = [];

    /// <summary>Its value is a runner of the document.</summary>
    public bool NamesRunner { get; init; }

    /// <summary>Its value is another target of the document by its name, and the probe gets what that target is, secrets included; of a map, each of its values is one.</summary>
    public bool NamesTarget { get; init; }

    /// <summary>A check that says this parameter is at least this hazardous, whatever its kind is: an HTTP request that writes.</summary>
    public Hazard Hazard { get; init; }

    /// <summary>Values with which <see cref="Hazard"/> does not apply, in upper case: GET. false never makes one.</summary>
    public ImmutableArray<string> Harmless { get; init; } = [];
}

/// <summary>A field of a kind's observation: what <c>expect</c> can name. <see cref="Of"/> are the fields of its elements or of itself.</summary>
public sealed record Field(string Name, Shape Shape, string Says)
{
    public ImmutableArray<Field> Of { get; init; } = [];

    /// <summary>The names in this map mean the same in any case and are observed in lower case, as those of HTTP headers; a document may write them as it likes.</summary>
    public bool LowerCaseNames { get; init; }
}

/// <summary>
/// The declaration of a probe kind: everything that can be known of it without looking at anything. The probe itself lives in Muster.Probes.
/// </summary>
public sealed record Kind
{
    /// <summary><c>family.noun</c> in snake_case, or a single word.</summary>
    public required string Name { get; init; }

    public required string Says { get; init; }

    public required TargetShape Target { get; init; }

    /// <summary>What a check touches that names no target; null where each must name one.</summary>
    public string? UsualTarget { get; init; }

    public ImmutableArray<Parameter> Parameters { get; init; } = [];

    public ImmutableArray<Field> Fields { get; init; } = [];

    public Hazard Hazard { get; init; }

    /// <summary>When the kind holds by itself, in the same words that a document uses: <c>{ "status": "between 200 and 299" }</c>.</summary>
    public Value.Fields Holds { get; init; } = Value.Fields.Empty;

    /// <summary>What the population counts, in the plural: "responses", "certificates", "elements".</summary>
    public required string Population { get; init; }

    /// <summary>Fewer than this and a run is unproven, whatever it saw.</summary>
    public long LeastPopulation { get; init; } = 1;

    /// <summary>How long one look may take before it is unproven for lack of an answer.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What fools people about this kind, each a sentence.</summary>
    public ImmutableArray<string> Pitfalls { get; init; } = [];

    /// <summary>A check in YAML that a reader can copy.</summary>
    public required string Example { get; init; }

    /// <summary>The hazard of one question: that of the kind, or of a parameter that makes it more of one (an HTTP request that writes).</summary>
    public Hazard HazardOf(Value.Fields parameters)
    {
        var most = Hazard;
        // A target that is a map supplies what the check leaves out.
        var target = parameters["target"] as Value.Fields;
        foreach (var parameter in Parameters)
            if (parameter.Hazard > most && (parameters[parameter.Name] ?? target?[parameter.Name]) is { } value and not Value.Truth { Is: false } && !(value is Value.Text { Is: var said } && parameter.Harmless.Contains(said.ToUpperInvariant())))
                most = parameter.Hazard;
        return most;
    }

    /// <summary>
    /// What it sees is another tool's report, so that its runs are of origin imported and dated by the report. A runner of the document that read it is believed without further words;
    /// a run by any other key counts only where the control itself says that it accepts what is imported.
    /// </summary>
    public bool ReadsReport { get; init; }

    /// <summary>At most one such look at a time: two at once would measure each other.</summary>
    public bool Alone { get; init; }

    /// <summary>Its probe compares with what the newest look before it saw.</summary>
    public bool LooksBack { get; init; }

    /// <summary>Judged from other states or from people's words alone; no probe looks at anything.</summary>
    public bool JudgeOnly { get; init; }
}

/// <summary>All kinds that this build knows, by name.</summary>
public sealed class KindCatalogue(IEnumerable<Kind> kinds)
{
    readonly ImmutableSortedDictionary<string, Kind> _byName =
        kinds.ToImmutableSortedDictionary(kind => kind.Name, kind => kind, StringComparer.Ordinal);

    public IEnumerable<Kind> All => _byName.Values;

    public Kind? Find(string name) => _byName.GetValueOrDefault(name);
}
