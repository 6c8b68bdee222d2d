using System.Globalization;
using System.Runtime.InteropServices;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// An experiment as the journal that Chaos Toolkit writes of one (https://chaostoolkit.org/reference/api/journal/), for whatever reads those. It is there before the first fault, as that of an experiment which was interrupted,
/// so that one whose Muster is killed is not taken for one that never was.
/// </summary>
sealed class ChaosJournal(ChaosPlan plan, ProbeContext context)
{
    /// <summary>Whose form it has, and who wrote it.</summary>
    const string Version = "1.44.0+muster";
    readonly DateTimeOffset _start = context.Clock.GetUtcNow();
    readonly long _began = context.Clock.GetTimestamp();
    readonly List<Value> _during = [], _run = [], _rollbacks = [];
    Value _before = Value.Null, _after = Value.Null;

    public ChaosRound? Before { get; private set; }

    public ChaosRound? After { get; private set; }

    public int Unmet { get; private set; }

    public int Rounds => _during.Count;

    public int Actions { get; private set; }

    public int Activities => _run.Count;

    public int FailedActivities { get; private set; }

    public int Rollbacks => _rollbacks.Count;

    public int FailedRollbacks { get; private set; }

    public TimeSpan Took => context.Clock.GetElapsedTime(_began);

    public void SawBefore(ChaosRound round) => (Before, _before) = (round, State(round));

    public void SawAfter(ChaosRound round) => (After, _after) = (round, State(round));

    public void SawDuring(ChaosRound round)
    {
        _during.Add(State(round));
        if (!round.Met) Unmet++;
    }

    public void Did(string name, DateTimeOffset at, long since, string? failed)
    {
        Actions++;
        Ran(_run, Action(name), at, context.Clock.GetElapsedTime(since), failed);
        if (failed is not null) FailedActivities++;
    }

    /// <summary>The look that shows whether a fault met anybody.</summary>
    public void Effect(string name, DateTimeOffset at, TimeSpan took, string? missed)
    {
        Ran(_run, Probe($"the effect of {name}", "chaos.experiment"), at, took, missed);
        if (missed is not null) FailedActivities++;
    }

    public void RolledBack(string name, DateTimeOffset at, long since, string? failed)
    {
        Ran(_rollbacks, Action(name), at, context.Clock.GetElapsedTime(since), failed);
        if (failed is not null) FailedRollbacks++;
    }

    /// <summary>Writes it, as a whole or not at all.</summary>
    public void Write(string status, bool deviated)
    {
        if (plan.Journal is not { } path) return;
        var written = Value.Of(
            ("chaoslib-version", Version), ("platform", RuntimeInformation.OSDescription), ("node", Environment.MachineName), ("experiment", Experiment()), ("start", Time(_start)), ("status", status), ("deviated", deviated),
            ("steady_states", Value.Of(("before", _before), ("during", Value.List(_during)), ("after", _after))), ("run", Value.List(_run)), ("rollbacks", Value.List(_rollbacks)),
            ("end", Time(context.Clock.GetUtcNow())), ("duration", HttpProbe.Seconds(Took)));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path + ".new", CanonicalJson.Bytes(written));
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"the journal cannot be written: {refused.Message}", refused); }
    }

    /// <summary>What the reader needs of it; no address, since it may hold a secret.</summary>
    Value.Fields Experiment() => Value.Of(
        ("version", "1.0.0"), ("title", Clean(plan.Title)), ("description", "An experiment of muster, kind chaos.experiment."), ("configuration", Value.Of(("release", context.Release))),
        ("steady-state-hypothesis", Value.Of(("title", Clean(plan.Title)), ("probes", Value.List(plan.Steady.Select(look => (Value)Probe(look.Name, look.Kind)))))),
        ("method", Value.List(plan.Method.SelectMany(one => (Value[])[Action(one.Text("name") ?? ""), Probe($"the effect of {one.Text("name")}", "chaos.experiment")]))),
        ("rollbacks", Value.List([.. plan.Method.Select(one => (Value)Action("back: " + one.Text("name"))), .. plan.Rollbacks.Select(one => Action(one.Says))])));

    Value.Fields Probe(string name, string kind) => Value.Of(("type", "probe"), ("name", Clean(name)), ("tolerance", true), ("provider", Provider(kind)));

    Value.Fields Action(string name) => Value.Of(("type", "action"), ("name", Clean(name)), ("provider", Provider("chaos.experiment")));

    static Value.Fields Provider(string kind) => Value.Of(("type", "process"), ("path", "muster"), ("arguments", "try " + kind));

    Value.Fields State(ChaosRound round) => Value.Of(("steady_state_met", round.Met), ("probes", Value.List(round.Checks.Select(check => (Value)Activity(Probe(check.Look.Name, check.Look.Kind), check.Seen.At, check.Seen.Took, null)
        .With("tolerance_met", check.Seen.Holds).With("output", check.Seen.Says is { } says ? Clean(says) : Value.True)))));

    void Ran(List<Value> to, Value.Fields activity, DateTimeOffset at, TimeSpan took, string? failed) => to.Add(Activity(activity, at, took, failed));

    Value.Fields Activity(Value.Fields activity, DateTimeOffset at, TimeSpan took, string? failed)
    {
        var run = Value.Of(("activity", activity), ("output", Value.Null), ("status", failed is null ? "succeeded" : "failed"), ("start", Time(at)), ("end", Time(at + took)), ("duration", HttpProbe.Seconds(took)));
        return failed is null ? run : run.With("exception", Value.Texts([Clean(failed)]));
    }

    string Clean(string text) => context.CarriesSecret(text) ? "(it carries a secret)" : text;

    /// <summary>In UTC, and not saying so.</summary>
    static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
