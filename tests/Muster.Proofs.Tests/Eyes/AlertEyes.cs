using System.Collections.Concurrent;
using System.Net.Mail;
using System.Text.RegularExpressions;
using Muster.Probes;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>Alerts from the series to the mailbox: a real Prometheus, a real Alertmanager and a real mail server; the application and the chat are programs of the test's own.</summary>
sealed class AlertEyes : IEyes
{
    static readonly string[] Alerts = ["Unavailable", "Slow", "QueueLag", "BillingFailures", "ServerErrors", "QueueGrows", "ModelErrors"];
    readonly ConcurrentDictionary<string, bool> _faults = new();
    readonly ConcurrentQueue<string> _chat = new();
    readonly int _nowhere = Ports.Free();
    LoopbackSite _app = null!, _room = null!;
    MailServer _mail = null!;
    AlertmanagerServer _router = null!;
    PrometheusServer _metrics = null!;
    int _smtp;

    public string Name => "alerts";

    public Lane Lane => Lane.Watching;

    public IReadOnlyList<Break> Breaks =>
    [
        new(["AI-30", "GR-27", "SU-72", "PB-08", "PB-34", "PB-35", "PB-36", "PB-37"], "the rules speak of series that nobody exports",
            async stop => { await _metrics.Reload(stop, ("rules.yml", Rules("shop_fault_of"))); await Rule("shop_fault_of", stop); }, Ruled),
        new(["GR-29"], "one of the promised rules is gone", async stop =>
        {
            await _metrics.Reload(stop, ("rules.yml", Rules("shop_fault", but: "Slow")));
            await Rule("shop_fault", stop);
        }, Ruled),
        new(["SU-73", "SU-75", "SU-76", "GR-31"], "the mail server is stopped", _ => _mail.Stop(), stop => _mail.Begin(stop)),
        new(["GR-30"], "the chat's receiver is only a name", stop => _router.Reload(Routing(chat: ""), stop), Routed),
        new(["CG-41"], "the chat's receiver has an address at which nobody listens", stop => _router.Reload(Routing(chat: Webhook(_nowhere)), stop), Routed),
        new(["GR-28"], "pages are routed to the chat beside the mailbox", stop => _router.Reload(Routing(more: ", { match: { severity: page }, receiver: chat }"), stop), Routed),
        new(["CG-72"], "the application hands its mail to a server that is not there", _ => Task.FromResult(_smtp = _nowhere), _ => Task.FromResult(_smtp = _mail.Port)),
    ];

    public async Task<IReadOnlyDictionary<string, int>> Start(string folder, CancellationToken cancel)
    {
        _mail = await MailServer.Start(cancel, Path.Combine(folder, "mail"));
        _smtp = _mail.Port;
        _app = LoopbackSite.Start();
        _app.Otherwise = Answer;
        _room = LoopbackSite.Start();
        _room.Route("/", request =>
        {
            _chat.Enqueue(request.Body);
            return new(200);
        }).Route("/messages", _ => SiteResponse.Json(200, $"[{string.Join(',', _chat)}]"));
        _router = await AlertmanagerServer.Start(Routing(), cancel);
        _metrics = await PrometheusServer.Start(PrometheusServer.Config([("app", [$"127.0.0.1:{_app.Port}"])], ["rules.yml"], [$"127.0.0.1:{_router.Port}"]), cancel, ("rules.yml", Rules("shop_fault")));
        await _metrics.UntilAny("shop_fault", cancel);
        using var http = new HttpClient { BaseAddress = _metrics.Address };
        await ServerProcess.Until(() => http.GetStringAsync("api/v1/alertmanagers", cancel).GetAwaiter().GetResult().Contains("/api/v2/alerts", StringComparison.Ordinal), "the router was not found", TimeSpan.FromSeconds(30), cancel);
        return new Dictionary<string, int> { ["metrics"] = _metrics.Port, ["router"] = _router.Port, ["app"] = _app.Port, ["chat"] = _room.Port };
    }

    SiteResponse Answer(SiteRequest request)
    {
        if (request.Path == "/metrics") return new(200, "# TYPE shop_fault gauge\n" + string.Concat(Alerts.Select(alert => $"shop_fault{{of=\"{alert}\"}} {(_faults.GetValueOrDefault(alert) ? 1 : 0)}\n")));
        if (Regex.Match(request.Path, "^/fault/(?<of>[A-Za-z]+)/(?<to>on|off)$") is { Success: true } fault)
        {
            _faults[fault.Groups["of"].Value] = fault.Groups["to"].Value == "on";
            return new(200);
        }

        if (request.Path != "/invite") return new(404);
        try
        {
            // An application that hands over its mail in the background, and answers before.
            using var client = new SmtpClient("127.0.0.1", _smtp);
            client.Send("shop@shop.test", "guest@shop.test", "Your invitation", request.Body);
        }
        catch (SmtpException) { return new(202); } // Nobody is told: that is what the line is about.
        return new(202);
    }

    static string Rules(string series, string? but = null) => $"groups: [ {{ name: shop, rules: [ {string.Join(", ", Alerts.Where(alert => alert != but).Select(alert => $"{{ alert: {alert}, expr: '{series}{{of=\"{alert}\"}} > 0', for: 1s, labels: {{ severity: page }} }}"))} ] }} ]";

    string Routing(string? chat = null, string more = "") => $$"""
        global: { smtp_smarthost: "{{_mail.Address}}", smtp_from: alerts@shop.test, smtp_require_tls: false }
        route:
          receiver: chat
          group_by: [ alertname, muster_nonce ]
          group_wait: 0s
          group_interval: 1s
          routes: [ { match: { severity: page }, receiver: on-call, continue: true }{{more}}, { match: { severity: info }, receiver: chat } ]
        receivers:
          - { name: on-call, email_configs: [ { to: on-call@shop.test, send_resolved: true } ] }
          - { name: chat{{chat ?? Webhook(_room.Port)}} }
        """;

    static string Webhook(int port) => $", webhook_configs: [ {{ url: \"http://127.0.0.1:{port}/\" }} ]";

    async Task Ruled(CancellationToken cancel)
    {
        await _metrics.Reload(cancel, ("rules.yml", Rules("shop_fault")));
        await Rule("shop_fault", cancel);
    }

    /// <summary>Waits until the rules of these words were evaluated.</summary>
    async Task Rule(string series, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = _metrics.Address };
        await ServerProcess.Until(() => http.GetStringAsync("api/v1/rules", cancel).GetAwaiter().GetResult() is var rules && rules.Contains(series + "{", StringComparison.Ordinal) && !rules.Contains("\"health\":\"unknown\"", StringComparison.Ordinal), "the rules were not evaluated", TimeSpan.FromSeconds(30), cancel);
    }

    Task Routed(CancellationToken cancel) => _router.Reload(Routing(), cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var one in (IAsyncDisposable?[])[_metrics, _router, _mail, _app, _room])
            if (one is not null) await one.DisposeAsync();
    }
}
