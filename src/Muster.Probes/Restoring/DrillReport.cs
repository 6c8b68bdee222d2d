using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What a drill has come to so far: the rungs of its ladder, its phases by the clock, and what it found.</summary>
sealed class DrillReport(TimeProvider clock)
{
    public static readonly ImmutableArray<string> Titles = ["readable", "restored and running", "schema equal", "row counts equal", "rows equal", "queries answered"];
    const int MostDifferences = 20;
    readonly long _began = clock.GetTimestamp();
    readonly List<(int Rung, string Outcome, string Because, double Seconds)> _rungs = [];
    readonly SortedDictionary<string, double> _phases = new(StringComparer.Ordinal) { ["provision"] = 0, ["fetch"] = 0, ["restore"] = 0, ["replay"] = 0, ["checks"] = 0 };
    readonly List<string> _differences = [];
    double? _rto;

    /// <summary>The highest rung below which all hold.</summary>
    public int Rung { get; private set; }

    public string? Stopped { get; private set; }

    public int Differing { get; private set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(_began);

    /// <summary>Time that a phase took, beside what it took before.</summary>
    public async Task<T> During<T>(string phase, Func<Task<T>> work)
    {
        var began = clock.GetTimestamp();
        try { return await work(); }
        finally { _phases[phase] += clock.GetElapsedTime(began).TotalSeconds; }
    }

    public Task During(string phase, Func<Task> work) => During(phase, async () =>
    {
        await work();
        return true;
    });

    public double Phase(string name) => _phases[name];

    /// <summary>From here on what was restored can be used.</summary>
    public void Serves() => _rto ??= Elapsed.TotalSeconds;

    /// <summary>A rung holds.</summary>
    public void Climbed(int rung, string because, double seconds)
    {
        _rungs.RemoveAll(one => one.Rung == rung);
        _rungs.Add((rung, "holds", because, Math.Round(seconds, 3)));
        // Queries may be asked where rows cannot be compared; the rungs between are not climbed by that.
        if (rung == Rung + 1) Rung = rung;
    }

    /// <summary>A rung broke, and none above it was tried.</summary>
    public void Broke(RungFailed failed)
    {
        _rungs.RemoveAll(one => one.Rung >= failed.Rung);
        _rungs.Add((failed.Rung, "broke", failed.Message, 0));
        (Rung, Stopped) = (Math.Min(Rung, failed.Rung - 1), $"L{failed.Rung} ({Titles[failed.Rung - 1]}): {failed.Message}");
    }

    public void Differs(string how)
    {
        Differing++;
        if (_differences.Count < MostDifferences) _differences.Add(Bounded.Start(how, 200));
    }

    public Value.Fields Seen(int asked)
    {
        var all = Enumerable.Range(1, 6).Select(rung => _rungs.FirstOrDefault(one => one.Rung == rung) is { Rung: > 0 } tried ? tried : (Rung: rung, Outcome: rung <= asked ? "not tried" : "not asked", Because: "", Seconds: 0.0));
        return Value.Of(
            ("complete", Stopped is null && Rung >= asked), ("rung", Rung), ("level", $"L{Rung}"),
            ("rungs", Value.List(all.Select(one => (Value)Value.Of(("rung", one.Rung), ("name", Titles[one.Rung - 1]), ("outcome", one.Outcome), ("because", one.Because), ("seconds", one.Seconds))))),
            ("phases", new Value.Fields(_phases.Select(phase => KeyValuePair.Create(phase.Key, (Value)Math.Round(phase.Value, 3))))),
            ("differing", Differing), ("differences", Value.Texts(_differences))).With(
            ("stopped", Stopped), ("rto", Stopped is null && Rung >= asked && _rto is { } took ? Math.Round(took, 3) : (Value?)null));
    }
}
