using Muster.Readiness;

namespace Muster.Probes;

static class GrafanaDashboardsProbe
{
    const int MostPanels = 1000;
    const int MostNamed = 20;
    const double Longest = 31 * 24 * 3600;

    public static async Task<Sight> Look(Asked question, ProbeContext context, CancellationToken cancel)
    {
        var given = new Given(question);
        var over = given.Seconds("over", 3600);
        if (over is < 1 or > Longest) throw Given.Wrong("over", "is not from 1s to 31d");
        var files = given.Text("files") is { } folder ? await DashboardFiles.Read(folder, context, cancel) : null;
        var api = await GrafanaApi.Of(given, context, cancel);
        var (health, before) = await api.Health(cancel);
        var sources = await api.Sources(cancel);
        var dashboards = await api.Dashboards(given.Text("folder"), cancel);
        string[] titles = [.. dashboards.Select(one => one.Title).Order(StringComparer.Ordinal)];
        string[] byHand = [.. dashboards.Where(one => !one.Provisioned).Select(one => one.Title).Order(StringComparer.Ordinal)];
        string[] missing = [.. given.Texts("dashboards").Where(name => dashboards.TrueForAll(one => one.Title != name && one.Uid != name))];
        var seen = Value.Of(
            ("database", health.Text("database")!), ("sources", sources.Count), ("dashboards", dashboards.Count), ("titles", Value.Texts(titles)),
            ("missing", missing.Length), ("missing_dashboards", Value.Texts(missing)), ("by_hand", byHand.Length), ("by_hand_dashboards", Few(byHand)))
            .With(("version", health.At("version")));
        seen = await Panels(seen, dashboards, given, sources, api, over, context, cancel);
        if (files is not null) seen = Compared(seen, files, dashboards);
        return new() { Observation = seen, Population = dashboards.Count, Before = before, After = (await api.Health(cancel)).Identity };
    }

    static async Task<Value.Fields> Panels(Value.Fields seen, List<(string Title, string Uid, bool Provisioned, Value.Fields Dashboard)> dashboards, Given given, GrafanaSources sources, GrafanaApi api, double over, ProbeContext context, CancellationToken cancel)
    {
        List<string> empty = [], broken = [], unread = [], stale = [];
        double? oldest = null;
        var asked = 0;
        var recent = given.Seconds("recent", 600);
        var mayBeEmpty = given.Texts("may_be_empty");
        (string, string)[] variables = [.. given.Pairs("variables")];
        foreach (var one in dashboards)
        {
            var panels = GrafanaPanel.Of(one.Dashboard, one.Title, new(one.Dashboard, variables), sources).Take(MostPanels + 1).ToList();
            if (panels.Count == 0) empty.Add($"{one.Title}: no panel asks anything");
            foreach (var panel in panels)
            {
                if (++asked > MostPanels) throw new Unseen(Blind.TooLarge, $"there are more than {MostPanels} panels; name a folder");
                if (panel.Why is { } why) unread.Add($"{panel.Name}: {why}");
                else if (panel.Targets.IsEmpty) empty.Add($"{panel.Name}: it asks nothing");
                else
                {
                    var frames = await api.Ask(panel, over, cancel);
                    if (frames.Error is { } error) broken.Add($"{panel.Name}: {error}");
                    else if (!frames.HasData) { if (!mayBeEmpty.Contains(panel.Name)) empty.Add(panel.Name); }
                    else if (frames.Newest is { } newest)
                    {
                        var age = Math.Max(0, Math.Round(context.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000d - newest / 1000, 3));
                        oldest = Math.Max(oldest ?? 0, age);
                        if (age > recent) stale.Add($"{panel.Name}: {Math.Round(age)} s");
                    }
                }
            }
        }

        seen = seen.With(("panels", asked), ("oldest_panel", oldest is { } furthest ? furthest : null));
        foreach (var (name, list, all) in (ReadOnlySpan<(string, string, List<string>)>)[("empty", "empty_panels", empty), ("broken", "broken_panels", broken), ("unread", "unread_panels", unread), ("stale", "stale_panels", stale)])
            seen = seen.With(name, all.Count).With(list, Few(all));
        return seen;
    }

    static Value.Fields Compared(Value.Fields seen, List<(string File, Value.Fields Dashboard)> files, List<(string Title, string Uid, bool Provisioned, Value.Fields Dashboard)> dashboards)
    {
        List<string> undeployed = [], changed = [];
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (file, dashboard) in files)
        {
            var deployed = dashboard.Text("uid") is { } uid ? dashboards.Find(one => one.Uid == uid) : dashboards.Find(one => one.Title == dashboard.Text("title"));
            if (deployed.Dashboard is null) undeployed.Add(file);
            else if (kept.Add(deployed.Uid) && !DashboardFiles.AreSame(dashboard, deployed.Dashboard)) changed.Add(file);
        }

        string[] unkept = [.. dashboards.Where(one => !kept.Contains(one.Uid)).Select(one => one.Title)];
        return seen.With(("undeployed", Value.Texts(undeployed)), ("changed", Value.Texts(changed)), ("unkept", Value.Texts(unkept)), ("in_step", undeployed.Count + changed.Count + unkept.Length == 0));
    }

    static Value.Items Few(IEnumerable<string> all) => Value.Texts(all.Take(MostNamed).Select(one => Bounded.Start(one, 300)));
}
