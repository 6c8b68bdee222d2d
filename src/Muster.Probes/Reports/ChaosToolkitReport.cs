using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>A journal of Chaos Toolkit. Its status alone says little: an experiment may be completed and have deviated, or have done nothing at all. Its times are in UTC, and most versions do not say so.</summary>
static class ChaosToolkitReport
{
    public static async Task<Report> Read(ReportFile file, Given given, ProbeContext context, CancellationToken cancel)
    {
        var root = await file.Json(cancel);
        if (root.Text("chaoslib-version") is not { } version || root.At("experiment") is not Value.Fields experiment || root.At("run") is not Value.Items)
            throw file.Wrong("is no journal of Chaos Toolkit: it has no \"chaoslib-version\", \"experiment\" and \"run\"");
        var (run, rollbacks) = (root.Items("run"), root.Items("rollbacks"));
        var (before, after) = (root.At("steady_states", "before"), root.At("steady_states", "after"));
        var during = root.Items("steady_states", "during").Where(state => state is Value.Fields).ToList();
        var actions = run.Count(one => one.Text("activity", "type") == "action");
        var seen = Value.Of(("tool", "chaostoolkit"), ("tool_version", version), ("activities", run.Length), ("actions", actions), ("failed_activities", run.Count(Failed)), ("hypothesis_probes", Probes(before, after)),
            ("rollbacks", rollbacks.Length), ("failed_rollbacks", rollbacks.Count(Failed)), ("rollbacks_left", Math.Max(0, experiment.Items("rollbacks").Length - rollbacks.Length)),
            ("during_checks", during.Count), ("during_unmet", during.Count(state => state.Truth("steady_state_met") != true)), ("failed", ReportWords.Some(run.Concat(rollbacks).Where(Failed).Select(Named))));
        return new(seen.With(("title", experiment.Text("title")), ("status", root.Text("status")), ("deviated", root.Truth("deviated") is { } deviated ? deviated : null),
            ("met_before", before.Truth("steady_state_met") is { } was ? was : null), ("met_after", after.Truth("steady_state_met") is { } still ? still : null),
            ("duration", root.Number("duration") is >= 0 and < 1e9 and var seconds ? seconds : null)), actions, ReportTime.Read(root.Text("start"), TimeSpan.Zero))
        {
            DryRun = IsDry(experiment.At("dry")) || IsDry(root.At("dry")) || IsDry(root.At("settings", "dry")),
            Subjects = Subjects(experiment),
        };
    }

    /// <summary>The name of a way to rehearse ("activities", "actions", "probes", "pause"), or true.</summary>
    static bool IsDry(Value? dry) => dry switch { null or Value.Truth { Is: false } => false, Value.Text { Is: var text } => text.Length > 0, _ => true };

    static bool Failed(Value activity) => activity.Text("status") != "succeeded";

    static string Named(Value activity) => Bounded.Start(activity.Text("activity", "name") ?? "(without a name)", 200);

    /// <summary>A hypothesis without probes is always met.</summary>
    static int Probes(Value? before, Value? after) => Math.Min(Seen(before), Seen(after));

    static int Seen(Value? state) => state.Items("probes").Count(probe => probe.Truth("tolerance_met") is not null);

    static ImmutableArray<string> Subjects(Value.Fields experiment) => NamedDigests.In([experiment.Text("configuration", "release"), .. experiment.Items("tags").Select(tag => tag.Text()).Where(tag => tag?.StartsWith("release=", StringComparison.Ordinal) == true)]);
}
