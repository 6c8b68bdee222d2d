using System.Text;

namespace Muster.Readiness;

/// <summary>
/// A decision as OpenMetrics text: the verdict and each control's state as state sets, ages and deadlines as instants. Every family is a gauge, since readers of the
/// older text format, a node exporter's textfile among them, refuse the types that came with OpenMetrics; a state set is then one sample for each state, 1 or 0.
/// </summary>
public static class OpenMetricsReport
{
    const string Seconds = "seconds";

    public static string Render(Decision decision)
    {
        var to = new StringBuilder();
        foreach (var family in (MetricFamily[])[.. Gate(decision), .. Controls(decision), .. People(decision)]) family.WriteTo(to);
        return to.Append("# EOF\n").ToString();
    }

    static IEnumerable<MetricFamily> Gate(Decision decision)
    {
        var verdict = new MetricFamily("muster_verdict", "The verdict of the gate: 1 for the one that was given, 0 for the others.");
        foreach (var one in Enum.GetValues<Verdict>()) verdict.Add(one == decision.Verdict ? 1 : 0, Labels(decision, "verdict", VerdictWords.Of(one)));
        yield return verdict;
        yield return One(decision, "muster_gate_open", "1 if the verdict opens the gate, or two people opened it by break-glass.", decision.Verdict >= Verdict.ConditionalGo || decision.OpenedByBreakGlass is not null ? 1 : 0);
        yield return One(decision, "muster_gate_opened_by_break_glass", "1 while two people have opened the gate without proof; the verdict stays.", decision.OpenedByBreakGlass is null ? 0 : 1);
        yield return One(decision, "muster_gate_standing", "1 if it was asked whether what was opened still holds, 0 if it was asked whether to open.", decision.Standing ? 1 : 0);
        yield return Time(decision, "muster_decided_timestamp_seconds", "The instant that the verdict was given for.", decision.At);
        yield return Time(decision, "muster_held_until_timestamp_seconds", "When time alone lifts the hold.", decision.HeldUntil);
        yield return Time(decision, "muster_last_opened_timestamp_seconds", "When the gate last opened before.", decision.LastOpened);
        yield return One(decision, "muster_blocking_controls", "Blocking controls in the gate's set.", decision.Blocking);
        yield return One(decision, "muster_blocking_controls_met", "Blocking controls in the gate's set that are met.", decision.BlockingMet);
        yield return One(decision, "muster_controls_out_of_set", "Controls that left the gate's set: not applicable or deferred.", decision.Controls.Count(control => control.Out is not null));
        yield return One(decision, "muster_ledger_entries", "Ledger entries that it was decided over.", decision.Over);
        yield return One(decision, "muster_runs_not_counted", "Runs that were read and did not count.", decision.NotCounted.Sum(dropped => dropped.Count));
    }

    static IEnumerable<MetricFamily> Controls(Decision decision)
    {
        var state = new MetricFamily("muster_control_state", "The state of a control in the gate's set: 1 for the one that it is in, 0 for the others.");
        var waived = new MetricFamily("muster_control_waived", "1 if a waiver counts for the control; its state stays.");
        var age = new MetricFamily("muster_control_evidence_age_seconds", "The age of the oldest evidence that the control stands on, when it was decided.", Seconds);
        var seen = new MetricFamily("muster_control_seen_timestamp_seconds", "When the oldest evidence that the control stands on was seen.", Seconds, least: true);
        var fresh = new MetricFamily("muster_control_fresh_until_timestamp_seconds", "Until when the control's evidence counts; the first of its checks to go stale.", Seconds, least: true);
        foreach (var control in decision.Controls.Where(control => control.Out is null))
        {
            foreach (var one in Enum.GetValues<State>())
                state.Add(one == control.State ? 1 : 0, [.. Labels(decision, "control", control.Id), ("mode", StateWords.Of(control.Mode)), ("state", StateWords.Of(one))]);
            var labels = Labels(decision, "control", control.Id);
            waived.Add(control.Waived ? 1 : 0, labels);
            foreach (var part in control.Parts)
            {
                if (part.SeenAt is { } at)
                {
                    age.Add((decision.At - at).TotalSeconds, labels);
                    seen.Add(Unix(at), labels);
                }

                if (part.FreshUntil is { } until) fresh.Add(Unix(until), labels);
            }
        }

        return [state, waived, age, seen, fresh];
    }

    static IEnumerable<MetricFamily> People(Decision decision)
    {
        var due = new MetricFamily("muster_condition_due_timestamp_seconds", "The deadline of what a conditional go left open.", Seconds, least: true);
        foreach (var condition in decision.Conditions) due.Add(Unix(condition.Due), Labels(decision, "control", condition.Control));
        var expires = new MetricFamily("muster_waiver_expires_timestamp_seconds", "When the waiver that counts for a control ends.", Seconds, least: true);
        foreach (var waiver in decision.Waivers.Where(waiver => waiver.Counts)) expires.Add(Unix(waiver.Expires), Labels(decision, "control", waiver.Control));
        var missing = new MetricFamily("muster_sign_offs_missing", "Sign-offs that a role has still to give.");
        foreach (var role in decision.SignOffs.Select(sign => sign.Role).Distinct(StringComparer.Ordinal)) missing.Add(0, Labels(decision, "role", role));
        foreach (var role in decision.ToSign) missing.Add(role.Count, Labels(decision, "role", role.Role));
        return
        [
            due,
            One(decision, "muster_conditions_overdue", "Conditions past their deadline.", decision.Conditions.Count(condition => condition.Overdue)),
            expires, missing,
            One(decision, "muster_rejections", "Rejections that stand.", decision.Rejections.Length),
            One(decision, "muster_softenings_not_accepted", "Softenings since the last opening that hold the gate.", decision.Softenings.Count(softening => !softening.Accepted)),
        ];
    }

    static MetricFamily One(Decision decision, string name, string help, double value)
    {
        var family = new MetricFamily(name, help);
        family.Add(value, Labels(decision));
        return family;
    }

    static MetricFamily Time(Decision decision, string name, string help, DateTimeOffset? at)
    {
        var family = new MetricFamily(name, help, Seconds);
        if (at is { } instant) family.Add(Unix(instant), Labels(decision));
        return family;
    }

    static double Unix(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).TotalSeconds;

    static (string, string)[] Labels(Decision decision, string? name = null, string says = "") => name is null
        ? [("system", decision.System), ("gate", decision.Gate), ("environment", decision.Environment)]
        : [("system", decision.System), ("gate", decision.Gate), ("environment", decision.Environment), (name, says)];
}
