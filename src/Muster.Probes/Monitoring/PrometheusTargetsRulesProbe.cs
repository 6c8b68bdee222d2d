using Muster.Readiness;

namespace Muster.Probes;

static class PrometheusTargetsRulesProbe
{
    const int MostNamed = 20;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var api = await PrometheusApi.Of(given, context, cancel);
        var before = await api.Identity(cancel);
        // The server's time is asked for last: nothing that it is compared with then lies in the future.
        var scraped = await api.Data("/api/v1/targets", cancel);
        var loaded = await api.Data("/api/v1/rules", cancel);
        var managers = await api.Data("/api/v1/alertmanagers", cancel);
        var now = DateTimeOffset.UnixEpoch.AddSeconds(await api.Time(cancel));
        var targets = scraped.Items("activeTargets").Select(one => ScrapeTarget.Of(one, now)).ToList();
        var rules = loaded.Items("groups").SelectMany(group => group.Items("rules").Select(rule => Rule.Of(group, rule, now))).ToList();
        var series = await RuleSeries.Ask(rules, given, api, cancel);
        var seen = Targets(targets, given).Concat(Rules(rules, series, given)).Concat(
        [
            new("dropped", scraped.Items("droppedTargets").Length),
            new("alertmanagers", managers.Items("activeAlertmanagers").Length), new("alertmanagers_dropped", managers.Items("droppedAlertmanagers").Length),
        ]);
        if (targets.Count > 0 && targets.All(target => target.Age is not null)) seen = seen.Append(new("oldest_scrape", targets.Max(target => target.Age!.Value)));
        if (given.Text("runbooks") is { } folder) seen = seen.Concat(Runbooks.Seen(FolderWall.Within(context.Folder, folder, context.MayLeaveFolder), folder, rules));
        return new() { Observation = new(seen), Population = targets.Count, Before = before, After = await api.Identity(cancel) };
    }

    static IEnumerable<KeyValuePair<string, Value>> Targets(List<ScrapeTarget> targets, Given given)
    {
        var jobs = targets.GroupBy(target => target.Job, StringComparer.Ordinal).ToDictionary(job => job.Key, job => job.ToList(), StringComparer.Ordinal);
        var missing = given.Texts("jobs").Where(job => !jobs.ContainsKey(job)).ToList();
        return
        [
            new("up", targets.Count(target => target.Health == "up")), new("down", targets.Count(target => target.Health == "down")),
            new("unknown", targets.Count(target => target.Health is not ("up" or "down"))), new("late", targets.Count(target => target.Late)),
            new("down_targets", Value.Texts(targets.Where(target => target.Health != "up" || target.Late).Take(MostNamed).Select(target => target.ToString()))),
            new("intervals", Value.List(targets.Select(target => target.Interval).Distinct().Order().Select(interval => (Value)interval))),
            new("jobs", new Value.Fields(jobs.Select(job => KeyValuePair.Create<string, Value>(job.Key, Value.Of(("targets", job.Value.Count), ("up", job.Value.Count(target => target.Health == "up"))))))),
            new("jobs_missing", missing.Count), new("missing_jobs", Value.Texts(missing)),
        ];
    }

    static IEnumerable<KeyValuePair<string, Value>> Rules(List<Rule> rules, RuleSeries series, Given given)
    {
        var alerts = rules.Where(rule => rule.Alerts).Select(rule => rule.Name).Distinct().Order(StringComparer.Ordinal).ToList();
        var missing = given.Texts("alerts").Except(alerts).ToList();
        var dead = rules.Select(rule => (Rule: rule, Lacks: series.Lacks(rule))).Where(one => one.Lacks is not null).ToList();
        var silent = rules.Select(rule => (Rule: rule, Selector: series.Silent(rule))).Where(one => one.Selector is not null).ToList();
        var broken = rules.Where(rule => rule.Health != "ok").Select(rule => $"{rule.Name}: {rule.Health}{(rule.Error is { } error ? $", {error}" : "")}")
            .Concat(rules.Where(rule => rule.Late).Select(rule => $"{rule.Name}: not evaluated in time"))
            .Concat(dead.Select(one => $"{one.Rule.Name}: there is no series {one.Lacks}"));
        return
        [
            new("rules", rules.Count), new("alerts", Value.Texts(alerts)), new("alerts_missing", missing.Count), new("missing_alerts", Value.Texts(missing)),
            new("rules_unhealthy", rules.Count(rule => rule.Health != "ok")), new("rules_late", rules.Count(rule => rule.Late)), new("rules_dead", dead.Count),
            new("rules_silent", silent.Count), new("silent_rules", Value.Texts(silent.Take(MostNamed).Select(one => Bounded.Start($"{one.Rule.Name}: {one.Selector}", 300)))),
            new("broken_rules", Value.Texts(broken.Take(MostNamed).Select(one => Bounded.Start(one, 300)))), new("firing", Value.Texts(rules.Where(rule => rule.State == "firing").Select(rule => rule.Name).Distinct().Order(StringComparer.Ordinal))),
        ];
    }
}

/// <summary>One active target as the API tells it.</summary>
/// <param name="Age">Since its last scrape, in seconds; null before the first.</param>
sealed record ScrapeTarget(string Job, string Instance, string Health, string? Error, double Interval, double? Age)
{
    /// <summary>Prometheus looks at a target once in an interval and an attempt may take as long again.</summary>
    const double MostIntervals = 2;

    public bool Late => Interval > 0 && Age > MostIntervals * Interval + 1;

    public static ScrapeTarget Of(Value target, DateTimeOffset now)
    {
        var interval = GoDuration.Seconds(target.Text("scrapeInterval")) ?? 0;
        // The year 1 is how "never" is written.
        var age = target.Time("lastScrape") is { Year: > 1 } scraped ? Math.Max(0, Math.Round((now - scraped).TotalSeconds, 3)) : (double?)null;
        return new(target.Text("labels", "job") ?? "", target.Text("labels", "instance") ?? "", target.Text("health") ?? "unknown", target.Text("lastError"), interval, age);
    }

    public override string ToString() => $"{Job} {Instance}: {(Health == "up" ? "not scraped in time" : Health)}{(Error is null ? "" : $", {Bounded.Start(Error, 200)}")}";
}

/// <summary>One rule as the API tells it.</summary>
sealed record Rule(string Name, bool Alerts, string Query, string Health, string? Error, string? State, bool Late, string? Runbook)
{
    const double MostIntervals = 2;

    public static Rule Of(Value group, Value rule, DateTimeOffset now) => new(
        rule.Text("name") ?? "", rule.Text("type") == "alerting", rule.Text("query") ?? "", rule.Text("health") ?? "unknown", rule.Text("lastError"), rule.Text("state"),
        group.Number("interval") is { } interval and > 0 && rule.Time("lastEvaluation") is { } evaluated && (now - evaluated).TotalSeconds > MostIntervals * interval + 1,
        rule.Text("annotations", "runbook_url"));
}
