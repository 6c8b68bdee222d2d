using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What all shapes of k6 come to.</summary>
sealed class K6Counts
{
    readonly List<string> _crossed = [];
    readonly List<string> _vacuous = [];
    Value.Fields _seen = Value.Fields.Empty;

    public int Thresholds { get; private set; }

    public void Threshold(string metric, string says, bool crossed, bool vacuous)
    {
        Thresholds++;
        if (crossed) _crossed.Add($"{metric}: {says}");
        if (vacuous) _vacuous.Add($"{metric}: {says}");
    }

    public void Saw(string name, Value? value) => _seen = _seen.With((name, value));

    /// <summary>Milliseconds, as k6 writes them.</summary>
    public void SawTime(string name, double? milliseconds)
    {
        if (milliseconds is >= 0 and var known) Saw(name, HttpProbe.Seconds(TimeSpan.FromMilliseconds(Math.Min(known, 1e12))));
    }

    /// <summary>A rate of failures: k6 counts as "passes" what the metric is named for, so those of http_req_failed are requests that failed.</summary>
    public void Failed(double? failed, double? rest)
    {
        if (failed is not { } bad || rest is not { } good) return;
        Saw("requests", bad + good);
        Saw("failed_requests", bad);
        if (bad + good > 0) Saw("failed_rate", bad / (bad + good));
    }

    public void Checks(double? passed, double? failed)
    {
        if (passed is not { } good || failed is not { } bad) return;
        Saw("checks_passed", good);
        Saw("checks_failed", bad);
    }

    public Report Report(string shape, double iterations, DateTimeOffset? made, IEnumerable<string?> releases) => new(
        _seen.With(("shape", shape), ("tool", "k6"), ("iterations", iterations), ("thresholds", Thresholds), ("crossed", _crossed.Count), ("vacuous", _vacuous.Count),
            ("crossed_thresholds", ReportWords.Some(_crossed)), ("vacuous_thresholds", ReportWords.Some(_vacuous))),
        (long)Math.Clamp(iterations, 0, 1e15), made)
    { Subjects = NamedDigests.In(releases) };
}
