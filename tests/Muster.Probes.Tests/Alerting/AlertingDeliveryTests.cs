using System.Collections.Concurrent;
using Muster.Readiness;
using Muster.Servers;

namespace Muster.Probes.Tests.Alerting;

/// <summary>Against a real Alertmanager that hands on to a webhook of the test's own and to a real mail server.</summary>
public sealed class AlertingDeliveryTests : IAsyncLifetime
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("muster-delivery-");
    readonly ConcurrentQueue<string> _inbox = new();
    readonly LoopbackSite _hook = LoopbackSite.Start();
    AlertmanagerServer _router = null!;
    MailServer _mail = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _hook.Route("/hook", request =>
        {
            _inbox.Enqueue(request.Body);
            return new(200);
        }).Route("/inbox", _ => SiteResponse.Json(200, $$"""{ "messages": [ {{string.Join(", ", _inbox)}} ] }"""));
        _mail = await MailServer.Start(Cancel, Path.Combine(_folder.FullName, "mail"));
        _router = await AlertmanagerServer.Start(Config(), Cancel);
    }

    string Config(string inhibit = "") => $$"""
        global: { smtp_smarthost: "{{_mail.Address}}", smtp_from: alerts@shop.test, smtp_require_tls: false }
        route:
          receiver: hook
          group_by: [ muster_nonce ]
          group_wait: 0s
          group_interval: 1s
          routes: [ { match: { severity: page }, receiver: mail }, { match: { severity: lost }, receiver: hole }, { match: { severity: broken }, receiver: nobody } ]
        receivers:
          - { name: hook, webhook_configs: [ { url: "http://127.0.0.1:{{_hook.Port}}/hook" } ] }
          - { name: mail, email_configs: [ { to: on-call@shop.test, send_resolved: true } ] }
          - { name: nobody, webhook_configs: [ { url: "http://127.0.0.1:{{LoopbackListener.ClosedPort()}}/" } ] }
          - { name: hole }
        {{inhibit}}
        """;

    Task<Sight> Look(string severity, Value? sink = null, params (string, Value)[] more) => Probing.Look(Probing.Options with { Folder = _folder.FullName }, "alerting.delivery",
        [("target", _router.Address.AbsoluteUri), ("sink", sink ?? Value.Of(("url", _hook.Address.AbsoluteUri), ("page", "/inbox"), ("read", "/messages"))), ("labels", Value.Of(("severity", severity))), ("wait", 8), .. more]);

    [Fact]
    public async Task An_alert_and_its_end_arrive_at_a_webhook()
    {
        var sight = await Look("info");

        Assert.Equal((Value.True, Value.True, Value.False, Value.False), (sight.Observation!["delivered"], sight.Observation["resolved"], sight.Observation["blackhole"], sight.Observation["suppressed"]));
        Assert.Equal(Value.Texts(["hook"]), sight.Observation["receivers"]);
        Assert.Equal((Value)2, sight.Observation["messages"]);
        Assert.Equal(Value.True, sight.Observation["complete"]);
        Assert.Equal(sight.Before, sight.After);
    }

    [Fact]
    public async Task Without_a_question_for_its_end_the_delivery_alone_is_complete()
    {
        var looks = await Task.WhenAll(Look("info", null, ("resolve", false)), Look("lost", null, ("resolve", false)));

        Assert.Equal([Value.True, Value.False], looks.Select(look => look.Observation!["complete"]));
        Assert.Null(looks[0].Observation!["resolved"]);
    }

    [Fact]
    public async Task An_alert_and_its_end_arrive_in_a_mailbox()
    {
        var seen = (await Look("page", Value.Of(("path", "mail")))).Observation!;

        Assert.Equal((Value.True, Value.True), (seen["delivered"], seen["resolved"]));
    }

    [Fact]
    public async Task A_receiver_that_is_only_a_name_is_a_blackhole_and_one_that_nobody_listens_to_is_not_and_both_deliver_nothing()
    {
        var looks = await Task.WhenAll(Look("lost"), Look("broken"));

        Assert.Equal([Value.False, Value.False], looks.Select(look => look.Observation!["delivered"]));
        Assert.Equal([Value.True, Value.False], looks.Select(look => look.Observation!["blackhole"]));
    }

    [Fact]
    public async Task An_alert_that_is_held_back_is_suppressed()
    {
        await _router.Reload(Config("inhibit_rules: [ { source_match: { severity: info }, target_match: { severity: held }, equal: [ alertname ] } ]"), Cancel);
        using var http = new HttpClient { BaseAddress = _router.Address };
        using var content = new StringContent("""[ { "labels": { "alertname": "MusterDelivery", "severity": "info" } } ]""", System.Text.Encoding.UTF8, "application/json");
        (await http.PostAsync("api/v2/alerts", content, Cancel)).EnsureSuccessStatusCode();
        await ServerProcess.Until(() => !_inbox.IsEmpty, "the first alert did not arrive", TimeSpan.FromSeconds(10), Cancel);

        var seen = (await Look("held")).Observation!;

        Assert.Equal((Value.False, Value.True), (seen["delivered"], seen["suppressed"]));
    }

    [Fact]
    public async Task A_place_that_cannot_be_read_is_told_before_anybody_is_paged()
    {
        Probing.Blind(await Look("info", Value.Of(("url", _hook.Address.AbsoluteUri), ("page", "/gone"))), Blind.Unreadable, "/gone");
        Assert.Empty(_inbox);
    }

    [Fact]
    public async Task A_mail_is_sent_and_found_and_one_that_is_not_there_is_not()
    {
        Task<Sight> Mail(params (string, Value)[] more) => Probing.Look(Probing.Options with { Folder = _folder.FullName }, "mail.receipt", [("target", "mail"), ("wait", 3), .. more]);
        var via = Value.Of(("smtp", _mail.Address), ("from", "shop@shop.test"), ("to", "on-call@shop.test"));

        var sent = (await Mail(("via", via))).Observation!;
        var none = (await Mail(("contains", "no such words"))).Observation!;
        var user = await Mail(("via", via.With("user", "shop").With("password", "a secret of the test")));

        Assert.Equal((Value.True, Value.True, (Value)1), (sent["accepted"], sent["delivered"], sent["messages"]));
        Assert.Contains("Muster looks whether mail arrives", ((Value.Text)((Value.Fields)sent["headers"]!)["subject"]!).Is, StringComparison.Ordinal);
        Assert.Equal(Value.False, none["delivered"]);
        Probing.Blind(user, Blind.Refused, "offers no TLS");
    }

    public async ValueTask DisposeAsync()
    {
        await _router.DisposeAsync();
        await _mail.DisposeAsync();
        await _hook.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
