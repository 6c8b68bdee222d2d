using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>
/// The ledger as the judge reads it: the same entries give the same fold, whatever the order they arrived in. Not safe for adding and deciding at once.
/// </summary>
/// <param name="documents">A document by its digest, from the blobs beside the ledger; null if its bytes are gone.</param>
/// <param name="decisions">A verdict statement by its digest, from there too; null if its bytes are gone.</param>
public sealed class Folded(Func<Digest, Document?> documents, Func<Digest, Decision?>? decisions = null)
{
    readonly Dictionary<Digest, List<Series>> _runs = [];
    readonly Dictionary<(Digest, string, Digest, Origin, string), Series> _series = [];
    readonly HashSet<(string Cell, string Environment)> _cells = [];
    readonly HashSet<string> _words = new(StringComparer.Ordinal);
    readonly Dictionary<string, DateTimeOffset> _seenFailing = new(StringComparer.Ordinal);
    readonly Dictionary<Type, SortedSet<Entry>> _rest = [];

    static readonly Comparer<Entry> ByTime = Comparer<Entry>.Create(static (a, b) =>
        a.Time != b.Time ? a.Time.CompareTo(b.Time) : string.CompareOrdinal(a.Id.Hex, b.Id.Hex));

    /// <summary>Key id of the runner whose ledger this is; null when nothing in it can have come from elsewhere.</summary>
    public string? Home { get; init; }

    public long Count { get; private set; }
    public DateTimeOffset? Newest { get; private set; }

    public void Add(Entry entry)
    {
        Count++;
        Newest = Instant.Later(Newest ?? entry.Time, entry.Time);
        switch (entry.Fact)
        {
            case Fact.Ran { Run: var run }: Add(entry, run); break;
            case Fact.Proved { SeenFailing: true } proved:
                _seenFailing[proved.Kind] = Instant.Later(_seenFailing.GetValueOrDefault(proved.Kind, proved.At), proved.At);
                break;
            default:
                if (!_rest.TryGetValue(entry.Fact.GetType(), out var same)) _rest[entry.Fact.GetType()] = same = new(ByTime);
                same.Add(entry);
                break;
        }
    }

    void Add(Entry entry, Run run)
    {
        var key = (run.Question, run.Environment, run.Release, run.Origin, entry.Signer);
        if (!_series.TryGetValue(key, out var series))
        {
            _series[key] = series = new(run.Question, Word(run.Environment), run.Release, run.Origin, Word(entry.Signer));
            if (!_runs.TryGetValue(run.Question, out var all)) _runs[run.Question] = all = [];
            all.Add(series);
        }

        foreach (var cell in run.Cells) _cells.Add((cell, series.Environment));
        series.Add(entry, run);
    }

    string Word(string word)
    {
        if (!_words.TryGetValue(word, out var known)) _words.Add(known = word);
        return known;
    }

    internal Document? Document(Digest digest) => documents(digest);

    internal Decision? Decision(Digest statement) => decisions?.Invoke(statement);

    internal IReadOnlyList<Series> Runs(Digest question) => _runs.TryGetValue(question, out var all) ? all : [];

    /// <summary>What the newest live run of the question saw at the step, whatever the release was; null if there is none.</summary>
    public Value.Fields? Earlier(Digest question, string environment, string step) =>
        Runs(question).Where(series => series.Origin == Origin.Live && series.Environment == environment).SelectMany(series => series.Runs)
            .Where(run => run.Sight(step)?.Observation is not null).MaxBy(run => run.Started)?.Sight(step)?.Observation;

    internal bool WasAsked(string cell, string environment) => _cells.Contains((cell, environment));

    internal DateTimeOffset? KindSeenFailing(string kind) => _seenFailing.TryGetValue(kind, out var at) ? at : null;

    /// <summary>When it was taken in from elsewhere, by this ledger's own clock; null for what was signed here.</summary>
    internal DateTimeOffset? ArrivedAt(Entry entry)
    {
        foreach (var (arrival, fact) in All<Fact.Arrived>())
            if (arrival.Index < entry.Index && entry.Index <= arrival.Index + fact.Entries && (Home is null || arrival.Signer == Home)) return arrival.Time;
        return null;
    }

    /// <summary>Entries that say such a fact, oldest first.</summary>
    internal IEnumerable<(Entry Entry, T Fact)> All<T>() where T : Fact =>
        _rest.TryGetValue(typeof(T), out var all) ? all.Select(entry => (entry, (T)entry.Fact)) : [];
}
