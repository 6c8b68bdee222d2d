using System.Globalization;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The HTTP API of a Grafana, as far as its dashboards need it.</summary>
sealed class GrafanaApi(HttpApi http)
{
    const int MostDashboards = 100;

    public static async Task<GrafanaApi> Of(Given given, ProbeContext context, CancellationToken cancel) => new(await HttpApi.Of(given, context, cancel));

    /// <summary>Version, commit and the state of its own database, beside who answered.</summary>
    public async Task<(Value Health, Value Identity)> Health(CancellationToken cancel)
    {
        var health = await http.Get("/api/health", cancel);
        if (health.Text("database") is null) throw new Unseen(Blind.Unreadable, "/api/health says nothing of a database; is the target a Grafana?");
        return (health, ((Value.Fields)http.Last!).With(("version", health.At("version")), ("commit", health.At("commit"))));
    }

    public async Task<GrafanaSources> Sources(CancellationToken cancel) => new(List("/api/datasources", await http.Get("/api/datasources", cancel)));

    /// <summary>Every dashboard that the account may see, whole.</summary>
    /// <param name="folder">Only those of the folder with this title, if any.</param>
    public async Task<List<(string Title, string Uid, bool Provisioned, Value.Fields Dashboard)>> Dashboards(string? folder, CancellationToken cancel)
    {
        const string Search = "/api/search";
        var listed = List(Search, await http.Get(Search + "?type=dash-db&limit=5000", cancel)).Items().Where(one => folder is null || one.Text("folderTitle") == folder).ToArray();
        if (listed.Length > MostDashboards) throw new Unseen(Blind.TooLarge, $"there are {listed.Length} dashboards, more than the {MostDashboards} that are looked at; name a folder");
        var whole = new List<(string, string, bool, Value.Fields)>();
        foreach (var one in listed)
        {
            if (one.Text("uid") is not { } uid) throw new Unseen(Blind.Unreadable, $"{Search} lists a dashboard without a uid");
            var path = $"/api/dashboards/uid/{Uri.EscapeDataString(uid)}";
            var answer = await http.Get(path, cancel);
            if (answer.At("dashboard") is not Value.Fields dashboard) throw new Unseen(Blind.Unreadable, $"{path} answers JSON without a dashboard");
            whole.Add((dashboard.Text("title") ?? one.Text("title") ?? uid, uid, answer.Truth("meta", "provisioned") == true, dashboard));
        }

        return whole;
    }

    /// <summary>What a panel's queries give, as the panel itself would ask them.</summary>
    public async Task<GrafanaFrames> Ask(GrafanaPanel panel, double over, CancellationToken cancel)
    {
        const string Path = "/api/ds/query";
        var resolution = Math.Max(1000, over * 1000 / 300);
        var queries = panel.Targets.Select(target => (Value)target.With("intervalMs", Math.Round(resolution)).With("maxDataPoints", 300));
        var answer = await http.Ask(HttpMethod.Post, Path, Value.Of(("queries", Value.List(queries)), ("from", string.Create(CultureInfo.InvariantCulture, $"now-{Math.Ceiling(over)}s")), ("to", "now")), cancel);
        // A query that fails is told within the results, under a status of its own.
        return answer.Status is 400 or 207 or 500 && HttpProbe.Json(answer) is Value.Fields failed && failed["results"] is not null ? GrafanaFrames.Read(failed) : GrafanaFrames.Read(HttpApi.Read(Path, answer));
    }

    static Value.Items List(string path, Value answer) => answer as Value.Items ?? throw new Unseen(Blind.Unreadable, $"{path} answers JSON that is no list; is the target a Grafana?");
}
