using System.Collections.Immutable;
using Muster.Ledger;
using Muster.Readiness;

namespace Muster.Cli;

/// <summary>Which entries of a ledger are meant; what is null asks nothing.</summary>
sealed record Selection
{
    public Gate? Gate { get; init; }
    public Digest? Release { get; init; }
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    public SealedEntry? From { get; init; }
    public ImmutableArray<string> Only { get; init; } = [];

    /// <summary>As the bundle says it to whoever takes it in.</summary>
    public Value.Fields Said => Output.Fields(
        ("gate", Gate?.Name), ("release", Release is { } release ? release : null), ("since", Since is { } since ? since : null), ("until", Until is { } until ? until : null),
        ("from", From is { } from ? from.Entry.Id : null), ("only", Only.IsEmpty ? null : Value.Texts(Only)));

    /// <summary>In the ledger's order, as they were signed.</summary>
    public IEnumerable<SealedEntry> Of(Session session)
    {
        var concerns = new Concerns(session.Document, Gate);
        return session.Ledger.ReadSealed(From?.Entry.Index ?? 0, session.Workspace.PublishedKeys)
            .Where(entry => !(entry.Entry.Time < Since) && !(entry.Entry.Time >= Until) && (Only.IsEmpty || Only.Contains(Sort(entry.Entry.Fact))) && concerns.Has(entry.Entry.Fact, Release));
    }

    static string Sort(Fact fact) => fact switch
    {
        Fact.Ran or Fact.Proved => "runs",
        Fact.Decided => "verdicts",
        _ => "people",
    };

    /// <exception cref="Refusal">None, or several, begin so.</exception>
    public static SealedEntry Find(Session session, string id)
    {
        var digits = id.StartsWith("sha256:", StringComparison.Ordinal) ? id[7..] : id;
        var found = digits.Length < 4 ? [] : session.Ledger.ReadSealed(known: session.Workspace.PublishedKeys).Where(entry => entry.Entry.Id.Hex.StartsWith(digits, StringComparison.Ordinal)).Take(2).ToList();
        return found switch
        {
            [var one] => one,
            [] => throw Refusal.Usage($"no entry begins with {id}", "`muster ledger show` lists them; give at least four digits"),
            _ => throw Refusal.Usage($"several entries begin with {id}", "give more digits"),
        };
    }
}
