using System.Collections.Immutable;

namespace Muster.Readiness;

/// <summary>One run as the judge keeps it: a million of them stand in memory, so it holds what is judged and no more.</summary>
sealed class Seen(Digest entry, DateTimeOffset started, ImmutableArray<Sight> sights)
{
    public readonly Digest Entry = entry;
    public readonly DateTimeOffset Started = started;
    public readonly ImmutableArray<Sight> Sights = sights;

    public Sight? Sight(string step)
    {
        foreach (var sight in Sights)
            if (sight.Step == step) return sight;
        return null;
    }
}

/// <summary>The runs of one question in one environment, for one release, of one origin, by one signer, by their start.</summary>
sealed class Series(Digest question, string environment, Digest release, Origin origin, string signer)
{
    static readonly Comparison<Seen> ByStart = static (a, b) =>
        a.Started != b.Started ? a.Started.CompareTo(b.Started) : string.CompareOrdinal(a.Entry.Hex, b.Entry.Hex);

    readonly List<Seen> _runs = [];
    readonly Dictionary<Digest, DateTimeOffset>? _looked = origin == Origin.Imported ? [] : null;
    UndatedLook? _lastUndated;
    bool _sorted = true;

    public Digest Question => question;
    public string Environment => environment;
    public Digest Release => release;

    /// <summary>As the run itself says; what it is taken for depends on its signer, see <c>Trusting</c>.</summary>
    public Origin Origin => origin;

    /// <summary>The key that recorded these runs; its owner may not sign off the gate that they count in.</summary>
    public string Signer => signer;

    public int Count => _runs.Count;
    public int Undated { get; private set; }

    /// <summary>Why the newest undated run is that, if it says so.</summary>
    public UndatedLook? LastUndated => _lastUndated;

    /// <summary>The newest look that read no report at all.</summary>
    public UndatedLook? Lost { get; private set; }

    /// <summary>When it was looked at; a report was made before that.</summary>
    public DateTimeOffset LookedAt(Seen run) => _looked?.GetValueOrDefault(run.Entry, run.Started) ?? run.Started;

    public int ClockAhead { get; private set; }
    public int Blind { get; private set; }
    public int TargetChanged { get; private set; }
    public long LeastPopulation { get; private set; } = long.MaxValue;

    public void Add(Entry entry, Run run)
    {
        if (run.Undated)
        {
            Undated++;
            var undated = UndatedLook.Of(entry, run);
            _lastUndated = UndatedLook.Later(_lastUndated, undated);
            if (undated.Blind) Lost = UndatedLook.Later(Lost, undated);
            return;
        }

        if (run.Started > entry.Time + Clock.Slack) { ClockAhead++; return; }
        var seen = new Seen(entry.Id, run.Started, Shared(run.Sights));
        _sorted &= _runs.Count == 0 || ByStart(_runs[^1], seen) <= 0;
        _runs.Add(seen);
        if (_looked is not null) _looked[seen.Entry] = run.Finished;
        foreach (var sight in run.Sights)
        {
            if (sight.Observation is null) Blind++;
            else if (!Equals(sight.Before, sight.After)) TargetChanged++;
            else LeastPopulation = Math.Min(LeastPopulation, sight.Population);
        }
    }

    /// <summary>By start, the newest last.</summary>
    public IReadOnlyList<Seen> Runs
    {
        get
        {
            if (!_sorted) _runs.Sort(ByStart);
            _sorted = true;
            return _runs;
        }
    }

    /// <summary>What looks the same from run to run is kept once.</summary>
    ImmutableArray<Sight> Shared(ImmutableArray<Sight> sights)
    {
        if (_runs.Count == 0 || _runs[^1].Sights is var last && last.Length != sights.Length) return sights;
        var shared = ImmutableArray.CreateBuilder<Sight>(sights.Length);
        for (var i = 0; i < sights.Length; i++)
        {
            var (now, before) = (sights[i], last[i]);
            if (now.Equals(before)) { shared.Add(before); continue; }
            shared.Add(now with
            {
                Step = now.Step == before.Step ? before.Step : now.Step,
                Observation = Equals(now.Observation, before.Observation) ? before.Observation : now.Observation,
                Before = Equals(now.Before, before.Before) ? before.Before : now.Before,
                After = Equals(now.After, before.Before) ? before.Before : now.After,
            });
        }

        return shared.MoveToImmutable();
    }
}

/// <summary>A run without a time of its own: when it was looked, and what it says of why.</summary>
sealed record UndatedLook(DateTimeOffset Looked, Digest Entry, bool Blind, string? Says)
{
    public static UndatedLook Of(Entry entry, Run run) => new(run.Finished, entry.Id, run.Sights.Any(sight => sight.Observation is null),
        (run.Sights.FirstOrDefault(sight => sight.Observation is null) ?? run.Sights.FirstOrDefault(sight => sight.Detail is not null))?.Detail);

    /// <summary>The later look, whatever the order they arrived in.</summary>
    public static UndatedLook? Later(UndatedLook? one, UndatedLook? other) =>
        one is null || other is null ? one ?? other
        : one.Looked != other.Looked ? one.Looked > other.Looked ? one : other
        : string.CompareOrdinal(one.Entry.Hex, other.Entry.Hex) > 0 ? one : other;
}

/// <summary>How far two clocks may stand apart before one of them is not believed.</summary>
static class Clock
{
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
}
