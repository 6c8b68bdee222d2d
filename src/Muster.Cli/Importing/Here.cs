using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli.Importing;

/// <summary>What is in this ledger already, as far as something that arrives can meet it; it grows with each file of one command.</summary>
sealed class Here
{
    readonly record struct Look(Digest Question, string Environment, Digest Release, string Signer, DateTimeOffset Started);

    readonly record struct Signed(string Signer, string Gate, Digest Release);

    readonly Dictionary<Look, Digest> _looks = [];
    readonly Dictionary<Signed, Digest> _signed = [];
    readonly HashSet<Digest> _ids = [];

    public Here(Session session)
    {
        foreach (var entry in session.Ledger.Read(known: session.Workspace.PublishedKeys))
        {
            Own.Add(entry.Id);
            _ids.Add(entry.Id);
            _ = Add(entry);
        }
    }

    /// <summary>Ids by index, as they stand in this ledger.</summary>
    public List<Digest> Own { get; } = [];

    public bool Has(Digest id) => _ids.Contains(id);

    /// <summary>Counts it in; if the same was said before in another way, that in a sentence.</summary>
    public string? Take(Entry entry) => _ids.Add(entry.Id) ? Add(entry) : null;

    string? Add(Entry entry) => entry.Fact switch
    {
        Fact.Ran { Run: var run } when !run.Undated => Twice(_looks, new(run.Question, run.Environment, run.Release, entry.Signer, run.Started), entry.Id) is { } other
            ? $"{string.Join(", ", run.Cells.Take(3))} at {Instant.Write(run.Started)}: one look is told twice, as {other.Short} and as {entry.Id.Short}; the worse counts" : null,
        Fact.SignedOff signed => Twice(_signed, new(entry.Signer, signed.Gate, signed.Shown.Release), entry.Id) is { } other
            ? $"{signed.Gate}: one person signed twice for one release, {other.Short} and {entry.Id.Short}; they fill one seat" : null,
        _ => null,
    };

    static Digest? Twice<T>(Dictionary<T, Digest> seen, T key, Digest id) where T : notnull => seen.TryAdd(key, id) ? null : seen[key];
}
