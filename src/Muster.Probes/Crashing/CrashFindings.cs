using Muster.Readiness;

namespace Muster.Probes;

/// <summary>What the kills showed, added up.</summary>
sealed class CrashFindings
{
    const int MostNamed = 10;
    readonly List<TimeSpan> _recovered = [], _verified = [];

    public int Kills { get; private set; }
    public int KillsInRecovery { get; set; }
    public int Interrupted { get; private set; }
    public List<(string Id, TimeSpan Age)> Lost { get; } = [];
    public HashSet<string> Phantom { get; } = [];
    public HashSet<string> Duplicated { get; } = [];
    public HashSet<string> Altered { get; } = [];
    public List<string> Changed { get; } = [];
    public bool OpenedEarly { get; set; }
    public string? SmokeFailed { get; set; }

    public void Killed(int interrupted) => (Kills, Interrupted) = (Kills + 1, Interrupted + interrupted);

    public void Recovered(TimeSpan after) => _recovered.Add(after);

    public void Verified(TimeSpan after) => _verified.Add(after);

    public void Add(Differences found)
    {
        Lost.AddRange(found.Lost);
        Phantom.UnionWith(found.Phantom);
        Duplicated.UnionWith(found.Duplicated);
        Altered.UnionWith(found.Altered);
    }

    public Value.Fields Seen(WriteRecord record, CrashPlan plan, bool recovered, string? profile)
    {
        var age = Lost.Select(one => one.Age).DefaultIfEmpty().Max();
        // One whose answer came at the very moment of the kill is lost all the same where none may be.
        var within = Lost.Count == 0 || plan.AllowedLoss > TimeSpan.Zero && age <= plan.AllowedLoss;
        var complete = recovered && within && Phantom.Count + Duplicated.Count + Altered.Count + Changed.Count == 0 && !OpenedEarly;
        var seen = Value.Of(
            ("complete", complete), ("recovered", recovered), ("shown", plan.Kill.Shows), ("kills", Kills), ("kills_in_recovery", KillsInRecovery), ("interrupted", Interrupted),
            ("attempted", record.Attempted), ("acknowledged", record.Acknowledged), ("refused", record.Refused), ("unknown", record.Unknown),
            ("lost", Lost.Count), ("loss_seen", Lost.Count > 0), ("phantom", Phantom.Count), ("duplicated", Duplicated.Count), ("altered", Altered.Count), ("changed", Changed.Count),
            ("wrong", Value.Texts([.. Named("lost", Lost.Select(one => one.Id)), .. Named("phantom", Phantom), .. Named("duplicated", Duplicated), .. Named("altered", Altered), .. Named("changed", Changed)])));
        if (Lost.Count > 0) seen = seen.With("loss_age", HttpProbe.Seconds(age)).With("loss_within", within);
        // While it recovers nothing is written that could be lost: such a kill is no other try of it.
        else if (recovered) seen = seen.With("loss_bound", Math.Min(1, Math.Round(3d / Kills, 4)));
        if (!plan.Smoke.IsEmpty) seen = seen.With("opened_early", OpenedEarly).With("smoke_queries", plan.Smoke.Length);
        if (!plan.Same.IsEmpty) seen = seen.With("same_queries", plan.Same.Length);
        if (SmokeFailed is { } failed) seen = seen.With("smoke_failed", failed);
        if (_recovered.Count > 0) seen = seen.With("recovery_time", HttpProbe.Seconds(_recovered.Max())).With("recovery_time_median", HttpProbe.Seconds(_recovered.Order().ElementAt(_recovered.Count / 2)));
        if (_verified.Count > 0) seen = seen.With("verified_time", HttpProbe.Seconds(_verified.Max()));
        return profile is null ? seen : seen.With("profile", profile);
    }

    static IEnumerable<string> Named(string what, IEnumerable<string> ids) => ids.Take(MostNamed).Select(id => $"{what}: {id}");
}
