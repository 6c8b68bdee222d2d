using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Muster.Readiness;

/// <summary>
/// A readiness document as it is judged: read, checked, its packs and includes merged, its cells expanded, its freeze windows turned into UTC intervals.
/// What is not part of its meaning (comments, order of keys, places in files) is not part of it, so that its digest moves only when its meaning does.
/// </summary>
public sealed record Document
{
    public required string System { get; init; }
    public string Title { get; init; } = "";
    public string Owner { get; init; } = "";
    public ImmutableArray<Person> People { get; init; } = [];

    /// <summary>Whose looks are live evidence, and whose verdicts count here; null when the document names none: then the runner of the ledger alone.</summary>
    public ImmutableArray<Runner>? Runners { get; init; }

    public ReleaseSource? Release { get; init; }
    public ImmutableArray<DeploymentEnvironment> Environments { get; init; } = [];
    public ImmutableArray<Target> Targets { get; init; } = [];
    public ImmutableArray<Vantage> Vantages { get; init; } = [];
    public ImmutableArray<Control> Controls { get; init; } = [];
    public ImmutableArray<Gate> Gates { get; init; } = [];

    /// <summary>SHA-256 of the canonical JSON of this record (see docs/formats): what sign-offs and verdicts name.</summary>
    [JsonIgnore]
    public Digest Digest => _digest.Of(this, () => Digest.Of(Statements.ToValue(this)));

    readonly Known<Digest> _digest = new();

    public Control? Control(string id) => _controls.Of(this, () => Controls.ToDictionary(control => control.Id, StringComparer.Ordinal)).GetValueOrDefault(id);

    readonly Known<Dictionary<string, Control>> _controls = new();

    public Gate? Gate(string name) => Gates.FirstOrDefault(gate => gate.Name == name);

    /// <summary>Whom the gate belongs to, its own words first: a person or a role.</summary>
    public string OwnerOf(Gate gate) => gate.Owner.Length > 0 ? gate.Owner : Owner;

    public DeploymentEnvironment? Environment(string name) => Environments.FirstOrDefault(environment => environment.Name == name);

    /// <summary>Whose key it is now. Whether a signature counts is not said by this alone, see <c>Signing</c>.</summary>
    public Person? PersonByKey(string keyId) => People.FirstOrDefault(person => person.KeyId == keyId);

    /// <summary>Whose key it is or was.</summary>
    public Person? HolderOf(string keyId) => PersonByKey(keyId) ?? People.FirstOrDefault(person => person.WasTheirs(keyId) is not null);
}

/// <summary>Someone who signs. <see cref="KeyId"/> is the lower-case hex SHA-256 of the public key's SubjectPublicKeyInfo; null while no key is known.</summary>
public sealed record Person(string Name, ImmutableArray<string> Roles, string? KeyId = null)
{
    /// <summary>Keys that were theirs before; null when there are none.</summary>
    public ImmutableArray<FormerKey>? Former { get; init; }

    /// <summary>The former key of this id, if there is one.</summary>
    public FormerKey? WasTheirs(string keyId) => Former?.FirstOrDefault(former => former.KeyId == keyId);
}

/// <summary>A key that was replaced: what it signed before <see cref="Until"/> counts as its person's, and nothing after.</summary>
public sealed record FormerKey(string KeyId, DateTimeOffset Until);

/// <summary>A machine that looks: a CI job, a gate job. <see cref="KeyId"/> as a person's.</summary>
public sealed record Runner(string Name, string KeyId);

/// <summary>Where the release's digests come from, and how a running thing says which release it is.</summary>
public sealed record ReleaseSource
{
    /// <summary>A manifest file, relative to the document.</summary>
    public string? Manifest { get; init; }

    /// <summary>Digests written in the document itself, by artifact name.</summary>
    public ImmutableSortedDictionary<string, Digest> Artifacts { get; init; } = ImmutableSortedDictionary<string, Digest>.Empty;

    public RunningRelease? Running { get; init; }
}

/// <summary>Ask <see cref="Target"/> at <see cref="Path"/> and read the digest at the JSON Pointer <see cref="Read"/>.</summary>
public sealed record RunningRelease(string Target, string Path, string Read);

/// <summary>An environment of the system. <see cref="Consent"/> names the hazards that may be run there; values fill <c>$(…)</c>.</summary>
public sealed record DeploymentEnvironment(string Name, Value.Fields Values, ImmutableArray<Hazard> Consent);

/// <summary>A named thing that checks touch. Its definition may hold <c>$(value)</c>, <c>$(env:X)</c> and <c>$(file:X)</c>, resolved for each run, never stored resolved.</summary>
public sealed record Target(string Name, Value Definition)
{
    /// <summary>Definitions that replace <see cref="Definition"/> in an environment.</summary>
    public ImmutableSortedDictionary<string, Value> In { get; init; } = ImmutableSortedDictionary<string, Value>.Empty;
}

/// <summary>Where a probe looks from: <c>here</c>, <c>netns:NAME</c> (a network namespace of this machine) or <c>agent:NAME</c>.</summary>
public sealed record Vantage(string Name, string Where)
{
    const string OfNamespace = "netns:";
    const int LongestName = 100;

    /// <summary>The name of the network namespace, a file's name as <c>ip netns</c> takes it; null where it is none.</summary>
    public static string? Namespace(string where) =>
        where.StartsWith(OfNamespace, StringComparison.Ordinal) && where[OfNamespace.Length..] is { Length: > 0 and <= LongestName } name
        && name[0] != '.' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.') ? name : null;
}
