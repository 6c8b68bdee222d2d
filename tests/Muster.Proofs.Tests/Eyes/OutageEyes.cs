using Muster.Probes;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>Two replicas of the edge's service, each with a real PostgreSQL and a real Redis behind fault proxies; a third whose loss is scraped, routed and mailed.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
sealed class OutageEyes : IEyes
{
    readonly List<IAsyncDisposable> _all = [];
    EdgeProcess _first = null!, _second = null!;
    MailServer _mail = null!;
    string[] _words = [];

    public string Name => "outage";

    public Lane Lane => Lane.Outages;

    public IReadOnlyList<Break> Breaks =>
    [
        With("SU-36", "liveness of one replica asks what the service needs", () => _second, "LivenessLooks"),
        With("SU-37", "one replica calls itself well whatever it lacks", () => _second, "NeverDegraded"),
        With("SU-37", "one replica blames everything at once", () => _second, "NamesAll"),
        With("SU-38", "what needs a lost dependency is answered as if nothing were", () => _first, "AnswersAnyway"),
        new(["SU-74"], "the mail server is stopped", _ => _mail.Stop(), stop => _mail.Begin(stop)),
    ];

    Break With(string line, string says, Func<EdgeProcess> which, string flaw) => new([line], says, stop => which().Restart([.. _words, "--flaw", flaw], stop), stop => which().Restart(_words, stop));

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        File.WriteAllText(Path.Combine(folder, "losses.json"), """{ "postgres": 503, "redis": 503 }""");
        var cache = Kept(await RedisServer.Start(["save \"\""], cancel));
        var database = Kept(await PostgresServer.Start(new PostgresOptions(), cancel));
        var proxies = Kept(FaultProxies.Start(new OutboundGuard(), TimeProvider.System));
        var ports = new Dictionary<string, int>();
        foreach (var (name, port) in ((string, int)[])[("postgres", database.Port), ("redis", cache.Port), ("paged", cache.Port)]) ports[name] = (await proxies.Add(name, 0, FormattableString.Invariant($"127.0.0.1:{port}"))).Port;
        _words = ["--dependency", FormattableString.Invariant($"postgres=127.0.0.1:{ports["postgres"]}"), "--dependency", FormattableString.Invariant($"redis=127.0.0.1:{ports["redis"]}")];
        _first = Kept(await EdgeProcess.Start("a", _words, cancel));
        _second = Kept(await EdgeProcess.Start("b", _words, cancel));
        var paged = Kept(await EdgeProcess.Start("c", ["--dependency", FormattableString.Invariant($"redis=127.0.0.1:{ports["paged"]}")], cancel));
        _mail = Kept(await MailServer.Start(cancel, Path.Combine(folder, "mail")));
        var router = Kept(await AlertmanagerServer.Start($$"""
            global: { smtp_smarthost: "{{_mail.Address}}", smtp_from: alerts@shop.test, smtp_require_tls: false }
            route: { receiver: on-call, group_by: [ alertname ], group_wait: 0s, group_interval: 1s }
            receivers: [ { name: on-call, email_configs: [ { to: on-call@shop.test, send_resolved: true } ] } ]
            """, cancel));
        var metrics = Kept(await PrometheusServer.Start(PrometheusServer.Config([("edge", [FormattableString.Invariant($"127.0.0.1:{paged.Port}")])], ["rules.yml"], [FormattableString.Invariant($"127.0.0.1:{router.Port}")]), cancel,
            ("rules.yml", "groups: [ { name: edge, rules: [ { alert: DependencyLost, expr: 'edge_dependency_up == 0', for: 1s, labels: { severity: page } } ] } ]")));
        await metrics.UntilAny("edge_dependency_up", cancel);
        using var http = new HttpClient { BaseAddress = metrics.Address };
        await ServerProcess.Until(() => http.GetStringAsync("api/v1/alertmanagers", cancel).GetAwaiter().GetResult().Contains("/api/v2/alerts", StringComparison.Ordinal), "the router was not found", TimeSpan.FromSeconds(30), cancel);
        return new Dictionary<string, int> { ["api"] = _first.Port, ["second"] = _second.Port, ["paged"] = paged.Port, ["faults"] = proxies.Control.Port, ["metrics"] = metrics.Port, ["router"] = router.Port };
    }

    T Kept<T>(T one) where T : IAsyncDisposable
    {
        _all.Add(one);
        return one;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in Enumerable.Reverse(_all)) await one.DisposeAsync();
    }
}
