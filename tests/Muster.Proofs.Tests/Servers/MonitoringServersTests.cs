using System.Net.Http.Json;
using Muster.Servers;

namespace Muster.Proofs.Tests;

/// <summary>The real servers of the tests start, answer, end, and come back.</summary>
public sealed class MonitoringServersTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Metrics_are_scraped_an_alert_is_routed_and_a_mail_arrives()
    {
        await using var mail = await MailServer.Start(Cancel);
        await using var router = await AlertmanagerServer.Start($$"""
            global: { smtp_smarthost: "{{mail.Address}}", smtp_from: alerts@shop.test, smtp_require_tls: false }
            route: { receiver: on-call, group_wait: 0s, group_interval: 1s }
            receivers: [ { name: on-call, email_configs: [ { to: on-call@shop.test } ] } ]
            """, Cancel);
        await using var metrics = await PrometheusServer.Start(
            PrometheusServer.Config([("router", [$"127.0.0.1:{router.Port}"])], ["rules.yml"], [$"127.0.0.1:{router.Port}"]), Cancel,
            ("rules.yml", "groups: [ { name: one, rules: [ { alert: Always, expr: vector(1) } ] } ]"));

        await metrics.UntilAny("up{job=\"router\"} == 1", Cancel);
        await ServerProcess.Until(() => Directory.Exists(Path.Combine(mail.Maildir, "new")) && Directory.EnumerateFiles(Path.Combine(mail.Maildir, "new")).Any(), "no mail arrived", TimeSpan.FromSeconds(30), Cancel);
        await metrics.Stop();
        Assert.False(Ports.IsOpen(metrics.Port));
        await metrics.Begin(Cancel);

        Assert.True(metrics.IsRunning);
    }
}
