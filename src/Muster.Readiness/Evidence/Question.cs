using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// What is asked, apart from what is expected: kinds, parameters and targets with everything filled in but secrets (which stay references)
/// and what only a run can know (<c>$(nonce)</c>, earlier steps). Editing <c>expect</c> leaves it; editing anything here asks anew.
/// </summary>
public sealed record Question(string Vantage, ImmutableArray<Asked> Steps)
{
    /// <summary>The words of the control's sentence: another sentence asks anew, and what was attested of the old one was not said of this.</summary>
    public Digest? Sentence { get; init; }

    readonly Known<Digest> _digest = new();

    [System.Text.Json.Serialization.JsonIgnore]
    public Digest Digest => _digest.Of(this, () => Digest.Of(Statements.ToValue(this)));
}

/// <summary>One step of a question. <see cref="Parameters"/> has the resolved target under "target".</summary>
public sealed record Asked(string Name, string Kind, Value.Fields Parameters, bool Always = false, TimeSpan? Deadline = null, TimeSpan? Within = null)
{
    /// <summary>The earlier step beside which it is asked.</summary>
    public string? During { get; init; }
}

/// <summary>One question to be answered now, and for whom. <see cref="Settled"/> tells from an observation of a step whether <c>within</c> may stop asking.</summary>
public sealed record Ask(Question Question, string Environment, ImmutableArray<string> Cells)
{
    public Func<string, Value, bool> Settled { get; init; } = static (_, _) => true;
}

/// <summary>
/// The eyes, as the judge's side sees them. They answer as they go, several at a time when answers come fast: every question gets exactly one run.
/// Only the caller's own cancel is thrown, and not before all that was seen has been given.
/// </summary>
public delegate IAsyncEnumerable<ImmutableArray<Run>> Look(ImmutableArray<Ask> asks, CancellationToken cancel);
